import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { folderBytes } from './folder-bytes.ts';

it('counts the files of a folder and of those inside it, and no target of a link', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-bytes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'models/first'), { recursive: true });
  await writeFile(path.join(folder, 'models/first/towers.onnx'), Buffer.alloc(700));
  await writeFile(path.join(folder, 'note'), Buffer.alloc(30));
  await symlink(path.join(folder, 'models/first/towers.onnx'), path.join(folder, 'link'));
  expect(await folderBytes(folder)).toBe(730);
  expect(await folderBytes(path.join(folder, 'missing'))).toBe(0);
});
