// Hash models as folders that leave a library and come into one.
import { cp, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import type { ModelId } from '../../shared/types.ts';
import { openHashModel } from '../hashing/hash-model.ts';
import { modelFileNames, type ModelManifest } from '../hashing/model-files.ts';
import type { Active } from '../search/active.ts';
import type { Store } from '../store/database.ts';

const idPattern = /^[a-z0-9][a-z0-9-]{0,70}$/;

/** Copies the files of a model into `target`, whole or not at all. */
async function copyModel(source: string, target: string): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    for (const name of modelFileNames) await cp(join(source, name), join(temporary, name));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Copies model `id` into folder `path`, which must be absent or empty. Throws `model-missing`, `bad-argument` (not
 * trained to the end; a folder with something in it), `unreadable` (the model's files are damaged).
 */
export async function exportModel(store: Store, active: Active, id: ModelId, path: string): Promise<void> {
  const row = store.models.get(id);
  if (!row) throw new HashlensError('model-missing', `There is no model ${id}; see \`hashlens models list\`.`);
  if (row.state !== 'ready') {
    throw new HashlensError('bad-argument', `Model ${id} is ${row.state} and has no files to export; train it first.`);
  }
  const there = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new HashlensError('bad-argument', `${path} is not a folder; name one that does not exist yet.`);
  });
  if (there !== null && there.length > 0) {
    throw new HashlensError('bad-argument', `The folder ${path} is not empty; name one that does not exist yet.`);
  }
  // Damaged files should not travel.
  await (await openHashModel(active.modelDir(id), { threads: 1 })).dispose();
  if (there !== null) await rmdir(path);
  await copyModel(active.modelDir(id), path);
}

/**
 * Takes the model in folder `path` into the library under its own name, or a new one where that is taken. Everything is
 * checked first: format version, check sums, shapes (both networks are run on a row), and the encoder, which must be on
 * this machine with the same widths.
 *
 * Throws `model-missing` (no model in the folder), `unreadable` (damaged), `unsupported-format` (made by a newer
 * version), `encoder-missing` and `bad-argument` (made for an encoder this machine does not have, or has otherwise).
 */
export async function importModel(store: Store, active: Active, path: string): Promise<ModelId> {
  const model = await openHashModel(path, { threads: 1 }).catch((error: unknown) => {
    if (!(error instanceof HashlensError) || error.code !== 'model-missing') throw error;
    const remedy = 'choose a folder that `hashlens models export` has made';
    throw new HashlensError('model-missing', `There is no whole hash model in ${path}; ${remedy}.`, { cause: error });
  });
  try {
    const { encoder } = model.manifest;
    checkEncoder(active, model.manifest);
    const images = await model.encodeImages(new Float32Array(encoder.imageWidth));
    const texts = await model.encodeTexts(new Float32Array(encoder.textWidth), ['']);
    if (images.real.length !== model.realWidth || texts.real.length !== model.realWidth) {
      throw new HashlensError(
        'unreadable',
        `The networks of the hash model in ${path} do not give ${model.bits} bits.`,
      );
    }
  } finally {
    await model.dispose();
  }
  const { manifest } = model;
  const id = freeId(store, manifest, path);
  await rm(active.modelDir(id), { recursive: true, force: true });
  await copyModel(path, active.modelDir(id));
  const { method, bits, options, evaluation, bestEpoch, createdAt, epochs } = manifest;
  const encoderId = manifest.encoder.id;
  store.models.add({ id, method, bits, encoderId, state: 'ready', options, evaluation, bestEpoch, createdAt }, epochs);
  return id;
}

function checkEncoder(active: Active, { encoder }: ModelManifest): void {
  const inUse = active.encoderId();
  const known = active.encoders().find(({ id, installed }) => id === encoder.id && installed);
  if (known === undefined) {
    throw new HashlensError(
      'encoder-missing',
      `The model is made for the encoder ${encoder.id}, which is not on this machine, where ${inUse} is in use; add ${encoder.id} with \`hashlens encoders add\` first.`,
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

/** The name the model had, else that of its folder, else one of its own; with a number behind it where it is taken. */
function freeId(store: Store, { name, method, bits, createdAt }: ModelManifest, path: string): ModelId {
  const stamp = new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const wanted = [name, basename(path), `${method}-${bits}-${stamp}`].find(
    (candidate) => candidate !== undefined && idPattern.test(candidate),
  );
  const base = wanted ?? `model-${bits}-${stamp}`;
  for (let n = 1; ; n++) {
    const id = (n === 1 ? base : `${base}-${n}`) as ModelId;
    if (store.models.get(id) === null) return id;
  }
}
