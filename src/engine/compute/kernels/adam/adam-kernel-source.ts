// Source text of the WebAssembly module that takes Adam's step. `npm run build:kernel` compiles it to kernel.wasm.
//
// Adam as nodes of an ONNX graph passes a dozen times over arrays that fit no cache, and double buffering doubles them.
// This kernel passes once, in place: it reads a parameter, its two moments and its gradient and writes the first three,
// 28 bytes a parameter, which is the minimum. It is many times as fast as ONNX nodes, whole or in tiles, and a second
// thread gains next to nothing (docs/measurements.md, Compute): memory is the limit, not arithmetic. So there is one
// thread, and the result does not depend on the number of threads. bfloat16 moments would save a third of the bytes but no longer match the golden numbers.
//
// Each operation rounds as in adam.ts (no fused multiply-add), so both give the same numbers.

/** Bytes processed in one turn of a loop. Arrays are padded to a multiple of it. */
export const stride = 64;

/** Updates four elements at `offset` behind the pointers. */
const element = (offset: number) => `
      (local.set $g4 (f32x4.add
        (f32x4.mul (v128.load offset=${offset} (local.get $gradient)) (local.get $clip4))
        (f32x4.mul (local.tee $p4 (v128.load offset=${offset} (local.get $parameter))) (local.get $decay4))))
      (v128.store offset=${offset} (local.get $first) (local.tee $m4 (f32x4.add
        (f32x4.mul (v128.load offset=${offset} (local.get $first)) (local.get $beta1x4))
        (local.get $g4))))
      (v128.store offset=${offset} (local.get $second) (local.tee $v4 (f32x4.add
        (f32x4.mul (v128.load offset=${offset} (local.get $second)) (local.get $beta2x4))
        (f32x4.mul (local.get $g4) (local.get $g4)))))
      (v128.store offset=${offset} (local.get $parameter) (f32x4.sub (f32x4.mul (local.get $p4) (local.get $keep4))
        (f32x4.div
          (f32x4.mul (local.get $m4) (local.get $rate4))
          (f32x4.add (f32x4.sqrt (local.get $v4)) (local.get $epsilon4)))))`;

/** Adds the squares of two elements, as 64-bit numbers, to one of the sums. */
const squares = (sum: string) => `
      (local.set $two (f64x2.promote_low_f32x4 (local.get $four)))
      (local.set ${sum} (f64x2.add (local.get ${sum}) (f64x2.mul (local.get $two) (local.get $two))))`;
const bothHalves = (offset: number, low: string, high: string) => `
      (local.set $four (v128.load offset=${offset} (local.get $at)))${squares(low)}
      (local.set $four (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $four) (local.get $four)))
      ${squares(high)}`;

const offsets = Array.from({ length: stride / 16 }, (_, i) => 16 * i);
const splats = {
  clip4: 'clip',
  decay4: 'decay',
  beta1x4: 'beta1',
  beta2x4: 'beta2',
  rate4: 'rate',
  epsilon4: 'epsilon',
  keep4: 'keep',
};
const pointers = ['parameter', 'first', 'second', 'gradient'];

/** The whole module. All lengths are bytes and multiples of `stride`. */
export function adamKernelSource(): string {
  return `(module
  (import "adam" "memory" (memory 1 65536))

  ;; One step of one array, in place.
  (func (export "step")
    (param $parameter i32) (param $first i32) (param $second i32) (param $gradient i32) (param $bytes i32)
    (param $clip f32) (param $decay f32) (param $beta1 f32) (param $beta2 f32) (param $rate f32) (param $epsilon f32)
    (param $keep f32)
    (local $end i32) (local $p4 v128) (local $m4 v128) (local $v4 v128) (local $g4 v128)
    ${Object.keys(splats)
      .map((name) => `(local $${name} v128)`)
      .join(' ')}
    ${Object.entries(splats)
      .map(([name, scalar]) => `(local.set $${name} (f32x4.splat (local.get $${scalar})))`)
      .join('\n    ')}
    (local.set $end (i32.add (local.get $parameter) (local.get $bytes)))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $parameter) (local.get $end)))
      ${offsets.map(element).join('')}
      ${pointers.map((name) => `(local.set $${name} (i32.add (local.get $${name}) (i32.const ${stride})))`).join('\n      ')}
      (br $more))))

  ;; Sum of squares in 64 bits: 0.03 s for 7.8e7 numbers, and exact where a 32-bit sum is off by 1e-4.
  (func (export "sumOfSquares") (param $at i32) (param $bytes i32) (result f64)
    (local $end i32) (local $four v128) (local $two v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $at) (local.get $bytes)))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      ${[0, 32].map((offset) => bothHalves(offset, '$a', '$b') + bothHalves(offset + 16, '$c', '$d')).join('')}
      (local.set $at (i32.add (local.get $at) (i32.const ${stride})))
      (br $more)))
    (local.set $a (f64x2.add (f64x2.add (local.get $a) (local.get $b)) (f64x2.add (local.get $c) (local.get $d))))
    (f64.add (f64x2.extract_lane 0 (local.get $a)) (f64x2.extract_lane 1 (local.get $a)))))`;
}
