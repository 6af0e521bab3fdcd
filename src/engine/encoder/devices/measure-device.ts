// Tries an encoder on a device of this machine, in a separate process with caps.
import { firstLine, HashlensError } from '../../../shared/errors.ts';
import type { DeviceMeasurement, EncoderDevice } from '../../../shared/contract/encoders.ts';
import { memoryBudget } from '../../runtime/memory-budget.ts';
import { runCapped } from '../../runtime/capped-process.ts';
import type { EncoderSpec } from '../open-encoder.ts';
import type { MeasureOrder } from './measure-device-messages.ts';

const program = new URL('./measure-device-process.ts', import.meta.url);
/** Loading the largest known encoder twice takes a minute from a slow disk; a software GPU takes longer than the CPU. */
const maxMs = 300_000;

/** Runtimes and drivers put source locations before and after their message. */
const withoutLocations = (error: unknown): string =>
  firstLine(error)
    .replace(/^.*\/onnxruntime_src\/.* was false\. /, '')
    .slice(0, 300);

/**
 * Compares the encoder's rows on a device with the CPU's on built-in pictures and texts, and times both networks. Never throws
 * for a device that does not work: the measurement says why.
 * @throws HashlensError `cancelled` as the signal's reason
 */
export async function measureDevice(
  spec: EncoderSpec,
  device: EncoderDevice,
  signal?: AbortSignal,
): Promise<DeviceMeasurement> {
  const order: MeasureOrder = { spec, device };
  try {
    const caps = { maxMs, maxBytes: memoryBudget(), ...(signal === undefined ? {} : { signal }) };
    // The program is our own, and answers with a measurement.
    return (await runCapped(program, order, caps)) as DeviceMeasurement;
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof HashlensError && error.cause !== undefined ? error.cause : error;
    return {
      device,
      passed: false,
      detail: withoutLocations(cause),
      cosine: null,
      imageMs: null,
      textMs: null,
      imageBatch: 1,
    };
  }
}
