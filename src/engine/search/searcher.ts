// The search of the library: one index per kind, updated as the library changes, and the answers from it.
import { HashlensError } from '../../shared/errors.ts';
import type { CaptionId, ModelId, PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import type { Completions, QueryAnswer, SearchAnswer, TextHit } from '../../shared/contract/search.ts';
import type { SuggestedWord } from '../../shared/contract/suggestions.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { Store } from '../store/database.ts';
import type { ItemKind } from '../store/item-kinds.ts';
import { absolutePath } from '../store/photos.ts';
import { readUnseenPhotos } from '../models/unseen-photos.ts';
import type { ActiveModels, ActiveModel, ModelsInUse } from '../models/active-models.ts';
import { usableModel } from '../models/usable-model.ts';
import { Relevance } from './relevance/relevance.ts';
import { LiveIndex } from './hamming/live-index.ts';
import { complete, completeTag } from './query/complete.ts';
import { Corrections } from './query/corrections.ts';
import { LibraryNames } from './query/library-names.ts';
import { englishWords, type EnglishWords } from './query/english-words.ts';
import type { FacetLists } from '../store/facets.ts';
import { Facets } from './query/cached-facets.ts';
import { LanguageCheck } from './query/language.ts';
import { PhotoQueries, type QueryRequest } from './query/run-query.ts';
import type { SearchedLibrary } from './query/term-evidence.ts';
import { TermEncoder } from './query/terms.ts';
import { WordSuggester } from './suggest/suggestions.ts';
import { rerank, type Candidate } from './rerank/rerank.ts';
import { itemAt } from '../../shared/at.ts';
import { noticed, sentence } from '../../shared/sentences.ts';

/** Number of captions and tags to compare closely: fewer than photos, because their rows are not cached. */
const textShortlist = 400;

/** Time for reading new codes in a search; the rest is read while search uses the others. */
const readMs = 100;

export interface SearcherOptions {
  /** Folder of resources that ship with the program; without it a query's language and spelling are not checked. */
  readonly resourcesDir?: string;
  /** Number of threads for a scan of many codes. */
  readonly threads?: number;
}

type PhotoAnswer = SearchAnswer<PhotoHit>;

export class Searcher {
  readonly #store: Store;
  readonly #active: ActiveModels;
  readonly #threads: number;
  readonly #facets: Facets;
  readonly #english: (() => Promise<EnglishWords>) | null;
  readonly #language: LanguageCheck | null;
  readonly #corrections: Corrections | null;
  readonly #names: LibraryNames;
  readonly #queries: PhotoQueries;
  readonly #suggestions: WordSuggester;
  readonly #indexes = new Map<ItemKind, LiveIndex>();
  /** Indexes of a model that will be used, read in advance. */
  readonly #nextIndexes = new Map<ItemKind, LiveIndex>();
  readonly #loading = new Set<LiveIndex>();
  #revision = 0;

  constructor(store: Store, active: ActiveModels, { resourcesDir, threads = 1 }: SearcherOptions = {}) {
    this.#store = store;
    this.#active = active;
    this.#threads = threads;
    const english = resourcesDir === undefined ? null : englishWords(resourcesDir);
    this.#english = english;
    this.#facets = new Facets(store);
    this.#suggestions = new WordSuggester(store, active);
    this.#language = english && new LanguageCheck(english);
    this.#corrections = english && new Corrections(store, english);
    this.#names = new LibraryNames(store, english);
    this.#queries = this.#newQueries(active);
  }

  #newQueries(models: ModelsInUse): PhotoQueries {
    const relevance = new Relevance(this.#store, models);
    return new PhotoQueries(this.#store, relevance, this.#language, this.#corrections, this.#names);
  }

  /** Call when this process has added or removed photos, texts or codes. */
  codesChanged(): void {
    this.#revision++;
  }

  query(request: QueryRequest): Promise<QueryAnswer> {
    return this.#undisturbed((active) => this.#query(request, active));
  }

  /**
   * Answers with one encoder and one hash model from beginning to end. If they were changed meanwhile, the answer
   * would mix rows of two networks, or fail because one of them is closed; it is then made again.
   */
  async #undisturbed<T>(answer: (active: ActiveModel) => Promise<T>): Promise<T> {
    for (;;) {
      const active = await this.#active.model();
      try {
        const made = await answer(active);
        if (this.#active.modelId() === active.id) return made;
      } catch (error) {
        if (this.#active.modelId() === active.id) throw error;
      }
    }
  }

  async #query(request: QueryRequest, active: ActiveModel): Promise<QueryAnswer> {
    const live = this.#index('photo', active);
    if (live.index.size === 0 && this.#store.photos.count(true) === 0) throw this.#nothingToSearch('photo');
    const library: SearchedLibrary = {
      active,
      info: this.#encoderInfo(),
      live,
      facets: () => this.#facets.lists(this.#revision),
      unseen: () => readUnseenPhotos(this.#active.modelDir(active.id)),
      state: `${active.id} ${this.#state()}`,
    };
    const answer = this.#withTrouble(await this.#queries.run(request, library, this.#termEncoder(active)));
    if (live.loaded) return answer;
    const { done, total } = live.progress;
    const percent = Math.floor((100 * done) / Math.max(1, total));
    return { ...answer, ...noticed([...answer.notices, sentence('loading', { percent })]) };
  }

  /**
   * Answers queries by models of the encoder in use, whether search uses them or not. Data read for that are released, and
   * searches by the model in use are not affected.
   * @returns by query, then by model
   * @throws HashlensError as `usableModel`, and as `query`
   */
  async compare(modelIds: readonly ModelId[], requests: readonly QueryRequest[]): Promise<QueryAnswer[][]> {
    for (;;) {
      for (const id of modelIds) usableModel(this.#store, this.#active, id);
      const encoderId = this.#active.encoderId();
      const isSame = () => this.#active.encoderId() === encoderId;
      try {
        const byModel: QueryAnswer[][] = [];
        for (const id of modelIds) byModel.push(await this.#answersOf(id, encoderId, requests));
        if (isSame()) return requests.map((_, i) => byModel.map((answers) => itemAt(answers, i)));
      } catch (error) {
        if (isSame()) throw error;
      }
    }
  }

  async #answersOf(id: ModelId, encoderId: string, requests: readonly QueryRequest[]): Promise<QueryAnswer[]> {
    if (this.#store.photos.count(true) === 0) throw this.#nothingToSearch('photo');
    const models = this.#active.pendingModels(encoderId, id);
    const queries = this.#newQueries(models);
    const active = await models.model();
    const live = this.#newIndex('photo', id, active.model.bits);
    try {
      const turns = live.load();
      while (!(await turns.next()).done);
      const library: SearchedLibrary = {
        active,
        info: models.encoderInfo(encoderId),
        live,
        facets: () => this.#facets.lists(this.#revision),
        unseen: () => readUnseenPhotos(models.modelDir(id)),
        // The state of searches by the model in use, so that its table of the library's words stays valid.
        state: `${this.#active.modelId()} ${this.#state()}`,
      };
      const answers: QueryAnswer[] = [];
      for (const request of requests) answers.push(await queries.run(request, library, this.#termEncoder(active)));
      return answers;
    } finally {
      await live.close();
      await queries.close();
      await models.close();
    }
  }

  /** The answer with a notice about a chosen encoder or model that cannot be used. */
  #withTrouble(answer: QueryAnswer): QueryAnswer {
    const notices = this.#active.notices();
    if (notices.length === 0) return answer;
    const remedy = notices.some(({ code }) => code === 'encoder-unusable') ? 'encoders' : 'models';
    return { ...answer, ...noticed([...answer.notices, ...notices]), remedy: answer.remedy ?? remedy };
  }

  textToPhotos(text: string, limit: number): Promise<PhotoAnswer> {
    return this.query({ ...plain, text, limit });
  }

  imageToPhotos(image: Uint8Array<ArrayBuffer>, limit: number): Promise<PhotoAnswer> {
    return this.query({ ...plain, terms: [{ kind: 'image', image, weight: 1 }], limit });
  }

  /** Photos similar to one of the library, without itself. */
  similarPhotos(photoId: PhotoId, limit: number): Promise<PhotoAnswer> {
    return this.query({ ...plain, terms: [{ kind: 'photo', photoId, weight: 1 }], limit });
  }

  facets(): FacetLists {
    return this.#facets.lists(this.#revision);
  }

  /** The person's own words that may fit photos. */
  suggestWords(
    photoIds: readonly PhotoId[],
    limit: number,
  ): Promise<{ readonly suggestions: SuggestedWord[]; readonly described: number }> {
    return this.#suggestions.words(photoIds, limit, this.#state());
  }

  /** Those of `others` that look similar to a photo. */
  alike(photoId: PhotoId, others: readonly PhotoId[]): Promise<PhotoId[]> {
    return this.#suggestions.alike(photoId, others, this.#state());
  }

  /** Changes whenever photos, their codes or their texts may have changed. */
  #state(): string {
    return `${this.#revision} ${this.#store.dataVersion()}`;
  }

  complete(text: string, cursor: number, limit: number): Completions {
    return complete(text, cursor, limit, () => this.#facets.lists(this.#revision));
  }

  completeTag(text: string, limit: number): { name: string; photos: number }[] {
    return completeTag(text, limit, this.#facets.lists(this.#revision));
  }

  imageToTexts(
    source: { image: string | Uint8Array } | { photoId: PhotoId },
    target: 'captions' | 'tags',
    limit: number,
  ): Promise<SearchAnswer<TextHit>> {
    return this.#undisturbed((active) => this.#imageToTexts(source, target, limit, active));
  }

  async #imageToTexts(
    source: { image: string | Uint8Array } | { photoId: PhotoId },
    target: 'captions' | 'tags',
    limit: number,
    active: ActiveModel,
  ): Promise<SearchAnswer<TextHit>> {
    const kind = target === 'captions' ? 'caption' : 'tag';
    const { index } = this.#index(kind, active);
    const answers = target === 'captions' ? this.#store.texts.counts().captions : index.size;
    const searched = Math.min(index.size, answers);
    if (searched === 0) throw this.#nothingToSearch(kind);
    const info = this.#encoderInfo();
    const { model } = active;
    const encoder = this.#termEncoder(active);
    const started = performance.now();
    const row = await ('image' in source ? encoder.imageRow(source.image) : encoder.photoRow(source.photoId));
    const encoded = performance.now();
    const { codes, real } = await model.encodeImages(row);
    const query = { row, real, encoderWeight: model.encoderWeight };
    const wanted = Math.min(limit, searched);
    let hits: TextHit[] = [];
    // Captions made of tags are no answers, so that a shortlist may have too few.
    for (let depth = Math.max(textShortlist, 2 * wanted); ; depth *= 2) {
      const ranked = index.rank(codes, depth);
      const candidates = await rerank(this.#store, info, active, kind, query, ranked);
      const found = candidates.flatMap((candidate) => {
        const hit = target === 'captions' ? this.#captionHit(candidate) : this.#tagHit(candidate);
        return hit === null ? [] : [hit];
      });
      hits = found.slice(0, wanted).map((hit, i) => ({ rank: i + 1, ...hit }));
      if (hits.length === wanted || depth >= index.size) break;
    }
    return {
      hits,
      searched,
      encodeMs: encoded - started,
      searchMs: performance.now() - encoded,
      modelId: active.id,
      bits: model.bits,
      ...noticed([]),
      weakFrom: null,
    };
  }

  #captionHit({ id, score, distance }: Candidate): Omit<TextHit, 'rank'> | null {
    const caption = this.#store.texts.caption(id as CaptionId);
    // A caption made of tags is for training; as an answer it would only repeat the tags.
    if (!caption || caption.source === 'tags') return null;
    const photo = this.#store.photos.line(caption.photoId);
    const path = photo ? absolutePath(photo) : null;
    return { text: caption.text, score, distance, photoId: caption.photoId, path };
  }

  #tagHit({ id, score, distance }: Candidate): Omit<TextHit, 'rank'> | null {
    const text = this.#store.texts.tagName(id);
    return text === null ? null : { text, score, distance, photoId: null, path: null };
  }

  #encoderInfo(): EncoderInfo {
    return this.#active.encoderInfo(this.#active.encoderId());
  }

  #termEncoder({ model }: ActiveModel): TermEncoder {
    return new TermEncoder(this.#store, this.#encoderInfo(), model, () => this.#active.encoder(), this.#english);
  }

  /** The index of a kind, updated within a short time; the rest is read between searches. */
  #index(kind: ItemKind, { id: modelId, model }: ActiveModel): LiveIndex {
    const { bits } = model;
    let live = this.#indexes.get(kind);
    if (live?.subject.modelId !== modelId || live.subject.bits !== bits) {
      void live?.close();
      const ready = this.#nextIndexes.get(kind);
      this.#nextIndexes.delete(kind);
      const isReady = ready?.subject.modelId === modelId && ready.subject.bits === bits;
      if (!isReady) void ready?.close();
      live = isReady ? ready : this.#newIndex(kind, modelId, bits);
      this.#indexes.set(kind, live);
    }
    if (!live.refresh(readMs)) void this.#load(live);
    return live;
  }

  #newIndex(kind: ItemKind, modelId: ModelId, bits: number): LiveIndex {
    return new LiveIndex(this.#store, { kind, modelId, bits }, { threads: this.#threads });
  }

  /** Reads the codes of a model that will be used, so that its first search finds everything. */
  async readInAdvance({ id, model: { bits } }: ActiveModel): Promise<void> {
    for (const kind of ['photo', 'caption', 'tag'] as const) {
      void this.#nextIndexes.get(kind)?.close();
      const live = this.#newIndex(kind, id, bits);
      this.#nextIndexes.set(kind, live);
      const turns = live.load();
      while (!(await turns.next()).done);
    }
  }

  async #load(live: LiveIndex): Promise<void> {
    if (this.#loading.has(live)) return;
    this.#loading.add(live);
    try {
      // Load until everything is read, or another index has replaced this one.
      const turns = live.load();
      while (this.#indexes.get(live.subject.kind) === live && !(await turns.next()).done);
    } finally {
      this.#loading.delete(live);
    }
  }

  #nothingToSearch(kind: ItemKind): HashlensError {
    if (this.#store.photos.count(true) === 0) {
      return new HashlensError('nothing-indexed', 'The library has no photos yet; add a folder first.');
    }
    return kind === 'tag'
      ? new HashlensError('nothing-described', 'There are no tags to search in yet; tag some photos first.')
      : new HashlensError('nothing-described', 'There are no captions to search in yet; describe some photos first.');
  }

  async close(): Promise<void> {
    const indexes = [...this.#indexes.values(), ...this.#nextIndexes.values()];
    this.#indexes.clear();
    this.#nextIndexes.clear();
    await Promise.all(indexes.map((live) => live.close()));
    await this.#queries.close();
    await this.#suggestions.close();
  }
}

export const plain = {
  text: '',
  terms: [],
  filters: [],
  mode: 'hybrid',
  explain: false,
  asTyped: false,
  order: 'relevance',
  cursor: null,
} as const;
