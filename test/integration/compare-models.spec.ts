// The same searches by two models: neither has to be in use, and searches by the model in use are not affected.
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { itemAt } from '../../src/shared/at.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import type { QueryAnswer } from '../../src/shared/contract/search.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import { resourcesDir, search, testEngine, type TestEngine } from '../support/engine.ts';
import { copySampleLibrary } from '../support/sample-library.ts';
import { temporaryFolder } from '../support/temporary.ts';

const untrained = 'rotation-starter-1' as ModelId;
const queries = ['a dog', 'boats on the water', 'snow'];
const limit = 40;

let template = '';
let trained = '' as ModelId;
beforeAll(async () => {
  template = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  await copySampleLibrary(template);
  const engine = openEngine({ libraryDir: template, resourcesDir, interactive: false, emit: () => undefined });
  const options = trainOptions.parse({ bits: 32, epochs: 2, hidden: 64, activate: 'never' });
  const training = await engine.api['train.start'](options);
  await engine.finished(training.id);
  trained = training.modelId ?? trained;
  await engine.close();
  return () => rmSync(template, { recursive: true, force: true });
});

/** The sample album with a trained model that search does not use and that has no codes. */
function library(): TestEngine {
  const copy = temporaryFolder();
  cpSync(template, copy, { recursive: true });
  return testEngine(copy);
}

async function prepare(engine: TestEngine, modelId: ModelId): Promise<void> {
  const job = await engine.api['models.prepare']({ modelId });
  if (job !== null) await engine.finish(job);
}

const order = ({ modelId, hits, searched, weakFrom }: QueryAnswer) => ({
  ...{ modelId, searched, weakFrom },
  hits: hits.map(({ photoId, rank, score, distance, probability }) => ({
    photoId,
    rank,
    score,
    distance,
    probability,
  })),
});
const searches = async (engine: TestEngine) => {
  const answers: ReturnType<typeof order>[] = [];
  for (const text of queries) answers.push(order(await search(engine, { text, limit, log: false })));
  return answers;
};
const compare = async (engine: TestEngine, modelIds: ModelId[]) => {
  const compared = await engine.api['search.compare']({ modelIds, queries, limit });
  expect(compared.map(({ text }) => text)).toEqual(queries);
  return modelIds.map((_, m) => compared.map(({ answers }) => order(itemAt(answers, m))));
};
const inUse = async (engine: TestEngine) => (await engine.api['models.list']({})).find(({ active }) => active)?.id;

describe('two models', () => {
  it('answer as a search does that uses them, and the one in use stays', async () => {
    const engine = library();
    const before = await searches(engine);
    expect(before).toMatchObject(queries.map(() => ({ modelId: untrained })));
    await prepare(engine, trained);
    const [byUntrained, byTrained] = await compare(engine, [untrained, trained]);
    expect(byUntrained).toEqual(before);
    expect(byTrained).toMatchObject(queries.map(() => ({ modelId: trained })));
    expect(byTrained?.map(({ hits }) => hits)).not.toEqual(byUntrained?.map(({ hits }) => hits));
    expect(await searches(engine)).toEqual(before);
    expect(await inUse(engine)).toBe(untrained);
    await engine.finish(await engine.api['models.activate']({ modelId: trained }));
    expect(await searches(engine)).toEqual(byTrained);
  });

  it('are prepared once, without encoding a photo again', async () => {
    const engine = library();
    const job = await engine.api['models.prepare']({ modelId: trained });
    expect(job).toMatchObject({ kind: 'encode' });
    await prepare(engine, trained);
    const messages = engine.events.flatMap((event) => (event.type === 'job' ? event.job.message : []));
    expect(messages).toContain('Hashing');
    expect(messages.join()).not.toMatch(/Encoding/);
    expect(await engine.api['models.prepare']({ modelId: trained })).toBeNull();
    expect(await engine.api['models.prepare']({ modelId: untrained })).toBeNull();
  });

  it('are those in use now and before, if they still exist', async () => {
    const engine = library();
    const before = async () => (await engine.api['models.list']({})).find(({ usedBefore }) => usedBefore)?.id;
    expect(await before()).toBeUndefined();
    await engine.finish(await engine.api['models.activate']({ modelId: trained }));
    expect(await before()).toBe(untrained);
    await engine.finish(await engine.api['models.activate']({ modelId: untrained }));
    expect(await before()).toBe(trained);
    await engine.finish(await engine.api['models.remove']({ modelId: trained }));
    expect(await before()).toBeUndefined();
  });

  it('cannot be compared if one was removed, or made for another encoder', async () => {
    const engine = library();
    const folder = join(temporaryFolder(), 'tiny');
    await makeTinyClip(folder, { seed: 1 });
    const { id } = await engine.api['encoders.add']({ path: folder });
    const job = await engine.api['encoders.use']({ encoderId: id });
    if (job !== null) await engine.finish(job);
    const other = { code: 'bad-argument', message: expect.stringContaining('trained for the encoder') as string };
    await expect(engine.api['models.prepare']({ modelId: trained })).rejects.toMatchObject(other);
    await expect(compare(engine, [trained])).rejects.toMatchObject(other);
    await engine.finish(await engine.api['models.remove']({ modelId: trained }));
    await expect(compare(engine, [trained])).rejects.toMatchObject({ code: 'model-missing' });
  });
});

describe('queries to try models with', () => {
  const examples = (engine: TestEngine) => engine.api['search.examples']({ limit: 5 });

  it('are the last searches in words that found something, then own tags and captions', async () => {
    const engine = library();
    for (const text of ['sunset', 'type:jpg', 'snow tag:nothing', 'A Dog']) await search(engine, { text });
    const found = await examples(engine);
    expect(found.slice(0, 2)).toEqual([
      { text: 'A Dog', source: 'search' },
      { text: 'sunset', source: 'search' },
    ]);
    expect(found).toHaveLength(5);
    for (const { source, text } of found.slice(2)) {
      expect(['tag', 'caption']).toContain(source);
      expect(text.split(' ').length).toBeLessThan(8);
    }
  });

  it('are none in a library without photos', async () => {
    expect(await examples(testEngine())).toEqual([]);
  });
});
