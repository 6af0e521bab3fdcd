// The starter encoder on real photos of ../shared.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStarterEncoder, type StarterEncoder } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { float32At } from '../../src/shared/at.ts';

const rootFolder = join(import.meta.dirname, '../..');
const photosFolder = join(rootFolder, '../shared/data/flickr8k-1000');
let encoder: StarterEncoder;

beforeAll(async () => {
  encoder = await openStarterEncoder(join(rootFolder, 'resources/starter'), { threads: 1 });
});
afterAll(() => encoder.dispose());

const reason = existsSync(photosFolder) ? '' : ' (skipped: ../shared/data/flickr8k-1000 is not here)';
describe.skipIf(reason !== '')(`real photos${reason}`, () => {
  it('of dogs come before others in a search for dogs', async () => {
    const captions = (await readFile(join(photosFolder, 'captions.txt'), 'utf8')).split('\n').slice(1);
    const names = (await readdir(join(photosFolder, 'photos'))).toSorted().slice(0, 60);
    const tellsOfDog = (name: string): boolean =>
      captions.filter((line) => line.startsWith(`${name},`) && /\b(dogs?|pupp)/i.test(line)).length >= 3;
    const images = await Promise.all(names.map((name) => encoder.prepareImage(join(photosFolder, 'photos', name))));
    const rows = await encoder.encodeImages(images);
    const text = (await encoder.encodeTexts(['puppy'])).subarray(0, 80);

    const order = names
      .map((name, i) => ({ name, score: text.reduce((sum, x, j) => sum + x * float32At(rows, i * 592 + j), 0) }))
      .toSorted((a, b) => b.score - a.score);
    const dogs = names.filter(tellsOfDog).length;
    const found = order.slice(0, dogs).filter(({ name }) => tellsOfDog(name)).length;
    expect(dogs).toBeGreaterThan(5);
    expect(found / dogs).toBeGreaterThan(0.7);
  });
});
