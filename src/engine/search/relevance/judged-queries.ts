// Queries with answers judged by the person. These judgements count beside the evidence of the library's texts.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import type { Encoder } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import type { StoredJudgement } from '../../store/judgements.ts';
import { contentWords } from '../../text/content-words.ts';
import { readCandidates, similarities } from '../rerank/rerank.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import type { TextRelevance } from './labelled-queries.ts';
import type { LibrarySample } from './library-sample.ts';
import type { RelevanceSample } from './relevance-model.ts';
import { backgroundOf, similarityFeatures } from './similarity-features.ts';
import { wordEvidence } from './word-evidence.ts';
import { numberAt } from '../../../shared/at.ts';

/** Number of judgements to learn from, the newest. */
const mostJudgements = 2000;

/** A query that is one text, and its judged photos. */
export interface JudgedQuery {
  readonly text: string;
  readonly photos: ReadonlyMap<PhotoId, boolean>;
}

/** Text queries with one term. For sums of several terms it is unknown which term a photo does not fit. */
export function judgedQueries(store: Store): JudgedQuery[] {
  const queries = new Map<string, StoredJudgement[]>();
  for (const judgement of store.judgements.list('search', mostJudgements)) {
    queries.set(judgement.text, [...(queries.get(judgement.text) ?? []), judgement]);
  }
  return Array.from(queries).flatMap(([query, judgements]) => {
    const [term, ...others] = parseQuery(query).terms;
    if (term?.kind !== 'text' || term.weight <= 0 || others.length > 0) return [];
    return [{ text: term.text, photos: new Map(judgements.map(({ photoId, fits }) => [photoId, fits])) }];
  });
}

export interface JudgedFit {
  readonly store: Store;
  readonly encoder: Encoder;
  readonly active: ActiveModel;
  readonly sample: LibrarySample;
  readonly relevance: TextRelevance;
  readonly repeated: number;
  /** `[sample]`: evidence of each sampled photo's words for the content words of a query. */
  readonly evidenceOf: (asked: readonly string[]) => Float64Array;
}

/** One sample per query, of the judged photos, scored as search scores them. */
export async function judgedSamples(fit: JudgedFit): Promise<RelevanceSample[]> {
  const { store, encoder, active, sample, relevance, repeated } = fit;
  const places = new Map(sample.ids.map((id, place) => [id, place]));
  const samples: RelevanceSample[] = [];
  for (const [index, { text, photos }] of judgedQueries(store).entries()) {
    const asked = contentWords(text);
    const row = await encoder.encodeTexts([text]);
    if (asked.length === 0 || row.every((x) => x === 0)) continue;
    const { real } = await active.model.encodeTexts(row, [text]);
    const query = { row, real, encoderWeight: active.model.encoderWeight };
    const all = sample.of(query);
    const rows = await readCandidates(store, encoder.info, active, 'photo', [...photos.keys()]);
    const ids = rows.ids as readonly PhotoId[];
    const texts = store.texts.textsOf(ids);
    const wordsOf = ids.map(
      (id) => new Set([...(texts.get(id)?.captions ?? []), ...(texts.get(id)?.tags ?? [])].flatMap(contentWords)),
    );
    const found = Float32Array.from(similarities(query, rows));
    // A photo with every word comes first, with any evidence.
    const hits = Array.from(ids.keys()).filter((i) => !asked.every((word) => wordsOf[i]?.has(word)));
    if (hits.length === 0 || sample.background.length === 0) continue;
    const known = bestFirst(sample.described, all);
    const neighbours = new KnownPhotos(known, all, relevance.of(asked), fit.evidenceOf(asked));
    const others = Float32Array.from([...sample.background, ...known.subarray(0, 1)], (place) => numberAt(all, place));
    const scores = Float32Array.from(hits, (i) => numberAt(found, i));
    const at = Int32Array.from(hits, (i) => places.get(ids[i] as PhotoId) ?? -1);
    samples.push({
      similarity: similarityFeatures(scores, backgroundOf(others), neighbours, at, asked.length),
      words: Float64Array.from(hits, (i, hit) => {
        const of = texts.get(ids[i] as PhotoId);
        const writers = (of?.captions.length ?? 0) + ((of?.tags.length ?? 0) > 0 ? 1 : 0);
        if (writers === 0) return Number.NaN;
        const words = asked.map((word) => ({
          frequency: relevance.frequency(word),
          isPresent: wordsOf[i]?.has(word) === true,
        }));
        return (
          wordEvidence(words, writers, repeated) - neighbours.expectedWords(numberAt(scores, hit), numberAt(at, hit))
        );
      }),
      relevant: Uint8Array.from(hits, (i) => (photos.get(ids[i] as PhotoId) === true ? 1 : 0)),
      // No sampled photo has such a number.
      group: sample.ids.length + index,
      weights: new Float32Array(hits.length).fill(1),
      wordCount: asked.length,
    });
  }
  return samples;
}
