// Learning from tags, albums and people: real engine, real photos without a caption.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { photoEdit } from '../../src/shared/contract/edits.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import { fileNames, sampleAlbum, search, testEngine, type TestEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const photosIn = (name: string): string[] =>
  readdirSync(join(sampleAlbum, name))
    .filter((file) => /[.](jpg|png|webp)$/.test(file))
    .map((file) => `${name}/${file}`);
const [animals, places] = [photosIn('animals'), photosIn('places')];

async function indexed(): Promise<{ engine: TestEngine; idsOf: (paths: readonly string[]) => PhotoId[] }> {
  const engine = testEngine();
  const folder = temporaryFolder();
  // Without the metadata of the files.
  for (const photo of [...animals, ...places])
    await sharp(join(sampleAlbum, photo)).toFile(join(folder, basename(photo)));
  await engine.index(folder);
  const hits = await engine.api['photos.recent']({ limit: 100, offset: 0 });
  const ids = new Map(hits.map(({ photoId, path }) => [basename(path), photoId]));
  return { engine, idsOf: (paths) => paths.flatMap((path) => ids.get(basename(path)) ?? []) };
}

const edit = (change: unknown) => photoEdit.parse(change);
const quick = { bits: 32, epochs: 2, hidden: 64, activate: 'always' } as const;

it('finds photos without captions by tags and albums it has learned', async () => {
  const { engine, idsOf } = await indexed();
  // Names that the encoder connects with other things than these photos show.
  await engine.api['edits.apply'](edit({ photoIds: idsOf(animals), addTags: ['piano'] }));
  const { id: albumId } = await engine.api['albums.create']({ name: 'umbrella' });
  await engine.api['albums.add']({ albumId, photoIds: idsOf(places) });
  const byMeaning = (text: string) => search(engine, { text, mode: 'semantic', limit: 10 });
  const isAnimal = (name: string) => animals.some((path) => basename(path) === name);
  const share = async (text: string) => fileNames(await byMeaning(text)).filter(isAnimal).length / 10;
  const before = [await share('piano'), await share('umbrella')] as const;

  const plan = await engine.api['train.plan'](trainOptions.parse({ from: 'tags' }));
  expect(plan).toMatchObject({
    enough: true,
    labels: { photos: animals.length + places.length, labels: 2, lacking: null },
  });
  const job = await engine.finish(await engine.api['train.start'](trainOptions.parse({ ...quick, from: 'tags' })));
  const model = (await engine.api['models.list']({})).find(({ id }) => id === job.modelId);
  expect(model).toMatchObject({ method: 'batch', active: true, options: { from: 'tags' } });
  expect(await share('piano')).toBeGreaterThanOrEqual(Math.max(0.9, before[0]));
  expect(await share('umbrella')).toBeLessThanOrEqual(Math.min(0.1, before[1]));
});

it('from both sources makes a model of each, measured with the same photos, and uses the better one', async () => {
  const { engine, idsOf } = await indexed();
  await engine.api['edits.apply'](edit({ photoIds: idsOf(animals), addTags: ['animal'] }));
  await engine.api['edits.apply'](edit({ photoIds: idsOf(places), addTags: ['place'] }));
  const job = await engine.finish(await engine.api['train.start'](trainOptions.parse({ ...quick, from: 'both' })));
  const models = (await engine.api['models.list']({})).filter(({ epochs }) => epochs.length > 0);
  expect(models.map(({ method }) => method).sort()).toEqual(['batch', 'two-tower']);
  const qualities = models.map(({ evaluation }) => evaluation?.library);
  expect(new Set(qualities.map((quality) => quality?.queries)).size).toBe(1);
  const [used, other] = [...models].sort((a, b) => Number(b.active) - Number(a.active));
  expect(used).toMatchObject({ active: true, id: job.modelId });
  const [own, others] = [used?.evaluation?.library, other?.evaluation?.library];
  if (own?.better === others?.better) expect(own?.likelihood).toBeGreaterThanOrEqual(others?.likelihood ?? 0);
  else expect(own?.better).toBe(true);
});

it('is refused with the numbers of photos and labels if too few photos have a common tag', async () => {
  const { engine, idsOf } = await indexed();
  await engine.api['edits.apply'](edit({ photoIds: idsOf(animals).slice(0, 5), addTags: ['animal'] }));
  const options = trainOptions.parse({ ...quick, from: 'tags' });
  expect(await engine.api['train.plan'](options)).toMatchObject({ enough: false, labels: { lacking: 'photos' } });
  await expect(engine.api['train.start'](options)).rejects.toMatchObject({
    code: 'too-few-pairs',
    message: expect.stringContaining('there are 0 on 0 photos') as string,
  });
});
