// Quality of the order that search gives by default, for photos that nobody described: captions of photos that no model has
// learned from search the whole library, in which the descriptions of these photos are hidden.
import { float64At, itemAt, numberAt } from '../../../shared/at.ts';
import type { DefaultOrderQuality } from '../../../shared/contract/evaluation.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { shareInterval } from '../../hashing/evaluation/share-interval.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { readUnseenPhotos, type UnseenPhotos } from '../../models/unseen-photos.ts';
import { Random } from '../../numerics/random.ts';
import type { LongWork } from '../../runtime/long-work.ts';
import { Yielder } from '../../runtime/yielder.ts';
import type { Store } from '../../store/database.ts';
import type { TextScores } from '../../store/text-scores.ts';
import { backgroundSize, describedSize, fitLibrary } from '../relevance/fit-library.ts';
import { bestFirst } from '../relevance/known-photos.ts';
import { LibrarySample } from '../relevance/library-sample.ts';
import { readRelevance } from '../relevance/relevance-file.ts';
import type { RelevanceModel } from '../relevance/relevance-model.ts';
import { fittedLibrary, relevanceTo } from '../relevance/relevance.ts';
import { readCandidates, similarities, type CandidateRows } from '../rerank/rerank.ts';
import { writtenGrades } from './all-words.ts';
import { TermEncoder } from './terms.ts';

/** Captions and photos at most: enough for an interval of seven percent to either side, and for seconds of one core. */
const [mostAsking, mostSearched] = [200, 20_000];
/** Numbers of candidates in a search of that many photos: the most similar, and the best matches in full text. */
const [nearest, bestTexts] = [2000, 200];
/** Queries of a fit: half as many as there are described photos, between these. */
const [fewestQueries, mostQueries] = [60, 200];
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
  readonly photo: PhotoId;
  readonly found: number;
}

/**
 * Measures a trained model and the model in use by the same captions. The photos asked for are divided into two halves:
 * while one half is searched for, its descriptions do not take part.
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
  const found = await ask(trained, unseen, null, measured);
  const result = { photos: searched.length, queries: captions.length, trained: shareInterval(found) };
  if (other === null) return { ...result, before: null };
  const { id: beforeModel } = await other.model();
  const before = await ask(other, otherUnseen, await readRelevance(other, beforeModel), measured);
  return { ...result, before: shareInterval(before), beforeModel };
}

const unseenOf = async (models: ModelsInUse): Promise<UnseenPhotos | null> =>
  readUnseenPhotos(models.modelDir((await models.model()).id));

const isUnseen = (photo: PhotoId, { heldOut, newest }: UnseenPhotos): boolean =>
  photo > newest || heldOut.includes(photo);

/**
 * Captions of photos that were held out at random: one of each photo, then a second, and so on. Clusters that were held out as a
 * whole are three kinds of photos, found far better or far worse than most.
 */
function askingCaptions(
  store: Store,
  { heldOut, clustered = [] }: UnseenPhotos,
  present: ReadonlySet<PhotoId>,
): AskingCaption[] {
  const isOfCluster = new Set(clustered);
  const photos = heldOut.filter((photo) => present.has(photo) && !isOfCluster.has(photo));
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

/** A fit of the model's chances. Captions that are asked take part: they do not change its few numbers noticeably. */
const fit = (
  models: ModelsInUse,
  unseen: UnseenPhotos | null,
  { store, searched, signal }: Measured,
  described: number,
) =>
  fitLibrary(store, models, {
    among: searched,
    unseen,
    queries: Math.min(mostQueries, Math.max(fewestQueries, Math.round(described / 2))),
    mostlyWhole: true,
    images: false,
    signal,
  });

/**
 * Results of the captions, half by half.
 * @param fitted the fit that searches with the model use; null where there is none yet
 */
async function ask(
  models: ModelsInUse,
  unseen: UnseenPhotos | null,
  fitted: RelevanceModel | null,
  measured: Measured,
): Promise<CaptionResult[]> {
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
  const ids = rows.flatMap((part) => part.ids as readonly PhotoId[]);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const counted = store.texts.counted(ids);
  const relevance = fitted ?? (await fit(models, unseen, measured, counted.size));
  const order = [...new Set(captions.map(({ photo }) => photo))];
  const results: CaptionResult[] = [];
  for (const half of [0, 1]) {
    const hidden = new Set(order.filter((_, i) => i % 2 === half));
    if (hidden.size === 0) continue;
    const sample = await LibrarySample.open(store, models, {
      without: hidden,
      among: searched,
      described: relevance ? describedSize : 0,
      background: backgroundSize,
      seed,
    });
    const library = fittedLibrary(relevance, sample);
    const textsOf = (id: number) => (hidden.has(id as PhotoId) ? undefined : counted.get(id));
    for (const { photo, text } of captions.filter((caption) => hidden.has(caption.photo))) {
      const ready = await encoder.ready([{ kind: 'text', text, weight: 1 }], 'hybrid');
      const [{ semantic, text: match, ...rest }] = [itemAt(ready.terms, 0)];
      const scores = match?.scores?.without(hidden) ?? null;
      const all = new Float64Array(ids.length).fill(Number.NaN);
      let at = 0;
      for (const part of rows) {
        if (semantic === null) break;
        all.set(similarities(semantic, part), at);
        at += part.ids.length;
        await yielder.yieldIfDue();
      }
      const own = placeOf.get(photo) ?? -1;
      const isBare = (place: number) => isWithoutWords(itemAt(ids, place), textsOf, scores);
      let found = 0;
      if (own >= 0 && (semantic === null || !isOutdone(own, all, isBare))) {
        const near = semantic === null ? [] : bestFirst(Int32Array.from(ids.keys()), Float32Array.from(all));
        const best = (scores?.best(bestTexts, null) ?? []).flatMap((id) => placeOf.get(id as PhotoId) ?? []);
        const places = [...new Set([...near.slice(0, nearest), ...best])];
        const candidates = places.map((place) => itemAt(ids, place));
        const asTerm = { ...rest, semantic, text: match === null ? null : { ...match, scores } };
        const { odds } = relevanceTo(
          { text, semantic, words: scores },
          candidates,
          semantic === null ? null : Float64Array.from(places, (place) => float64At(all, place)),
          writtenGrades(asTerm, candidates, (some) => store.fullText.textsOf(some)),
          library,
          textsOf,
        );
        found = chanceOfFirst(odds, places.indexOf(own));
      }
      results.push({ photo, found });
      onAsked();
      await yielder.yieldIfDue();
    }
  }
  return results;
}

/** Whether a photo is judged by its similarity alone: no text about it, its name and its picture have no word of the query. */
const isWithoutWords = (
  id: PhotoId,
  textsOf: (id: PhotoId) => number | undefined,
  scores: TextScores | null,
): boolean =>
  textsOf(id) === undefined && scores?.words.some((word) => word.ids.has(id) || word.inPhotoText.has(id)) !== true;

/**
 * Whether a hidden photo cannot be among the first ten, because ten are more similar: of photos judged by their similarity alone,
 * as hidden ones are, the more similar one always comes first. Most captions of a large library need no more.
 */
function isOutdone(own: number, similar: Float64Array, isBare: (place: number) => boolean): boolean {
  const value = float64At(similar, own);
  let above = 0;
  for (let place = 0; place < similar.length && above < first; place++) {
    if (float64At(similar, place) > value && isBare(place)) above++;
  }
  return above >= first;
}

/** Chance that a place is among the first ten, over all orders of equal odds. @param own -1 for none */
function chanceOfFirst(odds: Float64Array, own: number): number {
  if (own < 0) return 0;
  const value = numberAt(odds, own);
  const above = odds.reduce((sum, x) => sum + (x > value ? 1 : 0), 0);
  const equal = odds.reduce((sum, x) => sum + (x === value ? 1 : 0), 0);
  return Math.min(1, Math.max(0, (first - above) / equal));
}
