import type { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { matrixOf, signsOf } from '../../numerics/matrices.ts';
import { pairFacts } from '../data/pair-facts.ts';
import { canonicalMaps } from './canonical-maps.ts';
import { quantisedDirections } from './quantised-directions.ts';

const bits = 8;

/** Pairs of topics: photos and captions of 24 numbers each, through different maps. */
function synthetic(photos: number) {
  const data = topicData({ photos, captionsPerPhoto: 1, topics: 12 });
  const { rows } = pairFacts(data, Int32Array.from(data.captionPhoto.keys()));
  if (rows === undefined) throw new Error('there are no pairs');
  return { rows, image: matrixOf(data.imageRows, 24), text: matrixOf(data.textRows, 24) };
}

const centredBy = (rows: Matrix, map: Matrix): Matrix => {
  const outputs = rows.mmul(map);
  return signsOf(outputs.subRowVector(outputs.mean('column')));
};

it('a photo and its caption have more bits in common by turned directions than by the directions themselves', () => {
  const { rows, image, text } = synthetic(120);
  const agreement = (ofImage: Matrix, ofText: Matrix): number =>
    centredBy(image, ofImage).mul(centredBy(text, ofText)).sum() / (120 * bits);
  const turned = quantisedDirections(rows, bits);
  const maps = canonicalMaps(rows, bits, 4);
  if (turned === null || maps === null) throw new Error('photos and captions have nothing in common');
  const single = agreement(matrixOf(maps.image.map, bits), matrixOf(maps.text.map, bits));
  expect(agreement(turned.image, turned.text)).toBeGreaterThan(single);
});

it('fewer than 64 pairs have no directions', () => {
  expect(quantisedDirections(synthetic(63).rows, bits)).toBeNull();
});
