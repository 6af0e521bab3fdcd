// Judgements of results: the list of that search changes at once, and they are stored, learned from and removed.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { makeBackup } from '../../src/engine/backup/backups.ts';
import { restoreLibrary } from '../../src/engine/backup/restore.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { JudgementOutcome } from '../../src/shared/contract/judgements.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { itemAt } from '../../src/shared/at.ts';
import { albumWith, fileNames, resourcesDir, search, testEngine, type TestEngine } from '../support/engine.ts';
import { sampleLibrary } from '../support/sample-library.ts';

const give = (
  engine: Pick<TestEngine, 'api'>,
  ...states: Params<'judgements.give'>['states']
): Promise<JudgementOutcome> =>
  engine.api['judgements.give'](engineRequests['judgements.give'].params.parse({ states }));
const listed = async (engine: Pick<TestEngine, 'api'>, query?: string) =>
  (await engine.api['judgements.list'](engineRequests['judgements.list'].params.parse({ query }))).entries;

const names = [
  'animals/kitten-on-fence.jpg',
  'animals/kitten-with-wool.jpg',
  'animals/red-panda.jpg',
  'places/mountain-lake.jpg',
];

async function library() {
  const engine = testEngine();
  const album = albumWith(...names);
  await engine.index(album);
  const idOf = async (name: string): Promise<PhotoId> =>
    (await engine.api['metadata.show']({ path: join(album, basename(name)) })).id;
  const ids: PhotoId[] = [];
  for (const name of names) ids.push(await idOf(name));
  const [fence, wool, panda, lake] = ids as [PhotoId, PhotoId, PhotoId, PhotoId];
  return { engine, album, fence, wool, panda, lake };
}

describe('a photo', () => {
  it('judged as wrong leaves the results of this search only, with any filters, and comes back when the judgement is removed', async () => {
    const { engine, fence } = await library();
    const before = fileNames(await search(engine, { text: 'kitten' }));
    expect(before).toContain('kitten-on-fence.jpg');
    const { inverse } = await give(engine, { query: 'Kitten', photoIds: [fence], judgement: 'no-match' });
    for (const text of ['kitten', ' KITTEN  type:jpeg']) {
      const answer = await search(engine, { text });
      expect([answer.leftOut, fileNames(answer)]).toEqual([1, before.filter((name) => name !== 'kitten-on-fence.jpg')]);
    }
    const elsewhere = await search(engine, { text: 'a kitten outside' });
    expect([elsewhere.leftOut, fileNames(elsewhere).includes('kitten-on-fence.jpg')]).toEqual([0, true]);
    expect((await search(engine, { text: 'kitten rating:5' })).leftOut).toBe(0);
    await give(engine, ...inverse);
    expect(fileNames(await search(engine, { text: 'kitten' }))).toEqual(before);
  });

  it('judged as right comes first, with this reason', async () => {
    const { engine, lake } = await library();
    await give(engine, { query: 'Grandpa fishing', photoIds: [lake], judgement: 'match' });
    const { hits } = await search(engine, { text: 'grandpa fishing', limit: 1 });
    expect(hits).toMatchObject([{ photoId: lake, reasons: [{ code: 'confirmed' }, {}] }]);
    await give(engine, { query: 'kitten', photoIds: [lake], judgement: 'match' });
    expect((await search(engine, { text: 'kitten', limit: 1 })).hits[0]?.photoId).toBe(lake);
    expect((await search(engine, { text: 'grandpa fishing type:png' })).hits).toEqual([]);
  });

  it('stays judged when it is read again, renamed, and restored from a backup', async () => {
    const { engine, album, fence } = await library();
    await give(engine, { query: 'kitten', photoIds: [fence], judgement: 'no-match' });
    const file = join(album, 'kitten-on-fence.jpg');
    writeFileSync(join(dirname(file), 'cat.txt'), 'a cat\n');
    renameSync(file, join(album, 'cat.jpg'));
    await engine.finish(await engine.api['folders.index']({}));
    expect(await listed(engine)).toMatchObject([
      { query: 'kitten', photoId: fence, path: join(album, 'cat.jpg'), judgement: 'no-match' },
    ]);
    await engine.close();
    const backup = await makeBackup(engine.libraryDir);
    await restoreLibrary(engine.libraryDir, backup?.path ?? '');
    const restored = openEngine({
      libraryDir: engine.libraryDir,
      resourcesDir,
      interactive: false,
      emit: () => undefined,
    });
    expect(await listed(restored)).toMatchObject([{ query: 'kitten', photoId: fence, judgement: 'no-match' }]);
    await restored.close();
  });
});

it('all judgements are listed, or those of one search; the same again changes nothing', async () => {
  const { engine, fence, wool } = await library();
  await give(
    engine,
    { query: 'kitten', photoIds: [fence], judgement: 'match' },
    { query: 'wool', photoIds: [fence, wool], judgement: 'no-match' },
  );
  expect(await listed(engine)).toHaveLength(3);
  expect((await listed(engine, 'WOOL')).map(({ photoId }) => photoId)).toEqual([fence, wool]);
  expect(await give(engine, { query: 'kitten', photoIds: [fence], judgement: 'match' })).toEqual({
    photos: 0,
    inverse: [],
  });
});

it('is refused for a search without words, and nothing of it is kept', async () => {
  const { engine, fence } = await library();
  for (const query of ['type:jpeg', `photo:${fence}`, '-cat']) {
    await expect(
      give(
        engine,
        { query: 'kitten', photoIds: [fence], judgement: 'match' },
        { query, photoIds: [fence], judgement: 'match' },
      ),
    ).rejects.toMatchObject({ code: 'bad-argument' });
  }
  expect(await listed(engine)).toEqual([]);
});

it('the relevance model is fitted again after some more of them', async () => {
  const engine = testEngine(await sampleLibrary());
  const { model } = await engine.api['library.status']({});
  const queries = (): number => {
    const file = join(engine.libraryDir, 'models', String(model), 'relevance.json');
    return parseJson(z.object({ relevance: z.object({ queries: z.number() }) }), readFileSync(file, 'utf8')).relevance
      .queries;
  };
  const before = queries();
  const calibrate = async () => void (await engine.finish(await engine.api['folders.index']({})));
  const { hits } = await search(engine, { text: 'purring', limit: 6 });
  const ids = hits.map(({ photoId }) => photoId);
  await give(engine, { query: 'purring', photoIds: ids.slice(0, 4), judgement: 'match' });
  await calibrate();
  expect(queries()).toBe(before);
  await give(engine, { query: 'purring', photoIds: ids.slice(4), judgement: 'no-match' });
  await calibrate();
  expect(queries()).toBe(before + 1);
});

it('a training learns from right photos with the words of the search', async () => {
  const engine = testEngine(await sampleLibrary());
  const plan = async () => (await engine.api['train.plan'](engineRequests['train.plan'].params.parse({}))).pairs;
  const before = await plan();
  const lake = itemAt((await search(engine, { text: 'a lake', limit: 6 })).hits, 0).photoId;
  const others = (await search(engine, { text: 'a lake', limit: 6 })).hits.slice(1).map(({ photoId }) => photoId);
  await give(
    engine,
    { query: 'walchensee', photoIds: [lake], judgement: 'match' },
    { query: 'walchensee', photoIds: others, judgement: 'no-match' },
  );
  expect(await plan()).toBe(before + 1);
  const train = engineRequests['train.start'].params.parse({ bits: 16, epochs: 2, hidden: 64, activate: 'never' });
  const job = await engine.finish(await engine.api['train.start'](train));
  const model = (await engine.api['models.list']({})).find(({ id }) => id === job.modelId);
  const { trainPairs = 0, queryCaptions = 0 } = model?.evaluation?.split ?? {};
  expect(trainPairs + queryCaptions).toBe(before + 1);
});
