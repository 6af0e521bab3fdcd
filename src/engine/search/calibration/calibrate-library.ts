// Fits the calibration of the model in use on what the library's own captions and tags say about its photos.
import type { PhotoId } from '../../../shared/types.ts';
import { Random } from '../../hashing/random.ts';
import type { Store } from '../../store/database.ts';
import type { Active } from '../active.ts';
import { backgroundOf } from './background.ts';
import { fitCalibration, type Calibration, type CalibrationSample } from './calibration.ts';
import { labelledQueries, TextRelevance, type LabelledQuery, type PhotoTexts } from './labelled-queries.ts';
import { PhotoScores } from './photo-scores.ts';

export interface CalibrateOptions {
  readonly signal?: AbortSignal;
  /** Draws photos and queries; the same seed gives the same calibration. */
  readonly seed?: number;
  readonly queries?: number;
  readonly photos?: number;
  /** Photos that take no part: those kept for measuring. */
  readonly without?: ReadonlySet<PhotoId>;
}

/** Bounds of the work, whatever the size of the library. */
const mostQueries = 300;
const mostPhotos = 3000;
const backgroundSize = 1000;
/** Hits of a query that take part; people look at fewer. */
const hitsEach = 100;
/** One in five queries is taken to be about something the library does not have. */
const absentWeight = 0.25;
const textsAtOnce = 32;

/**
 * Asks queries the library knows the answers of, and learns what the scores of right answers look like. Every query is
 * asked twice, the second time of a library without the relevant photos: what its best hits look like then is what the
 * best hits for something absent look like.
 * @returns null when there are too few captions and tags to learn from
 */
export async function calibrateLibrary(
  store: Store,
  active: Active,
  options: CalibrateOptions = {},
): Promise<Calibration | null> {
  const { signal, seed = 1, queries: count = mostQueries, photos: most = mostPhotos, without } = options;
  const random = new Random(seed);
  const scores = await PhotoScores.open(store, active, { most, seed, ...(without ? { without } : {}) });
  const texts = scores.ids.map((id) => textsOf(store, id));
  const queries = labelledQueries(texts, count, random.bits());
  const encoder = await active.encoder();
  const { model } = await active.model();
  const { textWidth } = encoder.info;
  const background = sampleRows(scores.ids.length, backgroundSize, random);
  const samples: CalibrationSample[] = [];
  for (let at = 0; at < queries.length; at += textsAtOnce) {
    signal?.throwIfAborted();
    const batch = queries.slice(at, at + textsAtOnce);
    const asked = batch.map((query) => query.text);
    const rows = await encoder.encodeTexts(asked);
    const { real } = await model.encodeTexts(rows, asked);
    batch.forEach((query, i) => {
      const row = rows.subarray(i * textWidth, (i + 1) * textWidth);
      // A query the encoder knows nothing of is answered by a notice, not by hits.
      if (row.every((x) => x === 0)) return;
      const all = scores.of({ row, real: real.subarray(i * model.realWidth, (i + 1) * model.realWidth) });
      samples.push(...samplesOf(query, all, background));
    });
  }
  return fitCalibration(samples, TextRelevance.completeness(texts));
}

/** The query as it is, and asked of a library without what it looks for. */
export function samplesOf(query: LabelledQuery, scores: Float32Array, background: Int32Array): CalibrationSample[] {
  const sampleOf = (present: (photo: number) => boolean, weight: number): CalibrationSample[] => {
    const photos = Array.from(scores, (_, photo) => photo).filter(present);
    const known = Array.from(background).filter(present);
    if (photos.length === 0 || known.length === 0) return [];
    const best = photos.sort((a, b) => (scores[b] as number) - (scores[a] as number)).slice(0, hitsEach);
    return [
      {
        scores: Float32Array.from(best, (photo) => scores[photo] as number),
        relevant: Uint8Array.from(best, (photo) => query.relevant[photo] as number),
        background: backgroundOf(Float32Array.from(known, (photo) => scores[photo] as number)),
        words: query.words,
        weight,
      },
    ];
  };
  return [...sampleOf(() => true, 1), ...sampleOf((photo) => query.relevant[photo] === 0, absentWeight)];
}

/** `count` different rows of `n`, or all of them. */
export function sampleRows(n: number, count: number, random: Random): Int32Array {
  return random.shuffle(Int32Array.from({ length: n }, (_, i) => i)).slice(0, count);
}

export function textsOf(store: Store, id: PhotoId): PhotoTexts {
  const captions = store.texts.captionsOf(id).filter((caption) => caption.source !== 'tags');
  return { captions: captions.map((caption) => caption.text), tags: store.texts.tagsOf(id) };
}
