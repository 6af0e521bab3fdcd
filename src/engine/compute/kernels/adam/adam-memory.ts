// Keeps parameters, moments and gradients next to each other in one WebAssembly memory, and takes Adam's step in place.
import { readFileSync } from 'node:fs';
import { stride } from './adam-kernel-source.ts';

/** Numbers of a step that are not arrays. */
export interface AdamStepScalars {
  /** Factor of the gradients, from clipping. */
  readonly clip: number;
  /** L2 penalty in the gradient. */
  readonly decay: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate of an array, by name, including bias correction. */
  readonly rate: (name: string) => number;
  readonly epsilon: number;
  /** Factor of an array before the step, by name, from decoupled weight decay; 1 without decay. */
  readonly keep: (name: string) => number;
}

type Step = (
  ...args: readonly [
    ...addresses: [parameter: number, first: number, second: number, gradient: number, bytes: number],
    ...scalars: [
      clip: number,
      decay: number,
      beta1: number,
      beta2: number,
      rate: number,
      epsilon: number,
      keep: number,
    ],
  ]
) => void;
type SumOfSquares = (at: number, bytes: number) => number;

let compiled: WebAssembly.Module | undefined;

const page = 65536;
/** WebAssembly addresses have 32 bits. */
const largest = 2 ** 32 - page;

interface Slot {
  /** Address of the parameter. Moments and gradient follow, each `bytes` long. */
  readonly at: number;
  /** Padded to a multiple of the kernel's stride. The padding stays 0. */
  readonly bytes: number;
  readonly length: number;
}

/** Bytes of memory that arrays of these lengths need. */
export const adamBytes = (lengths: Iterable<number>): number =>
  4 * [...lengths].reduce((sum, length) => sum + padded(length), 0);
const padded = (length: number) => Math.ceil((4 * length) / stride) * stride;

/** Whether arrays of these lengths fit (2.6e8 numbers in all). */
export const adamFits = (lengths: Iterable<number>): boolean => adamBytes(lengths) <= largest;

export class AdamMemory {
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly first: Readonly<Record<string, Float32Array>>;
  readonly second: Readonly<Record<string, Float32Array>>;
  /** Written by the caller, which differentiates. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly #slots = new Map<string, Slot>();
  readonly #step: Step;
  readonly #sumOfSquares: SumOfSquares;

  /** Allocates arrays of these lengths, filled with zeros. */
  constructor(lengths: Readonly<Record<string, number>>) {
    if (!adamFits(Object.values(lengths))) throw new RangeError('more parameters than one WebAssembly memory holds');
    let at = 0;
    for (const [name, length] of Object.entries(lengths)) {
      const bytes = padded(length);
      this.#slots.set(name, { at, bytes, length });
      at += 4 * bytes;
    }
    const pages = Math.max(1, Math.ceil(at / page));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, { adam: { memory } });
    this.#step = exports['step'] as Step;
    this.#sumOfSquares = exports['sumOfSquares'] as SumOfSquares;
    const view = (index: number) =>
      Object.fromEntries(
        [...this.#slots].map(([name, slot]) => [
          name,
          new Float32Array(memory.buffer, slot.at + index * slot.bytes, slot.length),
        ]),
      );
    [this.parameters, this.first, this.second, this.gradients] = [view(0), view(1), view(2), view(3)];
  }

  /** L2 norm of all gradients together, summed array by array in 64 bits: the same for every number of threads. */
  gradientNorm(): number {
    let sum = 0;
    for (const { at, bytes } of this.#slots.values()) sum += this.#sumOfSquares(at + 3 * bytes, bytes);
    return Math.sqrt(sum);
  }

  step({ clip, decay, beta1, beta2, rate, epsilon, keep }: AdamStepScalars): void {
    for (const [name, { at, bytes }] of this.#slots) {
      const addresses = [at, at + bytes, at + 2 * bytes, at + 3 * bytes] as const;
      this.#step(...addresses, bytes, clip, decay, beta1, beta2, rate(name), epsilon, keep(name));
    }
  }
}
