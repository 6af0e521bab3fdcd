// Source text of the WebAssembly module that sums over drawn rows. `npm run build:kernel` compiles it to kernel.wasm.
//
// For each i it computes S_i = sum over the drawn rows j of exp(<s_j, x_i>) and M_i = sum of exp(<s_j, x_i>) s_j, which
// is the gradient of S_i by x_i. Each s_j contains only +1 and -1. Matrix products over all rows of a bank of 20,000
// take 2.6e9 operations and passes over 20 MB arrays, three quarters of them for rows that were not drawn; gathering
// the drawn rows takes 268 MB. But exp(<s_j, x_i>) is a product over bits of exp(x_ib) or exp(-x_ib), so every 8 bits
// of the code have only 256 possible values. With a table of them, a weight costs 8 multiplications at 64 bits, no exp
// and no dot product. M_i uses the reverse: each weight is added to one entry of a table for every 8 bits. After all
// draws, the sum of a bit is the sum of the entries with the bit minus the sum of those without. Both tables (for two x
// at once) fit the first cache.
//
// One thread is several times as fast as two threads of ONNX Runtime's matrix products (docs/measurements.md, Compute).

/** Bytes of an entry: two weights, of f and of g, as 32-bit numbers. */
const entry = 8;
/** Bytes of the table of one group of 8 bits. */
const table = 256 * entry;

/** Numbers of 8-bit groups in a code for which there is a kernel. */
export const groupCounts = [1, 2, 4, 8, 16] as const;
const most = 16;

/** Addresses: the table of weights, the table of sums, and the start of the caller's memory. */
export const weightsAt = 0;
export const sumsAt = most * table;
export const freeAt = 2 * most * table;

const each = (groups: number, text: (group: number) => string) =>
  Array.from({ length: groups }, (_, group) => text(group)).join('\n      ');

/**
 * Adds the weights of the drawn rows to the table of sums. `codes` holds byte times `entry` of each row and group, in
 * 16 bits.
 */
const add = (groups: number) => `
  (func $add${groups} (param $draw i32) (param $end i32) (param $codes i32)
    (local $code i32) (local $w v128) ${each(groups, (b) => `(local $at${b} i32)`)}
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $draw) (local.get $end)))
      (local.set $code (i32.add (local.get $codes) (i32.mul (i32.load (local.get $draw)) (i32.const ${2 * groups}))))
      ${each(groups, (b) => `(local.set $at${b} (i32.load16_u offset=${2 * b} (local.get $code)))`)}
      (local.set $w (v128.load64_zero offset=${weightsAt} (local.get $at0)))
      ${each(groups - 1, (b) => {
        const next = `(v128.load64_zero offset=${weightsAt + (b + 1) * table} (local.get $at${b + 1}))`;
        return `(local.set $w (f32x4.mul (local.get $w) ${next}))`;
      })}
      ${each(groups, (b) => {
        const offset = sumsAt + b * table;
        const sum = `(f32x4.add (local.get $w) (v128.load64_zero offset=${offset} (local.get $at${b})))`;
        return `(v128.store64_lane offset=${offset} 0 (local.get $at${b}) ${sum})`;
      })}
      (local.set $draw (i32.add (local.get $draw) (i32.const 4)))
      (br $more))))`;

/** The numbers at the same place of two arrays, in the low half. */
const pair = (f: string, g: string) => `(v128.load32_lane 1 (local.get ${g}) (v128.load32_zero (local.get ${f})))`;
const swapped = (value: string) => `(i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 ${value} ${value})`;
const both = (value: string) => `(i8x16.shuffle 0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7 ${value} ${value})`;
const advance = (name: string, by: string) => `(local.set ${name} (i32.add (local.get ${name}) ${by}))`;

/** The whole module. */
export function sampledKernelSource(): string {
  return `(module
  (import "sampled" "memory" (memory 1 65536))
  ${groupCounts.map(add).join('')}

  ;; Fills the tables of weights: f and g point at exp(x).
  (func $fill (param $f i32) (param $g i32) (param $groups i32)
    (local $at i32) (local $end i32) (local $bit i32) (local $to i32) (local $from i32) (local $stop i32)
    (local $e v128) (local $all v128)
    (local.set $end (i32.mul (local.get $groups) (i32.const ${table})))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      ;; No bit set: the product of all exp(-x).
      (local.set $all (f32x4.splat (f32.const 1)))
      (local.set $bit (i32.const 0))
      (loop $bits
        (local.set $all (f32x4.mul (local.get $all)
          ${pair('$f', '$g')}))
        ${advance('$f', '(i32.const 4)')}
        ${advance('$g', '(i32.const 4)')}
        (br_if $bits (i32.ne (local.tee $bit (i32.add (local.get $bit) (i32.const 1))) (i32.const 8))))
      (v128.store64_lane offset=${weightsAt} 0 (local.get $at)
        (f32x4.div (f32x4.splat (f32.const 1)) (local.get $all)))
      ${advance('$f', '(i32.const -32)')}
      ${advance('$g', '(i32.const -32)')}
      ;; With one bit more: exp(2x) times the entries before.
      (local.set $bit (i32.const ${entry}))
      (loop $bits
        (local.set $e ${pair('$f', '$g')})
        (local.set $e (f32x4.mul (local.get $e) (local.get $e)))
        (local.set $e ${both('(local.get $e)')})
        (local.set $from (local.get $at))
        (local.set $to (i32.add (local.get $at) (local.get $bit)))
        (local.set $stop (local.get $to))
        (if (i32.eq (local.get $bit) (i32.const ${entry}))
          (then (v128.store64_lane offset=${weightsAt} 0 (local.get $to)
            (f32x4.mul (local.get $e) (v128.load64_zero offset=${weightsAt} (local.get $from)))))
          (else (loop $entries
            (v128.store offset=${weightsAt} (local.get $to)
              (f32x4.mul (local.get $e) (v128.load offset=${weightsAt} (local.get $from))))
            ${advance('$to', '(i32.const 16)')}
            (br_if $entries
              (i32.ne (local.tee $from (i32.add (local.get $from) (i32.const 16))) (local.get $stop))))))
        ${advance('$f', '(i32.const 4)')}
        ${advance('$g', '(i32.const 4)')}
        (br_if $bits (i32.ne (local.tee $bit (i32.shl (local.get $bit) (i32.const 1))) (i32.const ${table}))))
      ${advance('$at', `(i32.const ${table})`)}
      (br $more))))

  ;; Takes the tables of sums apart, leaving zeros: writes M of each bit; returns S in the low half.
  (func $collect (param $f i32) (param $g i32) (param $groups i32) (result v128)
    (local $at i32) (local $end i32) (local $half i32) (local $low i32) (local $stop i32)
    (local $below v128) (local $above v128) (local $difference v128) (local $zero v128) (local $sum v128)
    (local.set $at (i32.const ${sumsAt}))
    (local.set $end (i32.add (local.get $at) (i32.mul (local.get $groups) (i32.const ${table}))))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      ;; The highest bit first; the table is folded in half for each.
      ${advance('$f', '(i32.const 28)')}
      ${advance('$g', '(i32.const 28)')}
      (local.set $half (i32.const ${table / 2}))
      (loop $bits
        (local.set $difference (local.get $zero))
        (local.set $low (local.get $at))
        (local.set $stop (i32.add (local.get $at) (local.get $half)))
        (if (i32.eq (local.get $half) (i32.const ${entry}))
          (then
            (local.set $below (v128.load64_zero (local.get $low)))
            (local.set $above (v128.load64_zero offset=${entry} (local.get $low)))
            (local.set $difference (f32x4.sub (local.get $above) (local.get $below)))
            (local.set $sum (f32x4.add (local.get $above) (local.get $below)))
            (v128.store (local.get $low) (local.get $zero)))
          (else
            (loop $entries
              (local.set $below (v128.load (local.get $low)))
              (local.set $above (v128.load (i32.add (local.get $low) (local.get $half))))
              (local.set $difference
                (f32x4.add (local.get $difference) (f32x4.sub (local.get $above) (local.get $below))))
              (v128.store (local.get $low) (f32x4.add (local.get $above) (local.get $below)))
              (v128.store (i32.add (local.get $low) (local.get $half)) (local.get $zero))
              (br_if $entries
                (i32.ne (local.tee $low (i32.add (local.get $low) (i32.const 16))) (local.get $stop))))
            (local.set $difference (f32x4.add (local.get $difference)
              ${swapped('(local.get $difference)')}))))
        (v128.store32_lane 0 (local.get $f) (local.get $difference))
        (v128.store32_lane 1 (local.get $g) (local.get $difference))
        ${advance('$f', '(i32.const -4)')}
        ${advance('$g', '(i32.const -4)')}
        (br_if $bits (i32.ge_u (local.tee $half (i32.shr_u (local.get $half) (i32.const 1))) (i32.const ${entry}))))
      ${advance('$f', '(i32.const 36)')}
      ${advance('$g', '(i32.const 36)')}
      ${advance('$at', `(i32.const ${table})`)}
      (br $more)))
    (local.get $sum))

  ;; One i: draws are row numbers in [draw, end); exp(x) of f and g; where S and M of each are written.
  (func (export "sums")
    (param $groups i32) (param $draw i32) (param $end i32) (param $codes i32)
    (param $f i32) (param $g i32) (param $sumF i32) (param $sumG i32) (param $momentsF i32) (param $momentsG i32)
    (local $sum v128)
    (call $fill (local.get $f) (local.get $g) (local.get $groups))
    ${groupCounts
      .map(
        (groups) => `(if (i32.eq (local.get $groups) (i32.const ${groups}))
      (then (call $add${groups} (local.get $draw) (local.get $end) (local.get $codes))))`,
      )
      .join('\n    ')}
    (local.set $sum (call $collect (local.get $momentsF) (local.get $momentsG) (local.get $groups)))
    (v128.store32_lane 0 (local.get $sumF) (local.get $sum))
    (v128.store32_lane 1 (local.get $sumG) (local.get $sum)))

  ;; Codes of 8 numbers each: bit b is set where number b is not negative.
  (func (export "pack") (param $from i32) (param $to i32) (param $groups i32)
    (local $end i32) (local $zero v128)
    (local.set $end (i32.add (local.get $to) (i32.mul (local.get $groups) (i32.const 2))))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $to) (local.get $end)))
      (i32.store16 (local.get $to) (i32.or
        (i32.shl (i32x4.bitmask (f32x4.ge (v128.load (local.get $from)) (local.get $zero))) (i32.const 3))
        (i32.shl (i32x4.bitmask (f32x4.ge (v128.load offset=16 (local.get $from)) (local.get $zero))) (i32.const 7))))
      ${advance('$from', '(i32.const 32)')}
      ${advance('$to', '(i32.const 2)')}
      (br $more)))))`;
}
