// A sample of the library's photos in memory: what people have written about some, and the scores of a query with all.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import type { Store } from '../../store/database.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { cosine, readCandidates, similarities, type CandidateRows, type FloatQuery } from '../rerank/rerank.ts';
import type { PhotoTexts } from './labelled-queries.ts';

export interface SampleOptions {
  /** Most described photos in the sample. */
  readonly described: number;
  /** Most photos drawn from all. */
  readonly background: number;
  readonly seed: number;
  /** Photos that are not drawn. */
  readonly without?: ReadonlySet<PhotoId>;
  /** Described photos that are drawn before others. */
  readonly isFirst?: (id: PhotoId) => boolean;
}

const noTexts: PhotoTexts = { captions: [], tags: [] };

export class LibrarySample {
  readonly #rows: CandidateRows;
  /** Texts by place; empty for photos that are in the background alone. */
  readonly texts: readonly PhotoTexts[];
  /** Positions of the photos somebody has written about. */
  readonly described: Int32Array;
  /** Positions of photos drawn from all. */
  readonly background: Int32Array;

  /** How many photos of the whole library somebody has written about. */
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

  /** Draws among the photos that have codes of the model in use. */
  static async open(
    store: Store,
    active: ModelsInUse,
    { described, background, seed, without, isFirst = () => true }: SampleOptions,
  ): Promise<LibrarySample> {
    const info = active.encoderInfo(active.encoderId());
    const opened = await active.model();
    const all = store.codes.all('photo', opened.id, opened.model.bits / 8).ids;
    const drawn = Array.from(new Random(seed).shuffle(all.filter((id) => !without?.has(id as PhotoId)))) as PhotoId[];
    const withTexts = store.texts.describedPhotos();
    const drawnWithTexts = drawn.filter((id) => withTexts.has(id));
    const known = [...drawnWithTexts.filter(isFirst), ...drawnWithTexts.filter((id) => !isFirst(id))].slice(
      0,
      described,
    );
    const others = drawn.slice(0, background);
    const ids = [...new Set([...known, ...others])].sort((a, b) => a - b);
    const rows = await readCandidates(store, info, opened, 'photo', ids);
    return new LibrarySample(rows, store.texts.textsOf(known), new Set(others), withTexts.size);
  }

  /** The sampled photos, in the order of the scores. */
  get ids(): readonly PhotoId[] {
    return this.#rows.ids as readonly PhotoId[];
  }

  /** `[ids]`: how alike the rows of each photo and of this one are, by cosine. */
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
