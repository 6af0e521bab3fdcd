// A query's terms made ready: encoded, hashed, and looked up in full text.
import type { SearchTerm } from '../../../shared/contract/search.ts';
import { HashlensError, isMachineFault, type ErrorCode } from '../../../shared/errors.ts';
import { formatQuery } from '../../../shared/query/grammar.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { Encoder, EncoderInfo } from '../../encoder/encoder.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import { takenBetween, takenOnDay } from '../../store/conditions.ts';
import type { Store } from '../../store/database.ts';
import { absolutePath } from '../../store/photos.ts';
import { rawContentWords } from '../../text/content-words.ts';
import type { EnglishWords } from './english-words.ts';
import type { CodedQuery } from './shortlist.ts';
import type { WrittenPeriod } from '../../text/written-dates.ts';
import { matchPhrase, matchWords, type TextMatch } from './text-terms.ts';
import { sentence, type Sentence } from '../../../shared/sentences.ts';

export interface ReadyTerm {
  readonly term: SearchTerm;
  /** The term as written in the search box. */
  readonly label: string;
  /** Null for images, and where text does not count. */
  readonly text: TextMatch | null;
  /** Null if the term has no meaning for the encoder, or for the model in use. */
  readonly semantic: CodedQuery | null;
  /** The reason, for a person. */
  readonly unknown: Sentence | null;
}

export type QueryMode = 'hybrid' | 'semantic' | 'text';

export interface ReadyTerms {
  readonly terms: readonly ReadyTerm[];
  /** The encoder's own time. */
  readonly encodeMs: number;
}

const labelOf = (term: SearchTerm): string =>
  term.kind === 'image' ? `${term.weight < 0 ? '-' : ''}image` : formatQuery({ terms: [term], filters: [] });

const dayMs = 86_400_000;

/** @param complete words that begin no longer one */
function textOf(store: Store, term: SearchTerm, complete: ReadonlySet<string> = new Set()): TextMatch | null {
  const takenOn = (period: WrittenPeriod): number[] => {
    if (period.year === null) return store.photos.idsWhere(takenOnDay(period.month, period.day));
    const { year, month, day } = period;
    const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
    const next = month === null ? Date.UTC(year + 1, 0) : Date.UTC(year, month);
    return store.photos.idsWhere(takenBetween(from, day === null ? next : from + dayMs));
  };
  const { fullText, texts } = store;
  if (term.kind === 'text') return matchWords({ fullText, texts, takenOn, complete }, term.text);
  return term.kind === 'phrase' ? matchPhrase(store, term.text) : null;
}

/** Whether an error is unrelated to whether the file is an image. A decoder's own errors are `internal`. */
const isOtherReason = (code: ErrorCode): boolean =>
  code === 'cancelled' || code === 'too-heavy' || (code !== 'internal' && isMachineFault(code));

/** Turns terms into feature rows and codes, by the encoder and the hash model in use. */
export class TermEncoder {
  readonly #store: Store;
  readonly #info: EncoderInfo;
  readonly #model: HashModel;
  readonly #encoder: () => Promise<Encoder>;
  readonly #english: (() => Promise<EnglishWords>) | null;

  /** @param english without it, every word may begin a longer one */
  constructor(
    store: Store,
    info: EncoderInfo,
    model: HashModel,
    encoder: () => Promise<Encoder>,
    english: (() => Promise<EnglishWords>) | null = null,
  ) {
    this.#store = store;
    this.#info = info;
    this.#model = model;
    this.#encoder = encoder;
    this.#english = english;
  }

  async ready(terms: readonly SearchTerm[], mode: QueryMode): Promise<ReadyTerms> {
    const started = performance.now();
    const rows = mode === 'text' ? terms.map(() => null) : await this.#encode(terms);
    const encodeMs = performance.now() - started;
    const ready: ReadyTerm[] = [];
    for (const [i, term] of terms.entries()) {
      const row = rows[i] ?? null;
      const text = term.kind === 'text' || term.kind === 'phrase' ? term.text : null;
      const unknown = row !== null && text !== null ? this.#unknownText(row, text) : null;
      const semantic = row === null || unknown !== null ? null : await this.#hash(row, text);
      ready.push({
        term,
        label: labelOf(term),
        text: mode === 'semantic' ? null : await this.#text(term),
        semantic,
        unknown,
      });
    }
    return { terms: ready, encodeMs };
  }

  /** "rain" names a thing, so it is not the beginning of "Rainer". */
  async #text(term: SearchTerm): Promise<TextMatch | null> {
    const text = textOf(this.#store, term);
    if (text === null || text.begun.length === 0 || this.#english === null) return text;
    const english = await this.#english();
    const things = text.begun.filter((word) => english.isThing(word));
    return things.length === 0 ? text : textOf(this.#store, term, new Set(things));
  }

  async #hash(row: Float32Array, text: string | null): Promise<CodedQuery> {
    const model = this.#model;
    const { codes, real } = await (text === null ? model.encodeImages(row) : model.encodeTexts(row, [text]));
    return { row, real, encoderWeight: model.encoderWeight, code: codes };
  }

  /**
   * Feature rows of the terms, in their order; all texts are encoded together. Null for texts while the encoder
   * cannot be used: they are looked up in full text alone.
   */
  async #encode(terms: readonly SearchTerm[]): Promise<(Float32Array | null)[]> {
    const texts = terms.flatMap((term) => (term.kind === 'text' || term.kind === 'phrase' ? [term.text] : []));
    const { textWidth } = this.#info;
    const textRows = texts.length > 0 ? await this.#encodeTexts(texts) : null;
    let text = 0;
    const rows: (Float32Array | null)[] = [];
    for (const term of terms) {
      if (term.kind === 'image') rows.push(await this.imageRow(term.image));
      else if (term.kind === 'photo') rows.push(await this.photoRow(term.photoId));
      else {
        rows.push(textRows?.slice(text * textWidth, (text + 1) * textWidth) ?? null);
        text++;
      }
    }
    return rows;
  }

  async #encodeTexts(texts: readonly string[]): Promise<Float32Array | null> {
    try {
      return await (await this.#encoder()).encodeTexts(texts);
    } catch (error) {
      if (error instanceof HashlensError && error.code === 'encoder-unusable') return null;
      throw error;
    }
  }

  /** @throws HashlensError `not-an-image`, `too-heavy`; for a file also `offline` and `io-error` */
  async imageRow(image: string | Uint8Array): Promise<Float32Array> {
    const opened = await this.#encoder();
    const prepared = await opened.prepareImage(image).catch((error: unknown) => {
      if (error instanceof HashlensError && isOtherReason(error.code)) throw error;
      throw new HashlensError(
        'not-an-image',
        'This file cannot be read as an image; use a JPEG, PNG, HEIC, RAW or other photo file.',
        { cause: error },
      );
    });
    return opened.encodeImages([prepared]);
  }

  /** @throws HashlensError `not-found` */
  async photoRow(photoId: PhotoId): Promise<Float32Array> {
    const [store, info] = [this.#store, this.#info];
    const { ids, rows } = store.features.read('photo', info.id, [photoId], info.imageWidth);
    if (ids.length > 0) return rows;
    const photo = store.photos.get(photoId);
    if (!photo) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
    return this.imageRow(absolutePath(photo));
  }

  /** Reason why a text has no meaning for the encoder or the model in use; null where it has one. */
  #unknownText(row: Float32Array, text: string): Sentence | null {
    const [info, model] = [this.#info, this.#model];
    // Stop words are learned too, and have no meaning alone.
    if (model.wordsKnown(rawContentWords(text).join(' ')) > 0) return null;
    const isZero = (part: Float32Array) => part.every((x) => x === 0);
    if (isZero(row)) return sentence('unknown-words', { encoder: info.name });
    // An untrained model codes the shared part alone.
    if (model.manifest.evaluation === null && isZero(row.subarray(0, info.sharedWidth))) {
      return sentence('encoder-sees-nothing', { encoder: info.name });
    }
    return null;
  }
}
