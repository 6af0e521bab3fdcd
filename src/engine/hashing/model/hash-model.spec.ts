// Hash models with and without what later releases added to their manifests.
import { describe, expect, it } from 'vitest';
import type { EvaluationContext } from '../../../shared/contract/evaluation.ts';
import { rotationModel } from '../methods/rotation.ts';
import { openModelFiles } from './hash-model.ts';
import { manifestOf } from './model-files.ts';

const encoder = { id: 'e', imageWidth: 4, textWidth: 6, sharedWidth: 4 };
const rotation = rotationModel({ encoder, bits: 16, seed: 1 });
const evaluation: EvaluationContext = {
  ...{ protocol: 'single', seed: 1, relevance: 'tags', float: null },
  split: {
    ...{ trainPairs: 1, trainPhotos: 1, queryPhotos: 1, queryCaptions: 1, databasePhotos: 1, databaseCaptions: 1 },
  },
  chance: { i2t: 0.1, t2i: 0.1, mean: 0.1 },
};
const opened = (changes: Partial<ReturnType<typeof manifestOf>>) =>
  openModelFiles({ ...rotation, manifest: { ...manifestOf('m', rotation), ...changes } }, { threads: 1 });

describe('a hash model', () => {
  it.each([
    ['as its manifest says', { encoderWeight: 0.25, evaluation: null }, 0.25],
    ['1 before any training', { encoderWeight: undefined, evaluation: null }, 1],
    ['0.8 where it was not measured', { encoderWeight: undefined, evaluation }, 0.8],
  ])('has the encoder weight %s', async (_, { encoderWeight, evaluation: judged }, weight) => {
    const { encoderWeight: _of, ...earlier } = manifestOf('m', rotation);
    const given = encoderWeight === undefined ? {} : { encoderWeight };
    const manifest = { ...earlier, ...given, evaluation: judged };
    const model = await openModelFiles({ ...rotation, manifest }, { threads: 1 });
    expect(model.encoderWeight).toBe(weight);
    await model.dispose();
  });

  it('weighs what was learned of a text by its words, and not at all where their counts are missing', async () => {
    const rows = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    const texts = ['a dog', 'a zebra'];
    const lengths = async (model: Awaited<ReturnType<typeof opened>>) => {
      const { real } = await model.encodeTexts(rows, texts);
      await model.dispose();
      return [real.subarray(0, 16), real.subarray(16)].map((row) => Math.hypot(...row));
    };
    const [dog = 0, zebra = 0] = await lengths(
      await opened({ coverage: { captions: 4, words: ['dog'], counts: [3] } }),
    );
    expect(dog).toBeGreaterThan(0);
    expect(zebra).toBeLessThan(dog);
    for (const length of await lengths(await opened({}))) expect(length).toBeCloseTo(1, 5);
  });

  it('refuses rows of another width, and a network of another shape', async () => {
    const model = await opened({});
    await expect(model.encodeImages(new Float32Array(7))).rejects.toThrow('7 numbers are not feature rows of 4');
    await model.dispose();
    await expect(opened({ bits: 32 })).rejects.toThrow(/image\.onnx does not have the shape/);
    await expect(opened({ encoder: { ...encoder, imageWidth: 8 } })).rejects.toThrow(/image\.onnx does not have/);
  });
});
