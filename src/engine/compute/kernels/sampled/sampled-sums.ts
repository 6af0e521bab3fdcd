// Sums of exp(<s_j, x_i>) over the rows j drawn for each i, and their gradients, computed by the WebAssembly kernel.
import { readFileSync } from 'node:fs';
import type { HostCall, HostSpec } from '../../onnx/host-call.ts';
import type { Numbers } from '../../onnx/sessions.ts';
import { freeAt, groupCounts } from './sampled-kernel-source.ts';

type Sums = (
  ...args: readonly [
    ...drawn: [groups: number, draw: number, end: number, codes: number],
    ...addresses: [f: number, g: number, sumF: number, sumG: number, momentsF: number, momentsG: number],
  ]
) => void;
type Pack = (from: number, to: number, groups: number) => void;

const page = 65536;
let compiled: WebAssembly.Module | undefined;

/** Whether there is a kernel for rows of `bits` numbers. */
export const isSampledWidth = (bits: number): boolean => groupCounts.some((groups) => 8 * groups === bits);

/**
 * Inputs: exp(f) and exp(g) `[B, bits]`, rows of +1 and -1 `[N, bits]`, indices of drawn rows `[B, K]`. Results: the
 * sums for f and for g `[B]`, then their gradients by f and by g `[B, bits]`. A 0 in a row counts as +1.
 */
export class SampledSums implements HostCall {
  readonly places: readonly (Numbers | null)[];
  readonly results: readonly Numbers[];
  readonly #groups: number;
  readonly #sums: Sums;
  readonly #pack: Pack;
  /** Input buffer for rows or draws, a few at a time, so that not all need a copy. */
  readonly #rowsIn: Float32Array;
  readonly #drawsIn: Int32Array;
  readonly #codesAt: number;
  readonly #rowsAtOnce = 64;

  constructor([f, , rows, drawn]: readonly HostSpec[]) {
    const [batch = 0, bits = 0] = f?.shape ?? [];
    const [count = 0] = rows?.shape ?? [];
    const [, draws = 0] = drawn?.shape ?? [];
    if (!isSampledWidth(bits)) throw new Error(`sums over drawn rows of ${bits} bits have no kernel`);
    this.#groups = bits / 8;
    let end = freeAt;
    const allocate = (bytes: number): number => {
      const at = end;
      end += Math.ceil(bytes / 64) * 64;
      return at;
    };
    const arrivingAt = allocate(4 * Math.max(draws, this.#rowsAtOnce * bits));
    this.#codesAt = allocate(2 * this.#groups * count);
    const lengths = [batch * bits, batch * bits, batch, batch, batch * bits, batch * bits];
    const starts = lengths.map((length) => allocate(4 * length));
    const pages = Math.ceil(end / page);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, { sampled: { memory } });
    this.#sums = exports['sums'] as Sums;
    this.#pack = exports['pack'] as Pack;
    this.#rowsIn = new Float32Array(memory.buffer, arrivingAt, this.#rowsAtOnce * bits);
    this.#drawsIn = new Int32Array(memory.buffer, arrivingAt, draws);
    const [expF, expG, ...results] = starts.map((at, i) => new Float32Array(memory.buffer, at, lengths[i]));
    this.places = [expF ?? null, expG ?? null, null, null];
    this.results = results;
  }

  run([f, g, rows, drawn]: readonly Numbers[]): void {
    const [expF, expG] = this.places;
    if (!(rows instanceof Float32Array) || !(drawn instanceof Int32Array)) throw new TypeError('no rows, or no draws');
    if (f === undefined || g === undefined || !expF || !expG) throw new TypeError('nothing to sum for');
    if (f !== expF) expF.set(f);
    if (g !== expG) expG.set(g);
    this.#packRows(rows);
    const draws = this.#drawsIn;
    const [bits, drawsAt, drawsEnd] = [8 * this.#groups, draws.byteOffset, draws.byteOffset + draws.byteLength];
    const [sumF = 0, sumG = 0, momentsF = 0, momentsG = 0] = this.results.map(({ byteOffset }) => byteOffset);
    for (let i = 0; i * draws.length < drawn.length; i++) {
      draws.set(drawn.subarray(i * draws.length, (i + 1) * draws.length));
      const row = 4 * i * bits;
      const [atF, atG] = [expF.byteOffset + row, expG.byteOffset + row];
      const sums = [sumF + 4 * i, sumG + 4 * i] as const;
      this.#sums(this.#groups, drawsAt, drawsEnd, this.#codesAt, atF, atG, ...sums, momentsF + row, momentsG + row);
    }
  }

  #packRows(rows: Float32Array): void {
    const arriving = this.#rowsIn;
    let to = this.#codesAt;
    for (let at = 0; at < rows.length; at += arriving.length) {
      const some = rows.subarray(at, at + arriving.length);
      arriving.set(some);
      this.#pack(arriving.byteOffset, to, some.length / 8);
      to += some.length / 4;
    }
  }
}
