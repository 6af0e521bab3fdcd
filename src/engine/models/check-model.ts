// Checks files that were made elsewhere before the engine opens them.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { invalidEncoder } from '../encoder/encoder-format.ts';
import { encoderFileNames } from '../encoder/open-encoder.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { modelFileNames } from '../hashing/model/model-files.ts';
import { ProcessEnded, runCapped } from '../runtime/capped-process.ts';
import type { CheckOrder } from './check-model-messages.ts';

const program = new URL('./check-model-process.ts', import.meta.url);
/** Many times the duration for a large model on a busy machine (docs/measurements.md, Runs of networks). */
const maxMs = 60_000;
/** Ten times the time of the largest known encoder on a slow disk, in proportion to size, and a minute (as above). */
const encoderMsOf = (bytes: number): number => maxMs + (bytes / 1.7e9) * 600_000;
/** Memory of a process that has loaded ONNX Runtime, and memory that opening takes for each byte of a network. */
const baseBytes = 1 << 30;
const bytesPerByte = 8;

/**
 * Opens the hash model in folder `dir` in a separate process, with a minute and memory by the size of its files, and
 * runs both networks.
 * @param shown the folder a person knows it by, for messages
 * @throws HashlensError `model-missing`, `unreadable` or `unsupported-format` as `openHashModel`; `unreadable` for networks
 *   that never end, take too much memory, end the process, or keep their numbers in other files
 */
export async function checkModel(dir: string, shown: string): Promise<void> {
  const sizes = await Promise.all(modelFileNames.map((name) => stat(join(dir, name)).then(({ size }) => size)));
  const maxBytes = baseBytes + bytesPerByte * sizes.reduce((sum, size) => sum + size, 0);
  const order: CheckOrder = { kind: 'model', dir };
  try {
    await runCapped(program, order, { maxMs, maxBytes });
  } catch (error) {
    if (error instanceof HashlensError) {
      throw new HashlensError(error.code, error.message.replaceAll(dir, shown), { cause: error });
    }
    if (!(error instanceof ProcessEnded)) throw error;
    const what = {
      time: `did not end within ${maxMs / 1000} seconds`,
      memory: 'take more memory than networks of their size need',
      crash: 'end the process that opens them',
    }[error.reason];
    throw new HashlensError('unreadable', `The networks of the hash model in ${shown} ${what}, so it is not used.`, {
      cause: error,
    });
  }
}

/**
 * Opens the encoder in folder `dir` in a separate process, with time and memory by the size of its networks, and runs
 * both.
 * @param id the id its rows are stored under; that of its folder where null
 * @throws HashlensError `encoder-missing` without the folder, `encoder-invalid` when it cannot be used
 */
export async function checkEncoder(dir: string, id: string | null): Promise<EncoderInfo> {
  const names = await encoderFileNames(dir);
  const sizes = await Promise.all(names.map((name) => stat(join(dir, name)).then(({ size }) => size)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const maxBytes = 2 * baseBytes + bytesPerByte * bytes;
  try {
    const order: CheckOrder = { kind: 'encoder', dir, id };
    // The process is our own, and answers with what openEncoderFolder has found.
    return (await runCapped(program, order, { maxMs: encoderMsOf(bytes), maxBytes })) as EncoderInfo;
  } catch (error) {
    if (!(error instanceof ProcessEnded)) throw error;
    const what = {
      time: 'has networks that do not end',
      memory: 'has networks that take more memory than those of their size need',
      crash: 'has networks that end the process that opens them',
    }[error.reason];
    throw invalidEncoder(dir, what, undefined, error);
  }
}
