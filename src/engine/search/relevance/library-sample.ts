// A sample of the library's photos in memory: their texts, and their scores for a query.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import type { Store } from '../../store/database.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { cosine } from '../../numerics/cosine.ts';
import { readCandidates, similarities, type CandidateRows, type FloatQuery } from '../rerank/rerank.ts';
import type { PhotoTexts } from './labelled-queries.ts';

export interface SampleOptions {
  /** Most described photos in the sample. */
  readonly described: number;
  /** Most photos drawn from all. */
  readonly background: number;
  readonly seed: number;
  /** Photos to leave out, as if nobody had described them. */
  readonly without?: ReadonlySet<PhotoId>;
  /** Photos to draw among; by default those that have codes of the model in use. */
  readonly among?: readonly number[];
  /** Described photos to draw before others. */
  readonly isFirst?: (id: PhotoId) => boolean;
}

const noTexts: PhotoTexts = { captions: [], tags: [] };

export class LibrarySample {
  readonly #rows: CandidateRows;
  /** Texts by place; empty for photos that are in the background alone. */
  readonly texts: readonly PhotoTexts[];
  /** Indices of the described photos. */
  readonly described: Int32Array;
  /** Indices of photos drawn from all. */
  readonly background: Int32Array;

  /** Number of described photos in the whole library. */
  readonly describedPhotos: number;

  private constructor(
    rows: CandidateRows,
    texts: ReadonlyMap<PhotoId, PhotoTexts>,
    background: ReadonlySet<PhotoId>,
    describedPhotos: number,
  ) {
    this.#rows = rows;
    this.describedPhotos = describedPhotos;
    this.texts = this.ids.map((id) => texts.get(id) ?? noTexts);
    const places = (chosen: (id: PhotoId) => boolean) =>
      Int32Array.from(this.ids.keys()).filter((place) => chosen(this.ids[place] as PhotoId));
    this.described = places((id) => texts.has(id));
    this.background = places((id) => background.has(id));
  }

  static async open(
    store: Store,
    active: ModelsInUse,
    { described: most, background, seed, without, among, isFirst = () => true }: SampleOptions,
  ): Promise<LibrarySample> {
    const info = active.encoderInfo(active.encoderId());
    const opened = await active.model();
    const all = among ? Int32Array.from(among) : store.codes.all('photo', opened.id, opened.model.bits / 8).ids;
    const left = all.filter((id) => !without?.has(id as PhotoId));
    const drawn = Array.from(new Random(seed).shuffle(left)) as PhotoId[];
    const described = store.texts.describedPhotos();
    const withTexts = without ? new Set([...described].filter((id) => !without.has(id))) : described;
    const drawnWithTexts = drawn.filter((id) => withTexts.has(id));
    const known = [...drawnWithTexts.filter(isFirst), ...drawnWithTexts.filter((id) => !isFirst(id))].slice(0, most);
    const others = drawn.slice(0, background);
    const ids = [...new Set([...known, ...others])].sort((a, b) => a - b);
    const rows = await readCandidates(store, info, opened, 'photo', ids);
    return new LibrarySample(rows, store.texts.textsOf(known), new Set(others), withTexts.size);
  }

  /** The sampled photos, in the order of the scores. */
  get ids(): readonly PhotoId[] {
    return this.#rows.ids as readonly PhotoId[];
  }

  /** `[ids]`: similarity of each photo to this one, by the cosine of their rows. */
  like(place: number): Float32Array {
    const { ids, rows, sharedWidth, realWidth } = this.#rows;
    const stride = sharedWidth + realWidth;
    return Float32Array.from(ids, (_, i) => cosine(rows, place * stride, rows, i * stride, stride) ?? 0);
  }

  /** `[ids]`: the score re-ranking gives each photo. */
  of(query: FloatQuery): Float32Array {
    return Float32Array.from(similarities(query, this.#rows));
  }
}
