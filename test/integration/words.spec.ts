// The words of a library, measured by photos the model has not learned from.
import { expect, it } from 'vitest';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import { testEngine } from '../support/engine.ts';
import { sampleLibrary } from '../support/sample-library.ts';

it('has every tag and every word of captions, with how many of their photos are found by the picture alone', async () => {
  const engine = testEngine(await sampleLibrary());
  const known = await engine.api['words.list']({ limit: 1000, offset: 0 });
  expect([known.trained, known.needs, known.described]).toEqual([false, null, 39]);
  const photos = known.words.map((word) => word.photos);
  expect(photos).toEqual(photos.toSorted((a, b) => b - a));
  for (const { text, measured, found, learnedFrom, photos: all } of known.words) {
    expect([text, learnedFrom, measured <= all]).toEqual([text, 0, true]);
    expect([text, found === null]).toEqual([text, measured < 5]);
    if (found !== null) expect(found).toBeLessThanOrEqual(measured);
  }
  const measuredWords = known.words.filter(({ found }) => found !== null);
  expect(measuredWords.length).toBeGreaterThan(3);
  // By chance one in twenty would be found.
  const total = measuredWords.reduce((sum, { measured }) => sum + measured, 0);
  expect(measuredWords.reduce((sum, { found }) => sum + (found ?? 0), 0)).toBeGreaterThan(total / 10);
  expect(known.words).toHaveLength(known.total);
  const page = await engine.api['words.list']({ limit: 3, offset: 2 });
  expect([page.total, page.words]).toEqual([known.total, known.words.slice(2, 5)]);
});

it('leaves out words that say nothing about a photo, in German captions, too', async () => {
  const engine = testEngine(await sampleLibrary());
  const { photoIds: all } = await engine.api['photos.timeline']({ order: 'name' });
  const photoIds = [...all.slice(0, 4)];
  const edit = { photoIds, addCaptions: ['Rex spielt mit einem Ball im Garten'] };
  await engine.api['edits.apply'](engineRequests['edits.apply'].params.parse(edit));
  const { words } = await engine.api['words.list']({ limit: 1000, offset: 0 });
  const captionWords = words.filter(({ isTag }) => !isTag).map(({ text }) => text);
  expect(captionWords).toEqual(expect.arrayContaining(['spielt', 'garten']));
  expect(captionWords.filter((word) => ['mit', 'einem', 'im'].includes(word))).toEqual([]);
});

it('measures a tag that is a word of little meaning, and a search lists the photos it counts', async () => {
  const engine = testEngine(await sampleLibrary());
  const ask = async (text: string) =>
    (await engine.api['search.query'](engineRequests['search.query'].params.parse({ text }))).hits.map(
      ({ photoId }) => photoId,
    );
  const tagged = await ask('tag:things');
  const { photoIds: all } = await engine.api['photos.timeline']({ order: 'name' });
  const photoIds = all.filter((id) => !tagged.includes(id)).slice(0, 2);
  const edit = { photoIds, addCaptions: ['my things on a table'] };
  await engine.api['edits.apply'](engineRequests['edits.apply'].params.parse(edit));
  const { words } = await engine.api['words.list']({ limit: 1000, offset: 0 });
  const things = words.find(({ text }) => text === 'things');
  const shown = await ask('word:things');
  expect([things?.isTag, things?.photos, things?.measured]).toEqual([true, shown.length, shown.length]);
  expect(things?.found).not.toBeNull();
  expect(shown).toEqual(expect.arrayContaining([...tagged, ...photoIds]));
});
