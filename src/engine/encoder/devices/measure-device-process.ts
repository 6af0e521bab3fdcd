// The process that tries an encoder on a device: some drivers end the process that calls them.
import '../../runtime/telemetry-off.ts';
import type { DeviceMeasurement } from '../../../shared/contract/encoders.ts';
import { float32At, numberAt } from '../../../shared/at.ts';
import { serveTask } from '../../runtime/capped-task.ts';
import type { PreparedImage } from '../encoder.ts';
import type { OpenedEncoder } from '../encoder-format.ts';
import { openEncoder } from '../open-encoder.ts';
import type { MeasureOrder } from './measure-device-messages.ts';
import { samplePictures, sampleTexts } from './samples.ts';

/** Least cosine between a device's rows and the CPU's: float32 throughout, and networks that compute with less. */
const leastCosine = { full: 0.999, reduced: 0.99 } as const;
/** Batches a GPU is tried with, up to what memory and patience allow. */
const gpuBatches = [4, 8, 16, 32, 64] as const;
const cpuBatches = [4] as const;
/** A larger batch is taken if its time per photo is below this share of the best so far. */
const worthwhile = 0.95;
/** No larger batch is tried after a run that takes longer: the next would take twice as long. */
const longestRunMs = 1500;
/** A device that takes longer for the pictures of the comparison is far too slow, and is not timed again. */
const slowestMs = 10_000;

/** Least cosine of two lists of rows, `[n, width]` each; NaN where a number is not finite. */
function leastAgreement(a: Float32Array, b: Float32Array, width: number): number {
  let least = 1;
  for (let start = 0; start < a.length; start += width) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let at = start; at < start + width; at++) {
      dot += float32At(a, at) * float32At(b, at);
      aa += float32At(a, at) ** 2;
      bb += float32At(b, at) ** 2;
    }
    const cosine = aa === 0 && bb === 0 ? 1 : dot / Math.sqrt(aa * bb);
    // This condition also takes NaN as the least.
    if (!(cosine >= least)) least = cosine;
  }
  return least;
}

/** Milliseconds of the shorter of two runs after a first one, which compiles and allocates. */
async function shortestRun(run: () => Promise<unknown>): Promise<number> {
  const timed = async (): Promise<number> => {
    const began = performance.now();
    await run();
    return performance.now() - began;
  };
  const first = await timed();
  if (first > 4 * longestRunMs) return first;
  return Math.min(await timed(), await timed());
}

const batchOf = (pictures: readonly PreparedImage[], size: number): PreparedImage[] =>
  Array.from({ length: size }, (_, i) => {
    const picture = pictures[i % pictures.length];
    if (picture === undefined) throw new RangeError('there are no sample pictures');
    return picture;
  });

async function fastestBatch(
  encoder: OpenedEncoder,
  pictures: readonly PreparedImage[],
  sizes: readonly number[],
): Promise<{ imageBatch: number; imageMs: number }> {
  let best = { imageBatch: numberAt(sizes, 0), imageMs: Infinity };
  for (const imageBatch of sizes) {
    const ms = await shortestRun(() => encoder.encodeImages(batchOf(pictures, imageBatch))).catch((error: unknown) => {
      // A batch that is too large for the device's memory leaves the smaller ones.
      if (imageBatch === sizes[0]) throw error;
      return Infinity;
    });
    if (ms / imageBatch < worthwhile * best.imageMs) best = { imageBatch, imageMs: ms / imageBatch };
    if (ms > longestRunMs || ms / imageBatch > best.imageMs) break;
  }
  return best;
}

async function measure({ spec, device }: MeasureOrder): Promise<DeviceMeasurement> {
  const sizes = device === 'cpu' ? cpuBatches : gpuBatches;
  // Open the device first: opening fails at once where there is none.
  const encoder = await openEncoder({ ...spec, device, imageBatch: Math.max(...sizes) });
  const pictures = samplePictures(encoder.input);
  const rowsOf = async (of: OpenedEncoder) => ({
    images: await of.encodeImages(pictures),
    texts: await of.encodeTexts(sampleTexts),
  });
  const began = performance.now();
  const found = await rowsOf(encoder);
  const comparisonMs = performance.now() - began;
  let cosine = 1;
  if (device !== 'cpu') {
    const cpu = await openEncoder({ ...spec, device: 'cpu' });
    const right = await rowsOf(cpu);
    await cpu.dispose();
    const { imageWidth, textWidth } = encoder.info;
    const agreements = [
      leastAgreement(right.images, found.images, imageWidth),
      leastAgreement(right.texts, found.texts, textWidth),
    ];
    cosine = agreements.some(Number.isNaN) ? Number.NaN : Math.min(...agreements);
  }
  const least = encoder.isFullPrecision ? leastCosine.full : leastCosine.reduced;
  if (!(cosine >= least)) {
    const detail = Number.isNaN(cosine)
      ? 'its rows are not finite numbers'
      : `its rows are off the CPU's: cosine ${cosine.toFixed(4)} where ${least} is needed`;
    const known = Number.isNaN(cosine) ? null : cosine;
    return { device, passed: false, detail, cosine: known, imageMs: null, textMs: null, imageBatch: 1 };
  }
  if (comparisonMs > slowestMs) {
    const ms = comparisonMs / pictures.length;
    return { device, passed: true, detail: 'far too slow', cosine, imageMs: ms, textMs: ms, imageBatch: sizes[0] };
  }
  const { imageBatch, imageMs } = await fastestBatch(encoder, pictures, sizes);
  const textMs = await shortestRun(() => encoder.encodeTexts(sampleTexts.slice(0, 1)));
  const detail = device === 'cpu' ? 'the reference' : `rows agree with the CPU's (cosine ${cosine.toFixed(6)})`;
  return { device, passed: true, detail, cosine, imageMs, textMs, imageBatch };
}

// The parent is our own measureDevice.
serveTask((order) => measure(order as MeasureOrder));
