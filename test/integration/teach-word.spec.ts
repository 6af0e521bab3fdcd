// A word learned from some photos finds unseen others of it, with the starter encoder on the sample album.
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { testEngine, type TestEngine } from '../support/engine.ts';
import { sampleLibrary } from '../support/sample-library.ts';

const parse = (wanted: object) => engineRequests['words.teach'].params.parse({ limit: 500, ...wanted });

async function indexed(): Promise<{ engine: TestEngine; subjects: Map<string, PhotoId[]> }> {
  const engine = testEngine(await sampleLibrary());
  const photos = await engine.api['photos.recent']({ limit: 100, offset: 0 });
  const sorted = [...photos].sort((a, b) => (a.path < b.path ? -1 : 1));
  const subjects = Map.groupBy(sorted, ({ path }) => basename(dirname(path)));
  return { engine, subjects: new Map([...subjects].map(([name, list]) => [name, list.map(({ photoId }) => photoId)])) };
}

/**
 * Share of pairs of a held-out photo of the subject and another photo in which the first ranks higher: 0.5 by
 * chance.
 */
async function ranking({ engine, subjects }: Awaited<ReturnType<typeof indexed>>, subject: string): Promise<number> {
  const own = subjects.get(subject) ?? [];
  const taught = own.filter((_, i) => i % 2 === 0);
  const { photos } = await engine.api['words.teach'](parse({ name: 'my word', photoIds: taught }));
  const heldOut = new Set(own.filter((_, i) => i % 2 === 1));
  let [before, pairs, others] = [0, 0, 0];
  for (const { photoId } of [...photos].reverse()) {
    if (!heldOut.has(photoId)) others++;
    else {
      before += others;
      pairs += photos.length - heldOut.size;
    }
  }
  return before / pairs;
}

it('puts photos of its subject that it has not seen before others', async () => {
  const album = await indexed();
  for (const subject of ['animals', 'food-and-flowers', 'people-and-things', 'places']) {
    expect({ subject, isAbove: (await ranking(album, subject)) > 0.75 }).toEqual({ subject, isAbove: true });
  }
}, 120_000);

it('learns from photos tagged with it too, offers none of them nor those rejected, and writes nothing', async () => {
  const { engine, subjects } = await indexed();
  const [first, second, third, ...rest] = subjects.get('places') ?? [];
  if (first === undefined || second === undefined || third === undefined) throw new Error('places');
  const edit = engineRequests['edits.apply'].params.parse({ photoIds: [first, second], addTags: ['Away'] });
  await engine.api['edits.apply'](edit);
  await expect(engine.api['words.teach'](parse({ name: 'away' }))).rejects.toMatchObject({ code: 'too-few-pairs' });
  const { tagged, examples, photos } = await engine.api['words.teach'](
    parse({ name: 'away', photoIds: [third, first] }),
  );
  expect({ tagged, examples }).toEqual({ tagged: [first, second].sort((a, b) => a - b), examples: 3 });
  const ids = photos.map(({ photoId }) => photoId);
  for (const photoId of [first, second, third]) expect(ids).not.toContain(photoId);
  expect(ids.filter((photoId) => rest.includes(photoId))).toHaveLength(rest.length);
  const [best] = ids;
  if (best === undefined) throw new Error('something is found');
  await engine.api['suggestions.reject'](
    engineRequests['suggestions.reject'].params.parse({
      states: [{ photoIds: [best], kind: 'tag', text: 'Away', rejected: true }],
    }),
  );
  const again = await engine.api['words.teach'](parse({ name: 'Away', photoIds: [third] }));
  expect(again.photos.map(({ photoId }) => photoId)).not.toContain(best);
  expect(again.tagged).toHaveLength(2);
}, 120_000);
