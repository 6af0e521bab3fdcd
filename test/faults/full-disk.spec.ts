// A full or read-only disk: search answers, data that cannot be stored are refused with a reason, and nobody waits.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import { albumWith, sampleAlbum, testEngine } from '../support/engine.ts';
import { jsonLines, runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { smallDisk } from './support/machine.ts';
import { fault } from './support/needs.ts';

const photos = ['animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg'];
const find = (text: string) => searchQuery.parse({ text, limit: 3 });

fault('a full disk: search answers, nothing unsaved is called saved, and jobs end', ['root', 'tmpfs'], async () => {
  const disk = smallDisk(32);
  const engine = testEngine(join(disk.path, 'library'));
  await engine.index(albumWith(...photos));
  const fillers = [disk.fill('filler-1'), disk.fill('filler-2')];
  // The unused part of the write-ahead log's file may still take a little.
  const saved: string[] = [];
  let refused: unknown = null;
  for (let n = 0; n < 2000 && refused === null; n++) {
    const name = `search ${n}`;
    await engine.api['search.save']({ name, text: 'dog '.repeat(1500) }).then(
      () => saved.push(name),
      (error: unknown) => (refused = error),
    );
  }
  expect(refused).toMatchObject({ code: 'disk-full' });
  const stored = (await engine.api['search.saved']({})).map(({ name }) => name);
  expect(stored.sort()).toEqual(saved.sort());
  for (let n = 0; n < 30; n++) {
    const { hits } = await engine.api['search.query'](find(`dog number ${n}`));
    expect(hits.length).toBeGreaterThan(0);
  }
  await expect(engine.api['folders.add']({ path: sampleAlbum })).rejects.toMatchObject({ code: 'disk-full' });
  expect((await engine.api['library.status']({})).folders).toHaveLength(1);
  await expect(engine.api['folders.index']({})).rejects.toMatchObject({ code: 'disk-full' });
  for (const filler of fillers) rmSync(filler);
  const job = await engine.finish(await engine.api['folders.index']({}));
  expect(job).toMatchObject({ state: 'done', result: { unchanged: 3, failed: 0 } });
});

fault(
  'a disk that becomes full during a training: the job ends with the reason, and goes on later',
  ['root', 'tmpfs'],
  async () => {
    const disk = smallDisk(64);
    const engine = testEngine(join(disk.path, 'library'));
    await engine.index(sampleAlbum);
    const options = trainOptions.parse({ bits: 32, epochs: 30, hidden: 256, activate: false });
    const job = await engine.api['train.start'](options);
    await expect.poll(() => engine.events.filter((e) => e.type === 'epoch').length).toBeGreaterThan(1);
    const fillers = [disk.fill('filler-1'), disk.fill('filler-2')];
    const ended = await engine.finished(job.id);
    for (const filler of fillers) rmSync(filler);
    if (ended.state === 'failed') {
      expect(ended.error?.code).toBe('disk-full');
      await expect
        .poll(async () => (await engine.api['jobs.list']({})).find(({ id }) => id === job.id)?.state)
        .toBe('failed');
      const again = await engine.finish(await engine.api['train.start'](options));
      expect(again.modelId).toBe(job.modelId);
    } else expect(ended.state).toBe('done');
  },
);

fault('a read-only library: search and status answer, and indexing says why it cannot', ['root', 'tmpfs'], async () => {
  const library = temporaryFolder();
  const engine = testEngine(library);
  await engine.index(albumWith(...photos));
  await engine.close();
  const disk = smallDisk(64);
  cpSync(library, join(disk.path, 'library'), { recursive: true });
  const onDisk = join(disk.path, 'library');
  const before = readdirSync(onDisk).sort();
  disk.readOnly(true);
  const found = await runOn(onDisk, ['search', 'text', 'cat', '--json']);
  expect(found.status).toBe(0);
  expect(jsonLines(found)[0]).toHaveLength(3);
  expect((await runOn(onDisk, ['status', '--json'])).status).toBe(0);
  const indexed = await runOn(onDisk, ['index', sampleAlbum]);
  expect(indexed.status).toBe(1);
  expect(indexed.stderr).toMatch(/cannot be written/);
  expect(readdirSync(onDisk).sort()).toEqual(before);
  disk.readOnly(false);
});

fault(
  'a read-only library whose default model is damaged, or lost, is searched all the same',
  ['root', 'tmpfs'],
  async () => {
    const library = temporaryFolder();
    const engine = testEngine(library);
    await engine.index(albumWith(...photos));
    await engine.close();
    for (const what of ['damaged', 'lost']) {
      const disk = smallDisk(64);
      const onDisk = join(disk.path, 'library');
      cpSync(library, onDisk, { recursive: true });
      const model = join(onDisk, 'models', 'rotation-starter-1');
      if (what === 'lost') rmSync(model, { recursive: true });
      else writeFileSync(join(model, 'image.onnx'), 'damaged');
      disk.readOnly(true);
      const found = await runOn(onDisk, ['search', 'text', 'cat', '--json']);
      expect({ what, status: found.status, stderr: found.status === 0 ? '' : found.stderr }).toEqual({
        what,
        status: 0,
        stderr: '',
      });
      expect(jsonLines(found)[0]).toHaveLength(3);
      disk.readOnly(false);
    }
  },
);

fault('a library on a full disk is opened and searched by a new process', ['root', 'tmpfs'], async () => {
  const library = temporaryFolder();
  const engine = testEngine(library);
  await engine.index(albumWith(...photos));
  await engine.close();
  const disk = smallDisk(32);
  const onDisk = join(disk.path, 'library');
  cpSync(library, onDisk, { recursive: true });
  disk.fill('filler-1');
  disk.fill('filler-2');
  const { status, stdout } = await runOn(onDisk, ['search', 'text', 'cat', '--json']);
  expect(status).toBe(0);
  expect(parseJson(z.array(z.unknown()), stdout).length).toBe(3);
});

fault('a library that is deleted while it is in use gets no new files', [], async () => {
  const engine = testEngine();
  const album = join(temporaryFolder(), 'many');
  mkdirSync(album);
  for (let n = 0; n < 60; n++) copyFileSync(join(sampleAlbum, photos[n % 3] ?? ''), join(album, `${n}.jpg`));
  const { job } = await engine.api['folders.add']({ path: album });
  await expect.poll(() => engine.events.some((e) => e.type === 'job' && e.job.done > 3)).toBe(true);
  rmSync(engine.libraryDir, { recursive: true, force: true });
  const ended = await engine.finished(job.id);
  expect(ended.error?.code).toBe('library-gone');
  await expect(engine.api['search.query'](find('dog'))).rejects.toMatchObject({ code: 'library-gone' });
  await expect(engine.api['search.save']({ name: 'a', text: 'b' })).rejects.toMatchObject({ code: 'library-gone' });
  expect(existsSync(engine.libraryDir)).toBe(false);
});

fault(
  'a full disk for copies: the job says so, what was copied is whole, and nothing else is left',
  ['root', 'tmpfs'],
  async () => {
    const disk = smallDisk(2);
    const engine = testEngine(join(temporaryFolder(), 'library'));
    await engine.index(albumWith(...photos));
    const photoIds = (await engine.api['photos.recent']({ limit: 3, offset: 0 })).map(({ photoId }) => photoId);
    disk.fill('filler');
    const full = await engine.finished(
      (await engine.api['copies.make']({ photoIds, folder: disk.path, names: '{name}', form: { as: 'original' } })).id,
    );
    expect(full).toMatchObject({ state: 'failed', error: { code: 'disk-full' } });
    expect(full.error?.message).toContain(disk.path);
    const left = readdirSync(disk.path).filter((name) => name !== 'filler');
    expect(left.filter((name) => !name.endsWith('.jpg'))).toEqual([]);
  },
);
