// Reads an image named on the command line in a separate process, so that a hanging disk or an endless device
// blocks only that process.
import { basename } from 'node:path';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import { ProcessEnded, runCapped } from '../runtime/capped-process.ts';

const caps = { maxMs: 10_000, maxBytes: 1000 * 1024 * 1024 };

/**
 * @param file absolute path
 * @throws HashlensError `not-found`, `unreadable`, `too-large`; `offline` when its disk does not answer
 */
export async function readImageFile(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await runCapped(new URL('./image-file-process.ts', import.meta.url), file, caps);
    return new Uint8Array(z.instanceof(Uint8Array).parse(bytes));
  } catch (error) {
    if (!(error instanceof ProcessEnded)) throw error;
    const message =
      error.reason === 'time'
        ? `The disk of ${file} does not answer; check it or its network connection.`
        : `${basename(file)} could not be read: ${error.message}`;
    throw new HashlensError(error.reason === 'time' ? 'offline' : 'io-error', message, { cause: error });
  }
}
