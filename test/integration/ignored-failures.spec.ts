// Unusable files that the person ignores: not counted, not listed, until they have changed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { itemAt } from '../../src/shared/at.ts';
import { albumWith, testEngine } from '../support/engine.ts';

it('are ignored until the file has changed', async () => {
  const engine = testEngine();
  const album = albumWith('animals/red-panda.jpg');
  const file = join(album, 'broken.jpg');
  writeFileSync(file, 'no picture');
  await engine.index(album);
  const failures = () => engine.api['library.failures']({});
  const counted = async () => (await engine.api['library.status']({})).failures;
  const { id, folderId } = itemAt(await failures(), 0);
  expect(await counted()).toBe(1);
  await engine.api['library.ignoreFailures']({ failureIds: [id], isIgnored: true });
  expect([await counted(), itemAt(await failures(), 0).isIgnored]).toEqual([0, true]);
  await engine.finish(await engine.api['folders.index']({ folderIds: [folderId] }));
  expect([await counted(), itemAt(await failures(), 0).isIgnored]).toEqual([0, true]);
  writeFileSync(file, 'another one that is no picture');
  await engine.finish(await engine.api['folders.index']({ folderIds: [folderId] }));
  expect([await counted(), itemAt(await failures(), 0).isIgnored]).toEqual([1, false]);
});
