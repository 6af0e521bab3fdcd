// Hash models as folders that leave a library and come into one.
import { existsSync } from 'node:fs';
import { constants, lstat, open, realpath, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { openHashModel } from '../hashing/model/hash-model.ts';
import { modelFileNames, readManifest, type ModelManifest } from '../hashing/model/model-files.ts';
import { checkModel } from './check-model.ts';
import { sweepTemporary, writeFolderAtomic } from '../runtime/atomic-write.ts';
import { requireEmptyFolder } from '../runtime/empty-folder.ts';
import type { ActiveModels } from './active-models.ts';
import type { Store } from '../store/database.ts';

const idPattern = /^[a-z0-9][a-z0-9-]{0,70}$/;

/** Most bytes a file of a model may have. A network of 100 million parameters has 400 MB. */
const largestFile = 2 ** 31 - 1;
const largestManifest = 64 * 2 ** 20;

/** Refuses a folder without the files of a model, or with others in their place: reading a pipe would never end. */
async function refuseOddFiles(folder: string): Promise<void> {
  for (const name of modelFileNames) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!found?.isFile()) {
      throw new HashlensError(
        'model-missing',
        `There is no whole hash model in ${folder} (no file ${name}); choose a folder that a model was exported to.`,
      );
    }
    if (found.size > (name === 'manifest.json' ? largestManifest : largestFile)) {
      throw new HashlensError('too-large', `${path} has ${found.size} bytes, which no hash model needs.`);
    }
  }
}

/** Copies the files of a model. Links are followed, so that the copy depends on nothing else. */
async function copyFiles(source: string, target: string): Promise<void> {
  for (const name of modelFileNames) {
    const from = await open(join(source, name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await from.stat()).isFile()) throw new Error(`${name} is no longer a file`);
      await writeFile(join(target, name), await from.readFile(), { flag: 'wx' });
    } finally {
      await from.close();
    }
  }
}

/**
 * Copies model `id` into folder `path`, which must be absent or empty. Throws `model-missing`, `bad-argument` (not
 * trained to the end; a folder with something in it), `unreadable` (the model's files are damaged).
 */
export async function exportModel(store: Store, active: ActiveModels, id: ModelId, path: string): Promise<void> {
  const row = store.models.get(id);
  if (!row) throw new HashlensError('model-missing', `There is no model ${id} in the library.`);
  if (row.state !== 'ready') {
    throw new HashlensError('bad-argument', `Model ${id} is ${row.state} and has no files to export; train it first.`);
  }
  const isThere = await requireEmptyFolder(path);
  // Damaged files should not travel.
  await (await openHashModel(active.modelDir(id), { threads: 1 })).dispose();
  if (isThere) await rmdir(path);
  await writeFolderAtomic(path, (folder) => copyFiles(active.modelDir(id), folder), { mode: 0o755 });
}

/**
 * Takes the model in folder `path` into the library: under its own name, or a new one where that is taken. The folder is
 * only read. A folder of the library's own models that the database does not know, as after a lost database, is
 * registered where it is; a known one stays unchanged.
 *
 * Everything is checked first: format version, checksums, operators, shapes (both networks are run on rows, in a process
 * with limits), and the encoder, which must be on this machine with the same widths.
 *
 * Throws `model-missing` (no model in the folder), `unreadable` (damaged, or networks that must not be run),
 * `unsupported-format` (made by a newer version), `encoder-missing` and `bad-argument` (made for an encoder this machine
 * does not have, or has with other widths).
 */
export async function importModel(store: Store, active: ActiveModels, path: string): Promise<ModelId> {
  const own = await ownFolder(active, path);
  if (own !== null) {
    const state = store.models.get(own)?.state;
    if (state === 'ready') return own;
    if (state === 'training') throw new HashlensError('bad-argument', `The model ${own} is being trained.`);
    await refuseOddFiles(path);
    await checkModel(path, path);
    const manifest = await readManifest(path);
    checkEncoder(active, manifest);
    return register(store, own, manifest);
  }
  await refuseOddFiles(path);
  const manifest = await readManifest(path);
  checkEncoder(active, manifest);
  const id = freeId(store, active, manifest, path);
  await sweepTemporary(dirname(active.modelDir(id)));
  // The copy is checked, not the source, which may change meanwhile.
  await writeFolderAtomic(active.modelDir(id), async (folder) => {
    await copyFiles(path, folder);
    await checkModel(folder, path);
    checkEncoder(active, await readManifest(folder));
  });
  return register(store, id, await readManifest(active.modelDir(id)));
}

/** The id of a folder among the library's own models; null for other folders, wrong names, and folders without its files. */
async function ownFolder(active: ActiveModels, path: string): Promise<ModelId | null> {
  const id = basename(path) as ModelId;
  if (!idPattern.test(id)) return null;
  const [found, own] = await Promise.all([path, active.modelDir(id)].map((dir) => realpath(dir).catch(() => null)));
  if (found === null || found !== own) return null;
  const entries = await Promise.all(modelFileNames.map((name) => lstat(join(path, name)).catch(() => null)));
  return entries.every((entry) => entry?.isFile()) ? id : null;
}

function register(store: Store, id: ModelId, manifest: ModelManifest): ModelId {
  const { method, bits, options, evaluation, bestEpoch, createdAt, epochs } = manifest;
  const encoderId = manifest.encoder.id;
  store.transaction(() => {
    // A training that was abandoned may have left a row without files.
    if (store.models.get(id)) store.models.remove(id);
    const row = { id, method, bits, encoderId, options, evaluation, bestEpoch, createdAt };
    store.models.add({ ...row, state: 'ready' }, epochs);
  });
  return id;
}

function checkEncoder(active: ActiveModels, { encoder }: ModelManifest): void {
  const inUse = active.encoderId();
  const known = active.encoders().find(({ id, installed }) => id === encoder.id && installed);
  if (known === undefined) {
    throw new HashlensError(
      'encoder-missing',
      `The model is made for the encoder ${encoder.id}, which is not on this machine, where ${inUse} is in use; add or download ${encoder.id} first.`,
    );
  }
  const widths = (e: { imageWidth: number; textWidth: number }) => `${e.imageWidth} and ${e.textWidth} numbers`;
  if (known.imageWidth !== encoder.imageWidth || known.textWidth !== encoder.textWidth) {
    throw new HashlensError(
      'bad-argument',
      `The model is made for an encoder ${encoder.id} of ${widths(encoder)}, and ${known.id} on this machine has ${widths(known)}; train a model with this one.`,
    );
  }
}

/** The model's name, else that of its folder, else a new one; with a number appended where the id is taken. */
function freeId(store: Store, active: ActiveModels, manifest: ModelManifest, path: string): ModelId {
  const { name, method, bits, createdAt } = manifest;
  const stamp = new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const wanted = [name, basename(path), `${method}-${bits}-${stamp}`].find(
    (candidate) => candidate !== undefined && idPattern.test(candidate),
  );
  const base = wanted ?? `model-${bits}-${stamp}`;
  for (let n = 1; ; n++) {
    const id = (n === 1 ? base : `${base}-${n}`) as ModelId;
    // A folder the database does not know is somebody's model too.
    if (store.models.get(id) === null && !existsSync(active.modelDir(id))) return id;
  }
}
