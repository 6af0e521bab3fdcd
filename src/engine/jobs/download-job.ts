// Encoders that come to this machine on the person's order: from the model hub, or from a folder they already have.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import { openClipEncoder } from '../encoder/clip/clip-encoder.ts';
import { downloadEncoder } from '../encoder/clip/download.ts';
import { describeKnownEncoder, knownEncoders } from '../encoder/clip/known-encoders.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { Store } from '../store/database.ts';
import type { EncodingTools } from './encoding.ts';
import type { JobRunner } from './queue.ts';

const downloadParams = z.object({ encoderId: z.string() });

/** @throws HashlensError `bad-argument` for an encoder that is not in the table */
export function knownEncoder(encoderId: string) {
  const known = describeKnownEncoder(encoderId);
  if (known) return known;
  const names = knownEncoders.map((encoder) => encoder.id).join(', ');
  throw new HashlensError('bad-argument', `There is no encoder ${encoderId} to download; known are ${names}.`);
}

export function downloadJob({ store, libraryDir }: EncodingTools): JobRunner {
  return async (rawParams, context) => {
    const known = knownEncoder(downloadParams.parse(rawParams).encoderId);
    const targetDir = join(libraryDir, 'encoders', known.id.replaceAll(/[^A-Za-z0-9.-]+/g, '_'));
    await downloadEncoder({
      repo: known.repo,
      revision: known.revision,
      files: known.files,
      targetDir,
      signal: context.signal,
      onProgress: (done, total, file) => context.progress(done, total, `Downloading ${file}`),
    });
    await registerEncoder(store, targetDir, known.id);
  };
}

/**
 * Opens the folder once, to see that it works, and remembers it. The folder stays where it is.
 * @throws HashlensError `encoder-invalid`, naming what is missing or broken
 */
export async function registerEncoder(store: Store, folder: string, id?: string): Promise<EncoderInfo> {
  const path = resolve(folder);
  const encoder = await openClipEncoder(path, id === undefined ? {} : { id });
  const { info } = encoder;
  await encoder.dispose();
  const known = store.encoders.list().find((row) => row.info.id === info.id);
  if (known && known.path !== path) {
    // Rows of two different networks must never meet under one id.
    throw new HashlensError(
      'encoder-invalid',
      `An encoder ${info.id} is known already, in ${known.path}; rename the folder ${path} to add it as another one.`,
    );
  }
  store.encoders.put({ info, path });
  return info;
}
