// Quality of the order that search gives by default, for photos that nobody described: captions of photos that no model has
// learned from search the whole library, in which the descriptions of these photos are hidden.
import { numberAt, itemAt } from '../../../shared/at.ts';
import type { DefaultOrderQuality } from '../../../shared/contract/evaluation.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { interval } from '../../hashing/evaluation/photo-bootstrap.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { readUnseenPhotos, type UnseenPhotos } from '../../models/unseen-photos.ts';
import { Random } from '../../numerics/random.ts';
import type { LongWork } from '../../runtime/long-work.ts';
import { Yielder } from '../../runtime/yielder.ts';
import type { Store } from '../../store/database.ts';
import { backgroundSize, describedSize, fitLibrary } from '../relevance/fit-library.ts';
import { LibrarySample } from '../relevance/library-sample.ts';
import { fittedLibrary, relevanceTo } from '../relevance/relevance.ts';
import { readCandidates, similarities, type CandidateRows } from '../rerank/rerank.ts';
import { hasWrittenTerm } from './all-words.ts';
import { TermEncoder } from './terms.ts';

/** Captions and photos at most: enough for an interval of seven percent to either side, and for seconds of one core. */
const [mostAsking, mostSearched] = [200, 20_000];
/** Numbers of candidates in a search of that many photos: the most similar, and the best matches in full text. */
const [nearest, bestTexts] = [2000, 200];
/** Rows computed at once. */
const batch = 1024;
const first = 10;
const seed = 1;

interface AskingCaption {
  readonly photo: PhotoId;
  readonly text: string;
}

/** A caption and the chance that its photo is among the first ten, which is not 0 or 1 where places are equal. */
interface CaptionResult {
  readonly photo: number;
  readonly found: number;
}

/**
 * Measures a trained model and the model in use by the same captions. The photos asked for are divided into two halves:
 * while one half is searched for, neither its descriptions nor what was fitted to them take part.
 *
 * @param trained a model that need not have codes yet
 * @param inUse null where there is none to compare with
 * @param work its progress counts captions asked with each model; none is reported before null is returned
 * @returns null for a model that kept no described photos to be measured with
 * @throws the signal's reason, within a moment
 */
export async function defaultOrderQuality(
  store: Store,
  trained: ModelsInUse,
  inUse: ModelsInUse | null,
  { signal, progress }: LongWork,
): Promise<DefaultOrderQuality | null> {
  const unseen = await unseenOf(trained);
  if (unseen === null) return null;
  const missing = store.codes.hidden('photo');
  const present = store.features.ids('photo', trained.encoderId()).filter((id) => !missing.has(id)) as PhotoId[];
  const captions = askingCaptions(store, unseen, new Set(present));
  if (captions.length === 0) return null;
  const asked = new Set(captions.map(({ photo }) => photo));
  const others = new Random(seed).shuffle(Int32Array.from(present).filter((id) => !asked.has(id as PhotoId)));
  const searched = [...asked, ...(Array.from(others.subarray(0, mostSearched - asked.size)) as PhotoId[])];
  const otherUnseen = inUse === null ? null : await unseenOf(inUse);
  const knowsNone = otherUnseen === null || captions.every(({ photo }) => isUnseen(photo, otherUnseen));
  const other = knowsNone ? inUse : null;
  const total = captions.length * (other === null ? 1 : 2);
  let done = 0;
  const report = (): void => progress(done, total, 'Measuring how search finds photos');
  report();
  const onAsked = (): void => {
    done++;
    report();
  };
  const measured = { store, captions, searched: searched.sort((a, b) => a - b), signal, onAsked };
  const found = await ask(trained, unseen, measured);
  const before = other === null ? null : await ask(other, otherUnseen, measured);
  const share = ({ found }: CaptionResult) => found;
  return {
    photos: searched.length,
    queries: captions.length,
    trained: interval(found, share),
    before: before === null ? null : interval(before, share),
  };
}

const unseenOf = async (models: ModelsInUse): Promise<UnseenPhotos | null> =>
  readUnseenPhotos(models.modelDir((await models.model()).id));

const isUnseen = (photo: PhotoId, { heldOut, newest }: UnseenPhotos): boolean =>
  photo > newest || heldOut.includes(photo);

/** Captions of photos that were held out: one of each photo drawn at random, then a second, and so on. */
function askingCaptions(store: Store, { heldOut }: UnseenPhotos, present: ReadonlySet<PhotoId>): AskingCaption[] {
  const photos = heldOut.filter((photo) => present.has(photo));
  const drawn = Array.from(new Random(seed).shuffle(Int32Array.from(photos))) as PhotoId[];
  const written = store.texts.captionsOfAll(drawn);
  const captions = drawn.flatMap((photo) => (written.get(photo) ?? []).map((text, round) => ({ photo, text, round })));
  return captions.sort((a, b) => a.round - b.round).slice(0, mostAsking);
}

interface Measured {
  readonly store: Store;
  readonly captions: readonly AskingCaption[];
  /** All photos of a library that is not very large. */
  readonly searched: readonly PhotoId[];
  readonly signal: AbortSignal;
  /** Called after each caption. */
  readonly onAsked: () => void;
}

/** Results of the captions, half by half. */
async function ask(models: ModelsInUse, unseen: UnseenPhotos | null, measured: Measured): Promise<CaptionResult[]> {
  const { store, captions, searched, signal, onAsked } = measured;
  const active = await models.model();
  const info = models.encoderInfo(models.encoderId());
  const encoder = new TermEncoder(store, info, active.model, () => models.encoder());
  const yielder = new Yielder(signal);
  const rows: CandidateRows[] = [];
  for (let at = 0; at < searched.length; at += batch) {
    rows.push(await readCandidates(store, info, active, 'photo', searched.slice(at, at + batch)));
    await yielder.yieldIfDue();
  }
  const order = [...new Set(captions.map(({ photo }) => photo))];
  const results: CaptionResult[] = [];
  for (const half of [0, 1]) {
    const hidden = new Set(order.filter((_, i) => i % 2 === half));
    if (hidden.size === 0) continue;
    const drawn = { without: hidden, among: searched };
    const relevance = await fitLibrary(store, models, {
      ...drawn,
      unseen,
      images: false,
      signal,
    });
    const sample = await LibrarySample.open(store, models, {
      ...drawn,
      described: relevance ? describedSize : 0,
      background: backgroundSize,
      seed,
    });
    const library = fittedLibrary(relevance, sample);
    for (const { photo, text } of captions.filter((caption) => hidden.has(caption.photo))) {
      const ready = await encoder.ready([{ kind: 'text', text, weight: 1 }], 'hybrid');
      const [{ semantic, text: match, ...rest }] = [itemAt(ready.terms, 0)];
      const scores = match?.scores?.without(hidden) ?? null;
      const all = new Map<PhotoId, number>();
      if (semantic === null) for (const id of searched) all.set(id, Number.NaN);
      else {
        for (const part of rows) {
          const values = similarities(semantic, part);
          part.ids.forEach((id, i) => all.set(id as PhotoId, numberAt(values, i)));
          await yielder.yieldIfDue();
        }
      }
      const near = [...all].sort(([a, x], [b, y]) => y - x || a - b).slice(0, nearest);
      const candidates = new Map(semantic === null ? [] : near);
      for (const id of (scores?.best(bestTexts, null) ?? []) as PhotoId[]) {
        const similarity = all.get(id);
        if (similarity !== undefined) candidates.set(id, similarity);
      }
      const ids = [...candidates.keys()];
      const counted = store.texts.counted(ids);
      const asTerm = { ...rest, semantic, text: match === null ? null : { ...match, scores } };
      const { odds } = relevanceTo(
        { text, semantic, words: scores },
        ids,
        semantic === null ? null : Float64Array.from(candidates.values()),
        hasWrittenTerm(asTerm, ids, (some) => store.texts.captionsOfAll(some)),
        library,
        (id) => (hidden.has(id as PhotoId) ? undefined : counted.get(id)),
      );
      results.push({ photo, found: chanceOfFirst(odds, ids.indexOf(photo)) });
      onAsked();
      await yielder.yieldIfDue();
    }
  }
  return results;
}

/** Chance that a place is among the first ten, over all orders of equal odds. @param own -1 for none */
function chanceOfFirst(odds: Float64Array, own: number): number {
  if (own < 0) return 0;
  const value = numberAt(odds, own);
  const above = odds.reduce((sum, x) => sum + (x > value ? 1 : 0), 0);
  const equal = odds.reduce((sum, x) => sum + (x === value ? 1 : 0), 0);
  return Math.min(1, Math.max(0, (first - above) / equal));
}
