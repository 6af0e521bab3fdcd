import { describe, expect, it } from 'vitest';
import { checkData, fingerprint, split, type TrainingData } from './training-data.ts';
import { topicData } from '../../../../test/support/topic-data.ts';

const without = (data: TrainingData, photoTags: readonly (readonly number[])[]): TrainingData => ({
  ...data,
  photoTags,
});

describe('split', () => {
  it('holds out whole photos, and asks the rest by tags as the papers do', () => {
    const data = topicData({ photos: 100, captionsPerPhoto: 3 });
    const parts = split(data, { seed: 1 });
    expect(parts.relevance).toBe('tags');
    expect(parts.counts).toEqual({
      trainPairs: 225,
      trainPhotos: 75,
      queryPhotos: 25,
      queryCaptions: 75,
      databasePhotos: 75,
      databaseCaptions: 225,
    });
    const held = new Set(parts.queryPhotos);
    expect([...parts.pairs].some((caption) => held.has(data.captionPhoto[caption] ?? -1))).toBe(false);
    expect([...parts.databasePhotos].some((photo) => held.has(photo))).toBe(false);
  });

  it('holds out half of the photos as whole clusters of similar ones', () => {
    const data = topicData({ photos: 400, topics: 20, noise: 0.1 });
    const { queryPhotos, clustered } = split(data, { seed: 1 });
    expect(queryPhotos).toHaveLength(40);
    expect(clustered.size).toBe(18);
    expect([...clustered].every((photo) => queryPhotos.includes(photo))).toBe(true);
    // Three clusters of six, each within one of twenty topics.
    const topics = new Map<number, number>();
    for (const photo of clustered) {
      const [topic = -1] = data.photoTags[photo] ?? [];
      topics.set(topic, (topics.get(topic) ?? 0) + 1);
    }
    expect(topics.size).toBeLessThanOrEqual(3);
  });

  it('is the same for the same seed and another for another', () => {
    const data = topicData({ photos: 100 });
    expect(split(data, { seed: 1 })).toEqual(split(data, { seed: 1 }));
    expect(split(data, { seed: 1 }).queryPhotos).not.toEqual(split(data, { seed: 2 }).queryPhotos);
  });

  it('uses own captions among the held-out ones where photos have no distinctive tags', () => {
    const data = topicData({ photos: 100, tags: false });
    const onAll = data.photoTags.map(() => [7]);
    const onFew = data.photoTags.map((_, i) => (i < 30 ? [1] : []));
    const onNearlyAll = data.photoTags.map((_, i) => (i < 97 ? [1] : [2]));
    for (const tags of [data.photoTags, onAll, onFew, onNearlyAll]) {
      const parts = split(without(data, tags), { seed: 1 });
      expect(parts.relevance).toBe('own-caption');
      expect(parts.databasePhotos).toEqual(parts.queryPhotos);
      expect(parts.databaseCaptions).toEqual(parts.queryCaptions);
    }
  });

  it('takes a split a data set comes with', () => {
    const parts = split(topicData({ photos: 40 }), { seed: 1, queryPhotos: Int32Array.of(3, 5) });
    expect([...parts.queryCaptions]).toEqual([6, 7, 10, 11]);
    expect(parts.counts.trainPhotos).toBe(38);
  });

  it('keeps photos without captions as items that tags can find', () => {
    const data = topicData({ photos: 60, captionsPerPhoto: 1 });
    const kept = 50;
    const parts = split(
      { ...data, captionPhoto: data.captionPhoto.slice(0, kept), textRows: data.textRows.slice(0, kept * 24) },
      { seed: 1 },
    );
    expect(parts.counts.queryPhotos).toBe(12);
    expect(parts.counts.databasePhotos).toBe(48);
    expect(Math.max(...parts.queryPhotos)).toBeLessThan(kept);
  });

  it('says how many pairs there are when there are too few', () => {
    expect(() => split(topicData({ photos: 7, captionsPerPhoto: 2 }), { seed: 1 })).toThrow(
      expect.objectContaining({
        code: 'too-few-pairs',
        message: expect.stringMatching(/there are 14.*add captions/) as string,
      }),
    );
    expect(() => split(topicData({ photos: 2, captionsPerPhoto: 20 }), { seed: 1 })).toThrow(/4 photos/);
  });
});

describe('checkData', () => {
  it('refuses arrays that do not fit together', () => {
    const data = topicData({ photos: 20 });
    const broken = data.imageRows.slice();
    broken[5] = Number.NaN;
    const cases: [Partial<TrainingData>, RegExp][] = [
      [{ textRows: data.textRows.slice(1) }, /text rows/],
      [{ photoTags: [] }, /tag lists/],
      [{ captionPhoto: data.captionPhoto.map(() => 20) }, /not there/],
      [{ imageRows: broken }, /finite/],
      [{ sharedWidth: 99 }, /shared width/],
      [{ imageWidth: data.imageWidth + 1 }, /image rows/],
      [{ words: { vocabulary: [], offsets: new Int32Array(3), ids: new Int32Array(0) } }, /words of 2 captions/],
    ];
    for (const [change, message] of cases) expect(() => checkData({ ...data, ...change })).toThrow(message);
    expect(() => checkData(data)).not.toThrow();
  });
});

it('the fingerprint sees every change', () => {
  const data = topicData({ photos: 20 });
  const changed = data.textRows.slice();
  changed[0] = 0;
  expect(fingerprint(data)).toBe(fingerprint(topicData({ photos: 20 })));
  expect(fingerprint(data)).not.toBe(fingerprint({ ...data, textRows: changed }));
  expect(fingerprint(data)).not.toBe(
    fingerprint(
      without(
        data,
        data.photoTags.map(() => []),
      ),
    ),
  );
});
