// Learns a word from photos of it in seconds, and finds similar photos in the library. Nothing is stored: accepted
// photos get a tag.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { WordFinding } from '../../../shared/contract/words.ts';
import { float64At, numberAt } from '../../../shared/at.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { spread } from '../../../shared/spread.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import { centred, meanRow } from '../../hashing/networks/linear-code.ts';
import { Yielder } from '../../runtime/yielder.ts';
import type { Store } from '../../store/database.ts';
import { shownOf } from '../../store/photos.ts';
import { rankLimit } from './found-rank.ts';
import { fitWord, scoreOf } from './word-classifier.ts';

/** Numbers of photos of the word, and of others, to learn from: more would take longer than a person waits. */
const mostExamples = 150;
const mostOthers = 400;
const fewestExamples = 3;
const fewestOthers = 5;
/** Number of photos read at once. */
const batch = 2048;

export interface TeachRequest {
  /** The word, as a tag. */
  readonly name: string;
  /** Photos of it in addition to those with the tag. */
  readonly photoIds: readonly PhotoId[];
  readonly limit: number;
}

/** @throws HashlensError `too-few-pairs` with too few photos of the word, or of others */
export async function teachWord(store: Store, info: EncoderInfo, request: TeachRequest): Promise<WordFinding> {
  const started = performance.now();
  const { name, limit } = request;
  const tagged = store.texts.photosTagged(name);
  const wanted = new Set<PhotoId>([...request.photoIds, ...tagged]);
  const width = info.imageWidth;
  const examples = store.features.read('photo', info.id, spread([...wanted], mostExamples), width);
  const rejected = store.judgements.of('tag', name).others;
  const others = store.features.read(
    'photo',
    info.id,
    store.photos
      .spread(mostOthers + wanted.size)
      .filter((photoId) => !wanted.has(photoId))
      .slice(0, mostOthers),
    width,
  );
  if (examples.ids.length < fewestExamples || others.ids.length < fewestOthers) {
    throw new HashlensError(
      'too-few-pairs',
      examples.ids.length < fewestExamples
        ? `A word is learned from ${fewestExamples} photos of it at least; there are ${examples.ids.length}.`
        : 'There are too few photos without the word for comparison.',
    );
  }
  const mean = meanRow({ values: others.rows, width });
  const unit = (values: Float32Array) => unitRowsOf(centred({ values, width }, mean).values, width);
  const rows = new Float32Array(examples.rows.length + others.rows.length);
  rows.set(unit(examples.rows));
  rows.set(unit(others.rows), examples.rows.length);
  const labels = Uint8Array.from([...examples.ids, ...others.ids], (_, i) => (i < examples.ids.length ? 1 : 0));
  const word = fitWord(rows, labels, width);
  const ofExample = word.leftOut.slice(0, examples.ids.length).sort();
  const ofOther = word.leftOut.slice(examples.ids.length).sort();
  const all = store.features.ids('photo', info.id);
  const share = (all.length - wanted.size) / others.ids.length;
  const within = rankLimit(examples.ids.length);
  const isFound = (score: number): boolean => (ofOther.length - upTo(ofOther, score)) * share < within;
  const seen = new Map(others.ids.map((id, i) => [id, float64At(word.leftOut, examples.ids.length + i)]));
  const found: { photoId: PhotoId; score: number }[] = [];
  const yielder = new Yielder();
  for (let at = 0; at < all.length; at += batch) {
    const read = store.features.read('photo', info.id, all.slice(at, at + batch), width);
    const units = unit(read.rows);
    for (const [i, id] of read.ids.entries()) {
      const photoId = id as PhotoId;
      if (wanted.has(photoId) || rejected.has(photoId)) continue;
      found.push({ photoId, score: seen.get(id) ?? scoreOf(word, units, i) });
    }
    found.sort((a, b) => b.score - a.score || a.photoId - b.photoId).splice(limit);
    if (yielder.due) await yielder.yieldIfDue();
  }
  return {
    tagged,
    examples: examples.ids.length,
    found: ofExample.filter(isFound).length,
    seconds: (performance.now() - started) / 1000,
    photos: found.flatMap(({ photoId, score }) => {
      const line = store.photos.line(photoId);
      if (line === null) return [];
      // A score that three quarters of the examples reach, and few other photos.
      const isLikely = isFound(score) && score >= numberAt(ofExample, Math.floor(ofExample.length / 4));
      return [{ ...shownOf(line), surerThan: upTo(ofExample, score), isLikely }];
    }),
  };
}

/** Number of entries of an ascending list that are not above `x`. */
function upTo(ascending: Float64Array, x: number): number {
  let n = 0;
  while (n < ascending.length && float64At(ascending, n) <= x) n++;
  return n;
}
