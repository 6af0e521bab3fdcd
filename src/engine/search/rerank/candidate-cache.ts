// Caches rows read by earlier re-rankings in a bounded piece of memory.
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import { readCandidates, type CandidateRows } from './rerank.ts';
import { int32At } from '../../../shared/at.ts';

/** 32 MB hold 58 thousand photos of the starter encoder with 64 bits, 13 thousand of CLIP with 128. */
const defaultBytes = 32 * 2 ** 20;

/** Photos of one state of the library under one model. */
export class CandidateCache {
  readonly #bytes: number;
  #key = '';
  #slots = new Map<number, number>();
  /** Id in each slot. */
  #ids = new Int32Array(0);
  /** `[slots, stride]` */
  #rows = new Float32Array(0);
  #next = 0;

  constructor(bytes: number = defaultBytes) {
    this.#bytes = bytes;
  }

  /**
   * Rows in any order.
   * @param state changes whenever features may have; rows of another state are dropped
   */
  async read(
    store: Store,
    info: EncoderInfo,
    active: ActiveModel,
    state: string,
    wanted: readonly number[],
  ): Promise<CandidateRows> {
    const { sharedWidth } = info;
    const { realWidth } = active.model;
    const stride = sharedWidth + realWidth;
    const key = `${info.id} ${stride} ${state}`;
    if (key !== this.#key) this.#clear(key);
    const rows = new Float32Array(wanted.length * stride);
    // Copied before any wait: another search may replace slots meanwhile.
    const ids: number[] = [];
    const missing: number[] = [];
    for (const id of wanted) {
      const slot = this.#slots.get(id);
      if (slot === undefined) missing.push(id);
      else {
        rows.set(this.#rows.subarray(slot * stride, (slot + 1) * stride), ids.length * stride);
        ids.push(id);
      }
    }
    if (missing.length === 0) return { ids, rows, sharedWidth, realWidth };
    const fresh = await readCandidates(store, info, active, 'photo', missing);
    if (this.#key === key) this.#keep(fresh, stride);
    // Missing rows leave their room unused at the end.
    rows.set(fresh.rows, ids.length * stride);
    return { ids: [...ids, ...fresh.ids], rows, sharedWidth, realWidth };
  }

  /** The slots are a ring: the newest rows replace the oldest. */
  #keep(fresh: CandidateRows, stride: number): void {
    const capacity = Math.max(1, Math.floor(this.#bytes / (4 * (stride + 1))));
    this.#grow(Math.min(capacity, this.#slots.size + fresh.ids.length), capacity, stride);
    fresh.ids.forEach((id, i) => {
      if (this.#slots.has(id)) return;
      const slot = this.#next % capacity;
      if (this.#next >= capacity) this.#slots.delete(int32At(this.#ids, slot));
      this.#next++;
      this.#slots.set(id, slot);
      this.#ids[slot] = id;
      this.#rows.set(fresh.rows.subarray(i * stride, (i + 1) * stride), slot * stride);
    });
  }

  /** Memory grows on demand, doubling each time. */
  #grow(needed: number, capacity: number, stride: number): void {
    if (needed <= this.#ids.length) return;
    const slots = Math.min(capacity, Math.max(1024, 2 * needed));
    const ids = new Int32Array(slots);
    const rows = new Float32Array(slots * stride);
    ids.set(this.#ids);
    rows.set(this.#rows);
    this.#ids = ids;
    this.#rows = rows;
  }

  #clear(key: string): void {
    this.#key = key;
    this.#slots = new Map();
    this.#ids = new Int32Array(0);
    this.#rows = new Float32Array(0);
    this.#next = 0;
  }
}
