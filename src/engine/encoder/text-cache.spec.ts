// The cache of text rows, around an encoder that makes a row of a text's length and first letter.
import { describe, expect, it } from 'vitest';
import type { Encoder } from './encoder.ts';
import { withTextCache } from './text-cache.ts';

function counting() {
  const asked: string[][] = [];
  let failure: Error | null = null;
  const encoder: Encoder = {
    info: { id: 'e', name: 'E', description: '', imageWidth: 2, textWidth: 2, sharedWidth: 2 },
    input: {
      ...{ side: 1, fit: 'squash', resizeTo: 1, resampling: 'cubic', exact: true },
      planes: [
        { channel: 0, scale: 1, shift: 0 },
        { channel: 1, scale: 1, shift: 0 },
        { channel: 2, scale: 1, shift: 0 },
      ],
    },
    prepareImage: () => Promise.resolve(new Uint8Array(3)),
    encodeImages: (images) => Promise.resolve(new Float32Array(images.length * 2)),
    encodeTexts(texts) {
      asked.push([...texts]);
      if (failure !== null) return Promise.reject(failure);
      return Promise.resolve(Float32Array.from(texts.flatMap((text) => [text.length, text.charCodeAt(0)])));
    },
    dispose: () => Promise.resolve(),
  };
  const fail = (error: Error | null): void => {
    failure = error;
  };
  return { encoder: withTextCache(encoder), asked, fail };
}

describe('withTextCache', () => {
  it('gives the rows in the order of the texts, and asks for each text once', async () => {
    const { encoder, asked } = counting();
    expect([...(await encoder.encodeTexts(['a', 'bcd', 'a']))]).toEqual([1, 97, 3, 98, 1, 97]);
    expect([...(await encoder.encodeTexts(['xy', 'bcd']))]).toEqual([2, 120, 3, 98]);
    expect(asked).toEqual([['a', 'bcd'], ['xy']]);
    expect(await encoder.encodeTexts([])).toEqual(new Float32Array());
  });

  it('lets a request under way serve those that follow', async () => {
    const { encoder, asked } = counting();
    const [first, second] = await Promise.all([encoder.encodeTexts(['dog']), encoder.encodeTexts(['dog'])]);
    expect(second).toEqual(first);
    expect(asked).toEqual([['dog']]);
  });

  it('gives rows of its own, so that a caller may change them', async () => {
    const { encoder } = counting();
    (await encoder.encodeTexts(['dog'])).fill(0);
    expect([...(await encoder.encodeTexts(['dog']))]).toEqual([3, 100]);
  });

  it('forgets a text whose request failed', async () => {
    const { encoder, asked, fail } = counting();
    fail(new Error('lost'));
    await expect(encoder.encodeTexts(['dog'])).rejects.toThrow('lost');
    fail(null);
    expect([...(await encoder.encodeTexts(['dog']))]).toEqual([3, 100]);
    expect(asked).toEqual([['dog'], ['dog']]);
  });

  it('keeps nothing of large requests, which are captions', async () => {
    const { encoder, asked } = counting();
    const captions = Array.from({ length: 17 }, (_, at) => `caption ${at}`);
    await encoder.encodeTexts(captions);
    await encoder.encodeTexts(captions);
    expect(asked).toHaveLength(2);
  });

  it('drops the text that was not asked for longest', async () => {
    const { encoder, asked } = counting();
    await encoder.encodeTexts(['kept']);
    await encoder.encodeTexts(['dropped']);
    for (let at = 0; at < 1023; at++) {
      await encoder.encodeTexts([`text ${at}`]);
      await encoder.encodeTexts(['kept']);
    }
    asked.length = 0;
    await encoder.encodeTexts(['kept', 'dropped']);
    expect(asked).toEqual([['dropped']]);
  });
});
