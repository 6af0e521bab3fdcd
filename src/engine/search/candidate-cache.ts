// What re-ranking needs of photos it has met before, kept in a bounded piece of memory instead of read and computed anew.
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { HashModel } from '../hashing/hash-model.ts';
import type { Store } from '../store/database.ts';
import { readCandidates, type CandidateRows } from './rerank.ts';

/** 64 MB hold some hundred thousand photos of the starter encoder with 64 bits, fifty thousand of CLIP with 128. */
const defaultBytes = 64 * 2 ** 20;

/** Photos of one state of the library under one model: shared features, real outputs, codes. */
export class CandidateCache {
  readonly #bytes: number;
  #key = '';
  #slots = new Map<number, number>();
  /** Id in each slot. */
  #ids = new Int32Array(0);
  #shared = new Float32Array(0);
  #real = new Float32Array(0);
  #codes = new Uint8Array(0);
  #next = 0;

  constructor(bytes: number = defaultBytes) {
    this.#bytes = bytes;
  }

  /**
   * In an order of its own.
   * @param state changes whenever features may have; what was kept under another is forgotten
   */
  async read(
    store: Store,
    info: EncoderInfo,
    model: HashModel,
    state: string,
    wanted: readonly number[],
  ): Promise<CandidateRows> {
    const { sharedWidth } = info;
    const { bits, realWidth } = model;
    const key = `${info.id} ${bits} ${realWidth} ${state}`;
    if (key !== this.#key) this.#clear(key);
    const bytes = bits / 8;
    const rows = new Float32Array(wanted.length * sharedWidth);
    const real = new Float32Array(wanted.length * realWidth);
    const codes = new Uint8Array(wanted.length * bytes);
    // Copied before anything is waited for: another search may push slots out meanwhile.
    const missing: number[] = [];
    const at = new Map<number, number>();
    for (const id of wanted) {
      const slot = this.#slots.get(id);
      if (slot === undefined) {
        missing.push(id);
        continue;
      }
      const to = at.size;
      at.set(id, to);
      rows.set(this.#shared.subarray(slot * sharedWidth, (slot + 1) * sharedWidth), to * sharedWidth);
      real.set(this.#real.subarray(slot * realWidth, (slot + 1) * realWidth), to * realWidth);
      codes.set(this.#codes.subarray(slot * bytes, (slot + 1) * bytes), to * bytes);
    }
    const fresh = await readCandidates(store, info, model, 'photo', missing);
    fresh.ids.forEach((id, i) => {
      const to = at.size;
      at.set(id, to);
      rows.set(fresh.rows.subarray(i * fresh.width, i * fresh.width + sharedWidth), to * sharedWidth);
    });
    // What was not found leaves its room unused at the end.
    const held = at.size - fresh.ids.length;
    real.set(fresh.real, held * realWidth);
    codes.set(fresh.codes, held * bytes);
    if (this.#key === key) this.#keep(fresh, sharedWidth, realWidth, bits);
    return { ids: [...at.keys()], rows, width: sharedWidth, real, codes };
  }

  /** The slots are a ring: the newest push out the oldest. */
  #keep(fresh: CandidateRows, sharedWidth: number, realWidth: number, bits: number): void {
    const capacity = Math.max(1, Math.floor(this.#bytes / (4 * (sharedWidth + realWidth + 1) + bits / 8)));
    this.#grow(Math.min(capacity, this.#slots.size + fresh.ids.length), capacity, sharedWidth, realWidth, bits);
    fresh.ids.forEach((id, i) => {
      if (this.#slots.has(id)) return;
      const slot = this.#next % capacity;
      if (this.#next >= capacity) this.#slots.delete(this.#ids[slot] ?? 0);
      this.#next++;
      this.#slots.set(id, slot);
      this.#ids[slot] = id;
      this.#shared.set(fresh.rows.subarray(i * fresh.width, i * fresh.width + sharedWidth), slot * sharedWidth);
      this.#real.set(fresh.real.subarray(i * realWidth, (i + 1) * realWidth), slot * realWidth);
      this.#codes.set(fresh.codes.subarray((i * bits) / 8, ((i + 1) * bits) / 8), (slot * bits) / 8);
    });
  }

  /** Memory is taken as it is needed, twice as much each time. */
  #grow(needed: number, capacity: number, sharedWidth: number, realWidth: number, bits: number): void {
    if (needed <= this.#ids.length) return;
    const slots = Math.min(capacity, Math.max(1024, 2 * needed));
    const larger = <T extends Float32Array | Int32Array | Uint8Array>(old: T, fresh: T): T => (fresh.set(old), fresh);
    this.#ids = larger(this.#ids, new Int32Array(slots));
    this.#shared = larger(this.#shared, new Float32Array(slots * sharedWidth));
    this.#real = larger(this.#real, new Float32Array(slots * realWidth));
    this.#codes = larger(this.#codes, new Uint8Array((slots * bits) / 8));
  }

  #clear(key: string): void {
    this.#key = key;
    this.#slots = new Map();
    this.#ids = new Int32Array(0);
    this.#shared = new Float32Array(0);
    this.#real = new Float32Array(0);
    this.#codes = new Uint8Array(0);
    this.#next = 0;
  }
}
