// Measures each word of a library: how many of its photos, among those the model has not learned from, a search for
// it finds.
import type { TaughtWord, KnownWords } from '../../../shared/contract/words.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';
import { isotonic } from '../../numerics/isotonic.ts';
import type { ActiveModels } from '../../models/active-models.ts';
import { readUnseenPhotos } from '../../models/unseen-photos.ts';
import type { Store } from '../../store/database.ts';
import { describedSize } from '../relevance/fit-library.ts';
import { LibrarySample } from '../relevance/library-sample.ts';
import { Yielder } from '../../runtime/yielder.ts';
import { rankLimit } from './found-rank.ts';
import { photosWithWord, type LibraryWords } from './library-words.ts';

const seed = 1;
/** With fewer photos there is no measurement. */
const fewestMeasured = 5;
/** Share of a word's photos that must be found. */
const wellFound = 0.7;
/** Least number of measured words for an estimate of the photos that a word needs. */
const fewestWords = 10;
const textsAtOnce = 32;

/** @param page the words to measure, by their place among all from the most used on */
export async function knownWords(
  store: Store,
  active: ActiveModels,
  written: LibraryWords,
  page: { readonly offset: number; readonly limit: number },
): Promise<KnownWords> {
  const all = await written.all();
  const words = all.slice(page.offset, page.offset + page.limit);
  const { id, model } = await active.model();
  const unseen = await readUnseenPhotos(active.modelDir(id));
  const heldOut = new Set<number>(unseen?.heldOut);
  const isSeen = (photo: number) => unseen !== null && photo <= unseen.newest && !heldOut.has(photo);
  const sample = await LibrarySample.open(store, active, {
    described: describedSize,
    background: 0,
    seed,
    isFirst: (photo) => !isSeen(photo),
  });
  const encoder = await active.encoder();
  const { textWidth } = encoder.info;
  const { realWidth, encoderWeight } = model;
  const share = sample.describedPhotos / Math.max(1, sample.described.length);
  const missing = store.codes.hidden('photo');
  const yielder = new Yielder();
  const known: TaughtWord[] = [];
  for (let at = 0; at < words.length; at += textsAtOnce) {
    const batch = words.slice(at, at + textsAtOnce);
    const texts = batch.map(({ text }) => text);
    const rows = await encoder.encodeTexts(texts);
    const { real } = await model.encodeTexts(rows, texts);
    for (const [i, { text, isTag, photos }] of batch.entries()) {
      const scores = sample.of({
        row: rows.subarray(i * textWidth, (i + 1) * textWidth),
        real: real.subarray(i * realWidth, (i + 1) * realWidth),
        encoderWeight,
      });
      const photosWith = photosWithWord(store, text);
      const has = new Set<number>(photosWith);
      const hasWord = (place: number) => has.has(itemAt(sample.ids, place));
      const [withWord, others] = [
        sample.described.filter(hasWord),
        sample.described.filter((place) => !hasWord(place)),
      ];
      const own = withWord.filter((place) => !isSeen(itemAt(sample.ids, place)));
      const within = rankLimit(share * withWord.length);
      const found = own.filter((place) => before(scores, place, others) * share < within).length;
      known.push({
        text,
        isTag,
        photos,
        learnedFrom: photosWith.filter((id) => isSeen(id) && !missing.has(id)).length,
        measured: own.length,
        found: own.length < fewestMeasured ? null : found,
      });
      if (yielder.due) await yielder.yieldIfDue();
    }
  }
  const described = [...store.texts.describedPhotos()].filter((id) => !missing.has(id)).length;
  return {
    words: known,
    total: all.length,
    needs: unseen === null ? null : photosNeeded(known),
    trained: unseen !== null,
    described,
    compared: Math.min(described, sample.described.length),
  };
}

/** Number of `others` that score higher than a photo; ties count half. */
function before(scores: Float32Array, place: number, others: Int32Array): number {
  const own = numberAt(scores, place);
  return others.reduce((sum, other) => {
    const score = numberAt(scores, other);
    return sum + (score > own ? 1 : score === own ? 0.5 : 0);
  }, 0);
}

/**
 * Number of photos from which most photos of a word are found, by the library's own words: the least number at which
 * a rising curve through their shares reaches it. Null with too few measured words, or if no word is found so well.
 */
export function photosNeeded(words: readonly Pick<TaughtWord, 'learnedFrom' | 'measured' | 'found'>[]): number | null {
  const measured = words.filter(({ found }) => found !== null).sort((a, b) => a.learnedFrom - b.learnedFrom);
  if (measured.length < fewestWords) return null;
  const curve = isotonic(
    measured.map(({ found, measured: photos }) => (found ?? 0) / photos),
    measured.map(({ measured: photos }) => photos),
  );
  const at = curve.findIndex((share) => share >= wellFound);
  return at < 0 ? null : Math.max(1, itemAt(measured, at).learnedFrom);
}
