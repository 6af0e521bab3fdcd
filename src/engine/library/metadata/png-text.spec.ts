// Texts of a PNG, from real programs and from malicious files.
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPngText } from './png-text.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(name: string, data: string): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(name + data, 4, 'latin1');
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

it('reads more texts than any program writes, and not all of nine thousand, each in another character set', () => {
  const texts = Array.from({ length: 9_000 }, (_, n) => chunk('tEXt', `Description\0caf\u00e9 ${n}`));
  const { captions } = readPngText(Buffer.concat([signature, ...texts]));
  expect([captions.length, captions[0], captions.at(-1)]).toEqual([500, 'café 0', 'café 499']);
});

it('reads a caption with a hundred thousand empty lines, and the prompt behind settings', () => {
  const lines = '\n'.repeat(100_000);
  const { captions } = readPngText(
    Buffer.concat([
      signature,
      chunk('tEXt', `Description\0A fox${lines}in snow`),
      chunk('tEXt', `parameters\0a red fox\n\n  Negative prompt: blurry\nSteps: 20, Size: 512x512`),
    ]),
  );
  expect(captions.map((text) => text.trim())).toEqual([`A fox${lines}in snow`, 'a red fox']);
});

it('follows a workflow whose nodes lead to one another, each once', () => {
  const keys = ['text', 'text_g', 'prompt', 'string', 'value', 'positive', 'conditioning', 'conditioning_1'];
  const inputs = (to: number) => Object.fromEntries(keys.map((key, n) => [key, [String((to + n) % 50), 0]]));
  const nodes = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [String(n), { inputs: inputs(n) }]));
  const caption = (workflow: object) =>
    readPngText(Buffer.concat([signature, chunk('tEXt', `prompt\0${JSON.stringify(workflow)}`)])).captions;
  expect(caption(nodes)).toEqual(['']);
  expect(caption({ ...nodes, 49: { inputs: { text: 'a red fox' } } })).toEqual(['a red fox']);
});
