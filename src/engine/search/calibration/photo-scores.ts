// Scores of a query with a sample of the library's photos, in memory: what calibration and background are made of.
import type { PhotoId } from '../../../shared/types.ts';
import { Random } from '../../hashing/random.ts';
import type { Store } from '../../store/database.ts';
import type { Active } from '../active.ts';
import { readCandidates, similarities, type CandidateRows, type FloatQuery } from '../rerank.ts';

export interface SampleOptions {
  readonly most: number;
  readonly seed: number;
  /** Photos that are not drawn. */
  readonly without?: ReadonlySet<PhotoId>;
}

export class PhotoScores {
  readonly #rows: CandidateRows;
  readonly #sharedWidth: number;
  readonly #realWidth: number;

  private constructor(rows: CandidateRows, sharedWidth: number, realWidth: number) {
    this.#rows = rows;
    this.#sharedWidth = sharedWidth;
    this.#realWidth = realWidth;
  }

  /** At most `most` photos of the library that have codes of the model in use, drawn with the seed. */
  static async open(store: Store, active: Active, { most, seed, without }: SampleOptions): Promise<PhotoScores> {
    const info = active.encoderInfo(active.encoderId());
    const { id: modelId, model } = await active.model();
    const all = store.codes.all('photo', modelId, model.bits / 8).ids;
    const coded = all.filter((id) => !without?.has(id as PhotoId));
    const drawn = new Random(seed).shuffle(coded).slice(0, most).sort();
    const rows = await readCandidates(store, info, model, 'photo', Array.from(drawn));
    return new PhotoScores(rows, info.sharedWidth, model.realWidth);
  }

  /** The sampled photos, in the order of the scores. */
  get ids(): readonly PhotoId[] {
    return this.#rows.ids as readonly PhotoId[];
  }

  /** `[ids]`: the score re-ranking gives each photo. */
  of(query: FloatQuery): Float32Array {
    return Float32Array.from(similarities(query, this.#rows, this.#sharedWidth, this.#realWidth));
  }
}
