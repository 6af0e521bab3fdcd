// CLIP with a small generated model: rows, batches, refusals, and no use of the network.
import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { makeTinyClip } from '../../../../scripts/make-tiny-clip.ts';
import type { HashlensError } from '../../../shared/errors.ts';
import type { Encoder } from '../encoder.ts';
import { openClipEncoder } from './clip-encoder.ts';
import { openTransformers } from './offline.ts';

let work = '';
let model = '';
let encoder: Encoder;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hashlens-clip-'));
  model = join(work, 'tiny clip');
  await makeTinyClip(model);
  encoder = await openClipEncoder(model, { threads: 1 });
});
afterAll(async () => {
  await encoder.dispose();
  await rm(work, { recursive: true, force: true });
});

let copies = 0;
async function copyOfModel(): Promise<string> {
  const dir = join(work, `copy-${++copies}`);
  await cp(model, dir, { recursive: true });
  return dir;
}

async function editJson(dir: string, file: string, change: Record<string, unknown>): Promise<void> {
  const data = parseJson(z.record(z.string(), z.unknown()), await readFile(join(dir, file), 'utf8'));
  await writeFile(join(dir, file), JSON.stringify({ ...data, ...change }));
}

/** The message with which a folder is refused. */
async function refusal(dir: string): Promise<string> {
  const opened = await openClipEncoder(dir, { threads: 1 }).catch((error: unknown) => error);
  expect(opened).toMatchObject({ name: 'HashlensError', code: 'encoder-invalid' });
  const { message } = opened as HashlensError;
  expect(message).toContain(dir);
  expect(message).toMatch(/^The encoder folder .+; .+\.$/);
  return message;
}

function rowsOf(data: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: data.length / width }, (_, row) => data.subarray(row * width, (row + 1) * width));
}

function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);
}

const norm = (row: Float32Array): number => Math.hypot(...row);

function photo(seed: number): Promise<Buffer> {
  const noise = sharp({ create: { width: 97, height: 70, channels: 3, background: { r: seed * 40, g: 120, b: 200 } } });
  const spot = { create: { width: 20 + seed, height: 30, channels: 3, background: '#ffdd00' } } as const;
  return noise
    .composite([{ input: spot, left: 10 * seed, top: 5 }])
    .png()
    .toBuffer();
}

const texts = [
  'a dog on the beach',
  'snow',
  'Two children playing in the red car, at night!',
  'ünïcode 日本語 😀',
  'snow',
];

describe('what it says of itself', () => {
  it('takes widths from the model and its id from the folder', () => {
    const { id, name, description, ...widths } = encoder.info;
    expect(widths).toEqual({ imageWidth: 32, textWidth: 32, sharedWidth: 32 });
    expect(id).toBe('clip:tiny clip');
    expect(name).toContain('tiny clip');
    expect(description).toContain('English');
  });

  it('takes an id given by the caller', async () => {
    const named = await openClipEncoder(model, { id: 'clip:mine', threads: 1 });
    expect(named.info.id).toBe('clip:mine');
    await named.dispose();
  });
});

describe('texts', () => {
  it('gives a unit row for each text, and zeros for texts with nothing in them', async () => {
    const rows = rowsOf(await encoder.encodeTexts(['', ...texts, ' \n\t', '\u3000']), 32);
    expect(rows.map((row) => Math.round(norm(row) * 1e5) / 1e5)).toEqual([0, 1, 1, 1, 1, 1, 0, 0]);
    expect(await encoder.encodeTexts([])).toHaveLength(0);
    expect(await encoder.encodeTexts([' '])).toEqual(new Float32Array(32));
  });

  it('tells texts apart, not upper from lower case or one space from two', async () => {
    const [dog, loud, spaced, snow] = rowsOf(await encoder.encodeTexts(['a dog', 'A DOG', '  a   dog ', 'snow']), 32);
    expect(loud).toEqual(dog);
    expect(spaced).toEqual(dog);
    expect(farthest(dog ?? new Float32Array(), snow ?? new Float32Array())).toBeGreaterThan(0.05);
  });

  it('reads curly quotes as straight ones', async () => {
    const [curly, straight] = rowsOf(await encoder.encodeTexts(['the dog’s “ball”', 'the dog\'s "ball"']), 32);
    expect(curly).toEqual(straight);
  });

  it('gives a text the same row alone, in a batch of any size, and the next time', async () => {
    const many = Array.from({ length: 75 }, (_, at) => texts[at % texts.length] ?? '');
    const together = rowsOf(await encoder.encodeTexts(many), 32);
    for (const [at, text] of texts.entries()) {
      const alone = await encoder.encodeTexts([text]);
      expect(farthest(alone, together[at] ?? new Float32Array())).toBeLessThan(1e-5);
      expect(farthest(alone, together[at + 50] ?? new Float32Array())).toBeLessThan(1e-5);
      expect(await encoder.encodeTexts([text])).toEqual(alone);
    }
  });

  it('reads the first 75 tokens of a long text, and keeps the end token that the row is read at', async () => {
    const long = await encoder.encodeTexts(['dog '.repeat(75), 'dog '.repeat(76), 'dog '.repeat(3000)]);
    const [whole, cut, far] = rowsOf(long, 32);
    expect(cut).toEqual(whole);
    expect(far).toEqual(whole);
  });
});

describe('photos', () => {
  it('gives unit rows, the same alone, in a batch and the next time', async () => {
    const photos = await Promise.all([0, 1, 2, 3].map(async (seed) => encoder.prepareImage(await photo(seed))));
    const many = Array.from({ length: 37 }, (_, at) => photos[at % 4] ?? new Uint8Array());
    const together = rowsOf(await encoder.encodeImages(many), 32);
    expect(together).toHaveLength(37);
    for (const [at, prepared] of photos.entries()) {
      const alone = await encoder.encodeImages([prepared]);
      expect(norm(alone)).toBeCloseTo(1, 5);
      expect(farthest(alone, together[at] ?? new Float32Array())).toBeLessThan(1e-5);
      expect(farthest(alone, together[at + 32] ?? together[at] ?? new Float32Array())).toBeLessThan(1e-5);
      expect(await encoder.encodeImages([prepared])).toEqual(alone);
    }
    expect(farthest(together[0] ?? new Float32Array(), together[1] ?? new Float32Array())).toBeGreaterThan(0.01);
    expect(await encoder.encodeImages([])).toHaveLength(0);
  });

  it('gives a photo turned by EXIF the row of the upright one', async () => {
    const upright = await photo(2);
    const turned = await sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
    const rows = await encoder.encodeImages([await encoder.prepareImage(upright), await encoder.prepareImage(turned)]);
    expect(rows.subarray(32)).toEqual(rows.subarray(0, 32));
  });

  it('refuses bytes that were prepared for another encoder', async () => {
    await expect(encoder.encodeImages([new Uint8Array(10)])).rejects.toMatchObject({ code: 'bad-argument' });
  });
});

describe('exports of other shapes', () => {
  it('needs no attention mask', async () => {
    const dir = join(work, 'maskless');
    await makeTinyClip(dir, { attentionMask: false });
    const maskless = await openClipEncoder(dir, { threads: 1 });
    expect(farthest(await maskless.encodeTexts(texts), await encoder.encodeTexts(texts))).toBeLessThan(1e-5);
    await maskless.dispose();
  });

  it('keeps rows of 8-bit networks apart from what else is in the batch, and says 8 bit in the id', async () => {
    const dir = join(work, 'small');
    await makeTinyClip(dir, { quantized: true });
    const small = await openClipEncoder(dir, { threads: 1 });
    expect(small.info.id).toBe('clip:small@quantized');
    const together = rowsOf(await small.encodeTexts(texts), 32);
    for (const [at, text] of texts.entries()) expect(await small.encodeTexts([text])).toEqual(together[at]);
    const photos = await Promise.all([0, 1].map(async (seed) => small.prepareImage(await photo(seed))));
    const rows = rowsOf(await small.encodeImages(photos), 32);
    for (const [at, prepared] of photos.entries()) expect(await small.encodeImages([prepared])).toEqual(rows[at]);
    await small.dispose();
  });

  it('prefers full precision where both are there, and names a mix of the two', async () => {
    const both = await copyOfModel();
    await makeTinyClip(both, { quantized: true });
    const full = await openClipEncoder(both, { threads: 1 });
    expect(full.info.id).toBe(`clip:${basename(both)}`);
    await full.dispose();
    await rm(join(both, 'onnx', 'vision_model.onnx'));
    const mixed = await openClipEncoder(both, { threads: 1 });
    expect(mixed.info.id).toBe(`clip:${basename(both)}@fp32+quantized`);
    await mixed.dispose();
  });
});

describe('refusals', () => {
  it.each([
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'preprocessor_config.json',
    'onnx/text_model.onnx',
    'onnx/vision_model.onnx',
  ])('names %s when it is missing, and opens the folder once it is back', async (file) => {
    const dir = await copyOfModel();
    await rename(join(dir, file), join(work, 'aside'));
    expect(await refusal(dir)).toContain(`lacks ${file}; copy the whole model folder again`);
    await rename(join(work, 'aside'), join(dir, file));
    await (await openClipEncoder(dir, { threads: 1 })).dispose();
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'])(
    'names a damaged %s',
    async (file) => {
      const dir = await copyOfModel();
      await truncate(join(dir, file), 100);
      expect(await refusal(dir)).toContain(`damaged ${file}`);
      await writeFile(join(dir, file), '[]');
      expect(await refusal(dir)).toContain(file);
    },
  );

  it.each(['text', 'vision'])('names a damaged %s network', async (tower) => {
    const dir = await copyOfModel();
    await truncate(join(dir, 'onnx', `${tower}_model.onnx`), 50_000);
    expect(await refusal(dir)).toContain(`onnx/${tower}_model.onnx`);
    await writeFile(join(dir, 'onnx', `${tower}_model.onnx`), '');
    expect(await refusal(dir)).toContain(`onnx/${tower}_model.onnx`);
  });

  it('says that networks are of the wrong kind', async () => {
    const dir = await copyOfModel();
    await cp(join(dir, 'onnx', 'vision_model.onnx'), join(dir, 'onnx', 'text_model.onnx'));
    expect(await refusal(dir)).toContain('onnx/text_model.onnx that wants pixel_values');
  });

  it('says that one network for both will not do', async () => {
    const dir = await copyOfModel();
    await rename(join(dir, 'onnx', 'text_model.onnx'), join(dir, 'onnx', 'model.onnx'));
    expect(await refusal(dir)).toContain('in one network');
  });

  it.each(['siglip2', 'clap', 'xlm-roberta', 'distilbert', 'blip'])('names a %s model', async (type) => {
    const dir = await copyOfModel();
    await editJson(dir, 'config.json', { model_type: type });
    await rm(join(dir, 'tokenizer.json')); // such folders lack this file, too
    expect(await refusal(dir)).toContain(`"${type}" model, which cannot be used`);
  });

  it('refuses a multilingual tokenizer', async () => {
    const dir = await copyOfModel();
    await editJson(dir, 'tokenizer_config.json', { tokenizer_class: 'XLMRobertaTokenizer' });
    expect(await refusal(dir)).toContain('XLMRobertaTokenizer');
    await editJson(dir, 'tokenizer_config.json', { tokenizer_class: 'CLIPTokenizer' });
    await editJson(dir, 'tokenizer.json', { model: { type: 'Unigram', vocab: [] } });
    expect(await refusal(dir)).toContain('byte pairs');
  });

  it('refuses sizes that do not fit together', async () => {
    const dir = await copyOfModel();
    await editJson(dir, 'config.json', { projection_dim: 64 });
    expect(await refusal(dir)).toContain('rows of 32 for texts');
    const other = await copyOfModel();
    await editJson(other, 'preprocessor_config.json', { crop_size: 48 });
    expect(await refusal(other)).toContain('48 pixels where config.json says 64');
  });

  it('says that there is no folder', async () => {
    const none = join(work, 'none');
    await expect(openClipEncoder(none)).rejects.toMatchObject({ code: 'encoder-missing' });
    await expect(openClipEncoder(none)).rejects.toThrow(none);
    await expect(openClipEncoder(model, { threads: 0 })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});

describe('network and life', () => {
  it('opens no connection and never fetches, not even for a missing file', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('fetched'));
    const connected = vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
      throw new Error('connected');
    });
    const quiet = await openClipEncoder(model, { threads: 1 });
    await quiet.encodeTexts(texts);
    await quiet.dispose();
    const dir = await copyOfModel();
    await rm(join(dir, 'onnx', 'text_model.onnx'));
    await refusal(dir);
    const { env, AutoTokenizer } = await openTransformers();
    await expect(AutoTokenizer.from_pretrained('Xenova/clip-vit-base-patch32')).rejects.toThrow();
    await expect(env.fetch('https://example.org')).rejects.toThrow('disk only');
    expect(fetched).not.toHaveBeenCalled();
    expect(connected).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('finishes what is under way before it closes, then refuses more', async () => {
    const short = await openClipEncoder(model, { threads: 1 });
    const rows = short.encodeTexts(['snow']);
    const closed = short.dispose();
    expect(norm(await rows)).toBeCloseTo(1, 5);
    await closed;
    await short.dispose();
    await expect(short.encodeTexts(['snow'])).rejects.toMatchObject({ code: 'engine-stopped' });
  });
});

describe('makeTinyClip', () => {
  it('gives the same bytes for a seed and other weights for another', async () => {
    const again = join(work, 'again');
    const other = join(work, 'other');
    await makeTinyClip(again, { seed: 1 });
    await makeTinyClip(other, { seed: 2 });
    for (const file of ['onnx/text_model.onnx', 'onnx/vision_model.onnx', 'tokenizer.json', 'config.json']) {
      expect(await readFile(join(again, file))).toEqual(await readFile(join(model, file)));
    }
    const changed = await readFile(join(other, 'onnx/text_model.onnx'));
    expect(changed.equals(await readFile(join(model, 'onnx/text_model.onnx')))).toBe(false);
  });
});
