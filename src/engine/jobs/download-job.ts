// Adds encoders at the person's request: from the model hub, or from a folder they already have.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import { downloadEncoder } from '../encoder/clip/download.ts';
import { describeKnownEncoder, knownEncoders } from '../encoder/clip/known-encoders.ts';
import { recordFiles, sameFiles, verifyFiles } from '../encoder/encoder-files.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { promptsMark } from '../encoder/encoder-format.ts';
import { encoderFileNames } from '../encoder/open-encoder.ts';
import { checkEncoder } from '../models/check-model.ts';
import { encoderHub } from '../models/encoder-hub.ts';
import type { Store } from '../store/database.ts';
import type { JobRunner } from './queue.ts';

const downloadParams = z.object({ encoderId: z.string() });

/** @throws HashlensError `bad-argument` for an encoder that is not in the table */
export function knownEncoder(encoderId: string) {
  const known = describeKnownEncoder(encoderId);
  if (known) return known;
  const names = knownEncoders.map((encoder) => encoder.id).join(', ');
  throw new HashlensError('bad-argument', `There is no encoder ${encoderId} to download; known are ${names}.`);
}

export function downloadJob(store: Store, libraryDir: string): JobRunner {
  return async (rawParams, context) => {
    const known = knownEncoder(downloadParams.parse(rawParams).encoderId);
    if (await isInstalled(store, known.id)) return;
    const targetDir = join(libraryDir, 'encoders', known.id.replaceAll(/[^A-Za-z0-9.-]+/g, '_'));
    await downloadEncoder({
      repo: known.repo,
      revision: known.revision,
      files: known.files,
      ...(known.parts === undefined ? {} : { parts: known.parts }),
      targetDir,
      baseUrl: encoderHub(store.settings),
      signal: context.signal,
      onProgress: (done, total, file) => context.progress(done, total, `Downloading ${file}`),
    });
    await registerEncoder(store, targetDir, known.id);
  };
}

/** Whether an encoder is installed with the files it was added with, so that no download is needed. */
async function isInstalled(store: Store, id: string): Promise<boolean> {
  const row = store.encoders.get(id);
  if (!row?.files) return false;
  try {
    await verifyFiles(id, row.path, await encoderFileNames(row.path), row.files);
    return true;
  } catch {
    return false;
  }
}

/** The same networks as another encoder, with other text rows: different rows must have different ids. */
const withPrompts = (info: EncoderInfo): EncoderInfo => ({
  ...info,
  id: `${info.id}${promptsMark}`,
  name: `${info.name}, with prompts`,
  description: `${info.description} A text is compared as the mean of a few sentences with it.`,
});

/**
 * Checks the folder, and records its path and its files. The folder stays in place. A known encoder may be added
 * from another place if its files are the same.
 * @param prompts registers it as the encoder whose text rows are means over prompts
 * @throws HashlensError `encoder-invalid`, naming what is missing or broken, or that other files are known under its id
 */
export async function registerEncoder(
  store: Store,
  folder: string,
  id: string | null = null,
  prompts = false,
): Promise<EncoderInfo> {
  const path = resolve(folder);
  const opened = await checkEncoder(path, id);
  const info = prompts ? withPrompts(opened) : opened;
  const files = await recordFiles(path, await encoderFileNames(path));
  const known = store.encoders.get(info.id);
  const isSame = known?.files ? sameFiles(known.files, files) : known?.path === path;
  if (known && !isSame) {
    // Rows of two different networks must never mix under one id.
    throw new HashlensError(
      'encoder-invalid',
      `An encoder ${info.id} with other files is known already, in ${known.path}; rename the folder ${path} to add it as another one.`,
    );
  }
  store.encoders.put({ info, path, files });
  return info;
}
