// Photos known to fit a query or not, ordered by score: the share that fits among those with scores like a hit's.
import { float64At, int32At, numberAt } from '../../../shared/at.ts';

/** Number of known photos next to a hit that count: a few nearest, and more of its region. */
const near = 10;
const around = 50;
/** Weight, in photos, of the share among all known photos beside that of the nearest. */
const priorWeight = 1;

export class KnownPhotos {
  /** `[known]`, falling. */
  readonly #scores: Float32Array;
  /** `[known + 1]`: how many of the first n fit. */
  readonly #fits: Uint32Array;
  /** Place in `#scores` by photo, or -1. */
  readonly #places: Int32Array;
  readonly #share: number;
  /** `[known + 1]`: sum of the word evidence of the first n. */
  readonly #words: Float64Array;

  /**
   * @param order the known photos, best score first
   * @param scores by photo
   * @param relevant by photo, 1 where it fits
   * @param words by photo, the evidence of its own words, see word-evidence.ts
   */
  constructor(order: Int32Array, scores: Float32Array, relevant: Uint8Array, words?: Float64Array) {
    this.#words = new Float64Array(order.length + 1);
    this.#scores = new Float32Array(order.length);
    this.#fits = new Uint32Array(order.length + 1);
    this.#places = new Int32Array(scores.length).fill(-1);
    for (let place = 0; place < order.length; place++) {
      const photo = numberAt(order, place);
      this.#scores[place] = numberAt(scores, photo);
      this.#fits[place + 1] = numberAt(this.#fits, place) + numberAt(relevant, photo);
      this.#places[photo] = place;
      this.#words[place + 1] = numberAt(this.#words, place) + (words ? float64At(words, photo) : 0);
    }
    this.#share = (numberAt(this.#fits, order.length) + 0.1) / (order.length + 1);
  }

  /**
   * Log odds that a known photo fits, for any score.
   * @param photo the hit itself, which is left out: a word that this photo alone has is one that no other writer used
   */
  prevalence(photo: number): number {
    const self = photo < 0 ? -1 : int32At(this.#places, photo);
    return logit(self < 0 ? this.#share : this.#shareWithout(self));
  }

  #shareWithout(self: number): number {
    const known = this.#scores.length;
    const own = numberAt(this.#fits, self + 1) - numberAt(this.#fits, self);
    return (numberAt(this.#fits, known) - own + 0.1) / known;
  }

  /**
   * Log odds that a photo fits among those with the nearest scores: among few, and among more.
   * @param photo the hit itself, which is left out; -1 where it is not among the known photos
   */
  rates(score: number, photo: number): readonly [number, number] {
    const self = photo < 0 ? -1 : int32At(this.#places, photo);
    const at = self >= 0 ? self : this.#above(score);
    return [this.#rate(near, at, self), this.#rate(around, at, self)];
  }

  /**
   * Mean evidence of the words of photos with similar scores: the expected evidence for a photo without words, and for
   * one with words before they are read. A few nearest photos and more of them count equally.
   */
  expectedWords(score: number, photo: number): number {
    const self = photo < 0 ? -1 : int32At(this.#places, photo);
    const at = self >= 0 ? self : this.#above(score);
    return (this.#mean(near, at, self) + this.#mean(around, at, self)) / 2;
  }

  #mean(count: number, at: number, self: number): number {
    const [from, size, itself] = this.#window(count, at, self);
    const sum = (to: number) => numberAt(this.#words, to);
    const own = self >= 0 ? sum(self + 1) - sum(self) : 0;
    return (sum(from + size) - sum(from) - own) / Math.max(1, size - itself);
  }

  /** Index of the first known photo around a place, their number, and 1 if the photo itself is among them. */
  #window(count: number, at: number, self: number): readonly [number, number, number] {
    const known = this.#scores.length;
    const itself = self >= 0 ? 1 : 0;
    const size = Math.min(known, count + itself);
    return [Math.max(0, Math.min(known - size, at - (size >> 1))), size, itself];
  }

  #rate(count: number, at: number, self: number): number {
    const [from, size, itself] = this.#window(count, at, self);
    const fits = (to: number) => numberAt(this.#fits, to);
    const own = self >= 0 ? fits(self + 1) - fits(self) : 0;
    const found = fits(from + size) - fits(from) - own;
    const share = self < 0 ? this.#share : this.#shareWithout(self);
    return logit((found + priorWeight * share) / (size - itself + priorWeight));
  }

  /** Number of photos with a higher score. */
  #above(score: number): number {
    let [from, to] = [0, this.#scores.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (numberAt(this.#scores, middle) > score) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/**
 * Best score first, equal ones in the order of their places. Keys in one number each sort in a third of the time.
 * @param photos below 2^20
 * @param scores in (-5, 2): a cosine of rounded rows may exceed 1
 */
export function bestFirst(photos: Int32Array, scores: Float32Array): Int32Array {
  const keys = Float64Array.from(
    photos,
    (photo) => Math.round((2 - numberAt(scores, photo)) * 2 ** 30) * 2 ** 20 + photo,
  );
  return Int32Array.from(keys.sort(), (key) => key % 2 ** 20);
}

const logit = (p: number): number => Math.log(p / (1 - p));
