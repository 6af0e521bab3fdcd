// Source text of the WebAssembly module that scores sketches. `npm run build:kernel` compiles it to kernel.wasm. It spends most
// of its time waiting for memory and is several times faster than JavaScript (docs/measurements.md, Hamming index).
import { sketchWidth } from './basis.ts';

/** Addresses: the query `[sketchWidth]`, 16 bits a number; sketches' addresses, replaced by their scores; sketches. */
export const queryAt = 0;
export const listAt = 2 * sketchWidth;
/** Sketches scored in one call. */
export const listLength = 4096;
export const blocksAt = 65536;

/** Bytes of a vector register, and how many of them a sketch fills. */
const lanes = 16;
const parts = Array.from({ length: sketchWidth / lanes }, (_, part) => part);
const halves = ['low', 'high'] as const;
const queryOf = (part: number, half: number) => `$q${2 * part + half}`;

/** The module: `score` replaces each address from `at` to `end` by the scalar product with the query. */
export const sketchKernelSource = (): string => `(module
  (import "sketch" "memory" (memory 1 65536))
  (func (export "score") (param $at i32) (param $end i32)
    (local $row i32) (local $x v128) (local $sum v128)
    ${parts.flatMap((part) => halves.map((_, half) => `(local ${queryOf(part, half)} v128)`)).join(' ')}
    ${parts
      .flatMap((part) =>
        halves.map((_, half) => {
          const offset = queryAt + (2 * part + half) * lanes;
          return `(local.set ${queryOf(part, half)} (v128.load offset=${offset} (i32.const 0)))`;
        }),
      )
      .join('\n    ')}
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      (local.set $row (i32.load (local.get $at)))
      (local.set $sum (v128.const i32x4 0 0 0 0))
      ${parts
        .map(
          (part) => `(local.set $x (v128.load offset=${part * lanes} (local.get $row)))
      ${halves
        .map(
          (name, half) => `(local.set $sum (i32x4.add (local.get $sum)
        (i32x4.dot_i16x8_s (i16x8.extend_${name}_i8x16_s (local.get $x)) (local.get ${queryOf(part, half)}))))`,
        )
        .join('\n      ')}`,
        )
        .join('\n      ')}
      (i32.store (local.get $at)
        (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
          (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $more)))))
`;
