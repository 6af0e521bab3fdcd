// Fits the calibration of the model in use on what the library's own captions and tags say about its photos.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModels } from '../../models/active-models.ts';
import { backgroundOf, hitFeatures } from './background.ts';
import { fitCalibration, type Calibration, type CalibrationSample } from './calibration.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { labelledQueries, TextRelevance, type LabelledQuery } from './labelled-queries.ts';
import { LibrarySample } from './library-sample.ts';

export interface CalibrateOptions {
  readonly signal?: AbortSignal;
  /** Draws photos and queries; the same seed gives the same calibration. */
  readonly seed?: number;
  readonly queries?: number;
  /** Photos that take no part: those kept for measuring. */
  readonly without?: ReadonlySet<PhotoId>;
}

/** Bounds of the work, whatever the size of the library. */
const mostQueries = 600;
const mostDescribed = 2000;
const backgroundSize = 500;
/** Hits of a query that take part: what people look at. */
const hitsEach = 50;
/** One in five queries is taken to be about something the library does not have. */
const absentWeight = 0.25;
const textsAtOnce = 32;

/**
 * Asks queries the library knows the answers of, and learns what the scores of right answers look like. Every query is
 * asked twice, the second time of a library without the relevant photos: what its best hits look like then is what the
 * best hits for something absent look like. Only photos somebody has described take part as hits: of the others nobody
 * knows whether they fit.
 * @returns null when there are too few captions and tags to learn from
 */
export async function calibrateLibrary(
  store: Store,
  active: ActiveModels,
  options: CalibrateOptions = {},
): Promise<Calibration | null> {
  const { signal, seed = 1, queries: count = mostQueries, without } = options;
  const random = new Random(seed);
  const sample = await LibrarySample.open(store, active, {
    described: mostDescribed,
    background: backgroundSize,
    seed,
    ...(without ? { without } : {}),
  });
  const queries = labelledQueries(sample.texts, count, random.bits());
  const encoder = await active.encoder();
  const { model } = await active.model();
  const { textWidth } = encoder.info;
  const samples: CalibrationSample[] = [];
  for (let at = 0; at < queries.length; at += textsAtOnce) {
    signal?.throwIfAborted();
    const batch = queries.slice(at, at + textsAtOnce);
    const asked = batch.map((query) => query.text);
    const rows = await encoder.encodeTexts(asked);
    const { real } = await model.encodeTexts(rows, asked);
    batch.forEach((query, i) => {
      const row = rows.subarray(i * textWidth, (i + 1) * textWidth);
      const { realWidth, sharedWeight } = model;
      const scores = sample.of({ row, real: real.subarray(i * realWidth, (i + 1) * realWidth), sharedWeight });
      if (tellsApart(scores)) samples.push(...samplesOf(query, at + i, scores, sample));
    });
  }
  return fitCalibration(samples, TextRelevance.completeness(sample.texts, seed));
}

/** A query the encoder, or the model, can make nothing of is answered by a notice, not by chances. */
export const tellsApart = (scores: Float32Array): boolean => scores.some((score) => score !== scores[0]);

/** The query as it is, and asked of a library without what it looks for. */
function samplesOf(
  { relevant, own }: LabelledQuery,
  index: number,
  scores: Float32Array,
  { described, background }: LibrarySample,
): CalibrationSample[] {
  const ordered = bestFirst(described, scores);
  const sampleOf = (photos: Int32Array, known: Int32Array, others: Int32Array, weight: number): CalibrationSample[] => {
    if (photos.length === 0 || others.length === 0) return [];
    const hits = photos.subarray(0, hitsEach);
    const features = hitFeatures(
      Float32Array.from(hits, (photo) => scores[photo] as number),
      backgroundOf(Float32Array.from(others, (photo) => scores[photo] as number)),
      new KnownPhotos(known, scores, relevant),
      hits,
    );
    const labels = Uint8Array.from(hits, (photo) => relevant[photo] as number);
    return [{ features, relevant: labels, group: own >= 0 ? own : index, weight }];
  };
  // That somebody wrote these very words about a photo is known of no query that is really asked.
  const notOwn = ordered.filter((photo) => photo !== own);
  const absent = (photo: number) => relevant[photo] === 0;
  const left = ordered.filter(absent);
  return [
    ...sampleOf(ordered, notOwn, background, 1),
    ...sampleOf(left, left, background.filter(absent), absentWeight),
  ];
}
