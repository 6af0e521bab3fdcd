// An encoder on a device that may fail at any time: a driver that is reset, memory that runs out.
import { HashlensError } from '../../../shared/errors.ts';
import type { Encoder } from '../encoder.ts';

/** Longest time for one request, a batch of photos included. A device that takes longer hangs in its driver. */
const maxRequestMs = 60_000;

/** Errors about the items and about an encoder that is closed; the device has not failed. */
const isOwn = (error: unknown): boolean =>
  error instanceof HashlensError && ['bad-argument', 'cancelled', 'engine-stopped'].includes(error.code);

async function inTime<T>(work: Promise<T>, maxMs: number): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    clock = setTimeout(() => reject(new Error(`no answer within ${maxMs / 1000} seconds`)), maxMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(clock);
  }
}

/**
 * Asks `first`; once it fails, the encoder that `openSecond` opens repeats the request and answers all later ones. Nothing that
 * was answered before is computed again.
 * @param onFailure called once, with the first error
 */
export function withFallback(
  first: Encoder,
  openSecond: () => Promise<Encoder>,
  onFailure: (error: unknown) => void,
  maxMs = maxRequestMs,
): Encoder {
  let second: Promise<Encoder> | null = null;
  let isClosed = false;

  function secondAfter(error: unknown): Promise<Encoder> {
    if (second !== null) return second;
    second = openSecond();
    onFailure(error);
    // Its process may have ended already.
    void first.dispose().catch(() => undefined);
    return second;
  }

  async function askFirst(request: (encoder: Encoder) => Promise<Float32Array>): Promise<Float32Array> {
    const rows = await inTime(request(first), maxMs);
    if (rows.every(Number.isFinite)) return rows;
    throw new Error('its rows are not finite numbers');
  }

  async function ask(request: (encoder: Encoder) => Promise<Float32Array>): Promise<Float32Array> {
    if (second !== null) return request(await second);
    try {
      return await askFirst(request);
    } catch (error) {
      if (isClosed || isOwn(error)) throw error;
      return request(await secondAfter(error));
    }
  }

  return {
    info: first.info,
    input: first.input,
    ...(first.imageBatch === undefined ? {} : { imageBatch: first.imageBatch }),
    prepareImage: (source) => first.prepareImage(source),
    encodeImages: (images) => ask((encoder) => encoder.encodeImages(images)),
    encodeTexts: (texts) => ask((encoder) => encoder.encodeTexts(texts)),
    async dispose() {
      isClosed = true;
      await first.dispose();
      await (await second?.catch(() => null))?.dispose();
    },
  };
}
