// Source text of the WebAssembly module that scans codes. `npm run build:kernel` compiles it to kernel.wasm.
//
// One pass finds the exact n nearest. A row is examined only when its distance is below `limit`: the largest
// distance among the n best so far. Rows come in ascending id order, so a row at the limit loses its tie and may be
// skipped. The limit only falls, so at most n rows per distance are taken in any order of the rows; for random codes
// a few hundred of a million. Nothing is stored for the others: a row costs its loads, xors, popcounts and one
// branch that is almost never taken.
//
// Two-stage methods that store every distance and select afterwards spent more time on selecting than on the scan, and
// i8x16.popcnt was slower than i64.popcnt. Codes that do not fit into the processor's cache are read at two places at once, from
// the beginning and from the middle, because the processor prefetches along each. Prefetching by touching later rows made the
// scan slower at every distance tried. Each place has its own workspace, so that rows stay in order in both. Figures:
// docs/measurements.md, Hamming index.
import { workspace as at } from './workspace.ts';

/** Rows compared between two branches back: enough that V8's check for interrupts in each loop costs nothing. */
const unrolled = 8;

/** Whole 64-bit words in a code, and whether a shorter rest follows: one scan loop each. */
const shapes = [0, 1, 2, 3, 4].flatMap((whole) => [
  { whole, rest: false },
  { whole, rest: true },
]);

/** Address of a code -> i64 distance. The rest's word overlaps the one before it; the mask hides what was counted. */
function distanceAt(shape: { whole: number; rest: boolean }, row: number, bytesPerRow: string): string {
  const address = row === 0 ? '(local.get $at)' : `(i32.add (local.get $at) ${times(bytesPerRow, row)})`;
  const fixed = !shape.rest;
  const words = Array.from({ length: shape.whole }, (_, w) => {
    const load = fixed
      ? `(i64.load offset=${(row * shape.whole + w) * 8} align=1 (local.get $at))`
      : `(i64.load offset=${w * 8} align=1 ${address})`;
    return `(i64.popcnt (i64.xor ${load} (local.get $q${w})))`;
  });
  if (shape.rest) {
    const load = `(i64.load align=1 (i32.add ${address} (local.get $restOffset)))`;
    words.push(`(i64.popcnt (i64.and (i64.xor ${load} (local.get $qRest)) (local.get $restMask)))`);
  }
  return words.reduce((sum, word) => `(i64.add ${sum} ${word})`);
}
const times = (bytes: string, row: number) => (row === 1 ? bytes : `(i32.mul ${bytes} (i32.const ${row}))`);

/** Finds the next row below the limit: `[at, end)` -> its address, or `end`. */
function nextFunction(shape: { whole: number; rest: boolean }): string {
  const name = `$next_${shape.whole}${shape.rest ? '_rest' : ''}`;
  if (shape.whole === 0 && !shape.rest) return `  (func ${name} (type $next) (unreachable))`;
  if (shape.whole === 4 && shape.rest) return `  (func ${name} (type $next) (unreachable))`;
  const stride = shape.rest ? '(local.get $stride)' : `(i32.const ${shape.whole * 8})`;
  const isNear = (row: number) => `(i64.lt_u ${distanceAt(shape, row, stride)} (local.get $limit))`;
  const queryWords = Array.from({ length: shape.whole }, (_, w) => `(local $q${w} i64)`).join(' ');
  return `
  (func ${name} (param $at i32) (param $end i32) (param $work i32) (result i32)
    (local $limit i64) (local $stride i32) (local $restOffset i32) (local $qRest i64) (local $restMask i64) ${queryWords}
    (local.set $limit (i64.load32_u offset=${at.limit} (local.get $work)))
    (local.set $stride (i32.load offset=${at.bytes} (local.get $work)))
    (local.set $restOffset (i32.load offset=${at.restOffset} (local.get $work)))
    (local.set $qRest (i64.load offset=${at.restQuery} (local.get $work)))
    (local.set $restMask (i64.load offset=${at.restMask} (local.get $work)))
    ${Array.from({ length: shape.whole }, (_, w) => `(local.set $q${w} (i64.load offset=${at.query + 8 * w} (local.get $work)))`).join('\n    ')}
    (block $near
      (loop $many
        (if (i32.gt_u (i32.mul ${stride} (i32.const ${unrolled})) (i32.sub (local.get $end) (local.get $at)))
          (then (br $near)))
        ${Array.from({ length: unrolled }, (_, row) => `(br_if $near ${isNear(row)})`).join('\n        ')}
        (local.set $at (i32.add (local.get $at) (i32.mul ${stride} (i32.const ${unrolled}))))
        (br $many)))
    (block $found
      (loop $one
        (br_if $found (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $found ${isNear(0)})
        (local.set $at (i32.add (local.get $at) ${stride}))
        (br $one)))
    (local.get $at))`;
}

const pairName = ({ whole, rest }: { whole: number; rest: boolean }): string =>
  whole === 0 || rest ? '$pair_none' : `$pair_${whole}`;
/** Pairs of rows compared between two branches back. */
const pairsUnrolled = 4;

/** Finds the next pair of rows of which one is below its limit: `[at, end)`, and as many from `other` on -> address of the first, or `end`. */
function pairFunction(whole: number): string {
  const bytes = whole * 8;
  const isNear = (address: string, row: number, limit: string) => {
    const words = Array.from(
      { length: whole },
      (_, w) =>
        `(i64.popcnt (i64.xor (i64.load offset=${row * bytes + w * 8} align=1 (local.get ${address})) (local.get $q${w})))`,
    );
    return `(i64.lt_u ${words.reduce((sum, word) => `(i64.add ${sum} ${word})`)} (local.get ${limit}))`;
  };
  const pair = (row: number) =>
    `(br_if $near ${isNear('$at', row, '$limit')}) (br_if $near ${isNear('$other', row, '$otherLimit')})`;
  const step = (rows: number) => `
        (local.set $at (i32.add (local.get $at) (i32.const ${rows * bytes})))
        (local.set $other (i32.add (local.get $other) (i32.const ${rows * bytes})))`;
  return `
  (func $pair_${whole} (param $at i32) (param $end i32) (param $other i32) (param $work i32) (result i32)
    (local $limit i64) (local $otherLimit i64) ${Array.from({ length: whole }, (_, w) => `(local $q${w} i64)`).join(' ')}
    (local.set $limit (i64.load32_u offset=${at.limit} (local.get $work)))
    (local.set $otherLimit (i64.load32_u offset=${at.limit} (i32.load offset=${at.sibling} (local.get $work))))
    ${Array.from({ length: whole }, (_, w) => `(local.set $q${w} (i64.load offset=${at.query + 8 * w} (local.get $work)))`).join('\n    ')}
    (block $near
      (loop $many
        (if (i32.gt_u (i32.const ${pairsUnrolled * bytes}) (i32.sub (local.get $end) (local.get $at)))
          (then (br $near)))
        ${Array.from({ length: pairsUnrolled }, (_, row) => pair(row)).join('\n        ')}
        ${step(pairsUnrolled)}
        (br $many)))
    (block $near
      (loop $one
        (br_if $near (i32.ge_u (local.get $at) (local.get $end)))
        ${pair(0)}
        ${step(1)}
        (br $one)))
    (local.get $at))`;
}

/** Runs of fewer bytes are read at one place. */
const pairFrom = 4096;

/** The whole module. Its functions share one workspace a thread (workspace.ts), whose address is \`work\`. */
export function hammingKernelSource(): string {
  return `(module
  (import "index" "memory" (memory 1 65536 shared))
  (type $next (func (param $at i32) (param $end i32) (param $work i32) (result i32)))
  (type $pair (func (param $at i32) (param $end i32) (param $other i32) (param $work i32) (result i32)))
  (table ${2 * shapes.length} funcref)
  (elem (i32.const 0) ${shapes.map((s) => `$next_${s.whole}${s.rest ? '_rest' : ''}`).join(' ')})
  (elem (i32.const ${shapes.length}) ${shapes.map(pairName).join(' ')})
${shapes.map(nextFunction).join('\n')}
  (func $pair_none (type $pair) (unreachable))
${[1, 2, 3, 4].map(pairFunction).join('\n')}

  ;; Distance of one row, for the few that are taken.
  (func $distance (param $at i32) (param $work i32) (result i32)
    (local $sum i64) (local $w i32) (local $whole i32)
    (local.set $whole (i32.shl (i32.shr_u (i32.load offset=${at.bytes} (local.get $work)) (i32.const 3)) (i32.const 3)))
    (block $done
      (loop $words
        (br_if $done (i32.ge_u (local.get $w) (local.get $whole)))
        (local.set $sum (i64.add (local.get $sum) (i64.popcnt (i64.xor
          (i64.load align=1 (i32.add (local.get $at) (local.get $w)))
          (i64.load offset=${at.query} (i32.add (local.get $work) (local.get $w)))))))
        (local.set $w (i32.add (local.get $w) (i32.const 8)))
        (br $words)))
    (i32.wrap_i64 (i64.add (local.get $sum) (i64.popcnt (i64.and
      (i64.load offset=${at.restMask} (local.get $work))
      (i64.xor
        (i64.load align=1 (i32.add (local.get $at) (i32.load offset=${at.restOffset} (local.get $work))))
        (i64.load offset=${at.restQuery} (local.get $work))))))))

  ;; Drops entries beyond the limit. Those at the limit stay: the first of them may be needed for ties.
  (func $compact (param $work i32)
    (local $from i32) (local $to i32) (local $end i32) (local $limit i32)
    (local.set $limit (i32.load offset=${at.limit} (local.get $work)))
    (local.set $from (i32.load offset=${at.entries} (local.get $work)))
    (local.set $to (local.get $from))
    (local.set $end (i32.add (local.get $from)
      (i32.shl (i32.load offset=${at.count} (local.get $work)) (i32.const 3))))
    (block $done
      (loop $entries
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (i64.store (local.get $to) (i64.load (local.get $from)))
        (if (i32.le_u (i32.load offset=4 (local.get $from)) (local.get $limit))
          (then (local.set $to (i32.add (local.get $to) (i32.const 8)))))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (br $entries)))
    (i32.store offset=${at.count} (local.get $work)
      (i32.shr_u (i32.sub (local.get $to) (i32.load offset=${at.entries} (local.get $work))) (i32.const 3))))

  ;; Takes a row that is below the limit, then lowers the limit as far as the n best allow.
  (func $take (param $at i32) (param $work i32)
    (local $distance i32) (local $entry i32) (local $limit i32) (local $below i32) (local $counted i32)
    (if (i32.eq (i32.load offset=${at.count} (local.get $work)) (i32.load offset=${at.capacity} (local.get $work)))
      (then (call $compact (local.get $work))))
    (local.set $distance (call $distance (local.get $at) (local.get $work)))
    (local.set $entry (i32.add (i32.load offset=${at.entries} (local.get $work))
      (i32.shl (i32.load offset=${at.count} (local.get $work)) (i32.const 3))))
    (i32.store (local.get $entry)
      (i32.div_u (local.get $at) (i32.load offset=${at.bytes} (local.get $work))))
    (i32.store offset=4 (local.get $entry) (local.get $distance))
    (i32.store offset=${at.count} (local.get $work)
      (i32.add (i32.load offset=${at.count} (local.get $work)) (i32.const 1)))
    (local.set $counted (i32.add (local.get $work) (i32.shl (local.get $distance) (i32.const 2))))
    (i32.store offset=${at.histogram} (local.get $counted)
      (i32.add (i32.load offset=${at.histogram} (local.get $counted)) (i32.const 1)))
    (local.set $below (i32.add (i32.load offset=${at.below} (local.get $work)) (i32.const 1)))
    (local.set $limit (i32.load offset=${at.limit} (local.get $work)))
    (block $done
      (loop $lower
        (br_if $done (i32.lt_u (local.get $below) (i32.load offset=${at.wanted} (local.get $work))))
        (local.set $limit (i32.sub (local.get $limit) (i32.const 1)))
        (local.set $below (i32.sub (local.get $below) (i32.load offset=${at.histogram}
          (i32.add (local.get $work) (i32.shl (local.get $limit) (i32.const 2))))))
        (br $lower)))
    (i32.store offset=${at.below} (local.get $work) (local.get $below))
    (i32.store offset=${at.limit} (local.get $work) (local.get $limit)))

  ;; Rows of the addresses [at, end), and as many from \`other\` on for the sibling, all of them searched.
  (func $both (param $at i32) (param $end i32) (param $other i32) (param $work i32)
    (local $near i32) (local $sibling i32)
    (local.set $sibling (i32.load offset=${at.sibling} (local.get $work)))
    (block $done
      (loop $next
        (local.set $near (call_indirect (type $pair) (local.get $at) (local.get $end) (local.get $other)
          (local.get $work)
          (i32.add (i32.const ${shapes.length}) (i32.load offset=${at.shape} (local.get $work)))))
        (local.set $other (i32.add (local.get $other) (i32.sub (local.get $near) (local.get $at))))
        (local.set $at (local.get $near))
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (if (i32.lt_u (call $distance (local.get $at) (local.get $work))
              (i32.load offset=${at.limit} (local.get $work)))
          (then (call $take (local.get $at) (local.get $work))))
        (if (i32.lt_u (call $distance (local.get $other) (local.get $sibling))
              (i32.load offset=${at.limit} (local.get $sibling)))
          (then (call $take (local.get $other) (local.get $sibling))))
        (local.set $at (i32.add (local.get $at) (i32.load offset=${at.bytes} (local.get $work))))
        (local.set $other (i32.add (local.get $other) (i32.load offset=${at.bytes} (local.get $work))))
        (br $next))))

  ;; Rows of the addresses [at, end), all of them searched.
  (func $rows (param $at i32) (param $end i32) (param $work i32)
    (local $half i32)
    (if (i32.and
          (i32.ne (i32.load offset=${at.sibling} (local.get $work)) (i32.const 0))
          (i32.ge_u (i32.sub (local.get $end) (local.get $at)) (i32.const ${pairFrom}))) (then
      (local.set $half (i32.mul (i32.load offset=${at.bytes} (local.get $work)) (i32.shr_u
        (i32.div_u (i32.sub (local.get $end) (local.get $at)) (i32.load offset=${at.bytes} (local.get $work)))
        (i32.const 1))))
      (call $both (local.get $at) (i32.add (local.get $at) (local.get $half))
        (i32.add (local.get $at) (local.get $half)) (local.get $work))
      ;; An odd number of rows leaves one, which comes after the sibling's.
      (local.set $at (i32.add (local.get $at) (i32.shl (local.get $half) (i32.const 1))))
      (local.set $work (i32.load offset=${at.sibling} (local.get $work)))))
    (block $done
      (loop $next
        (local.set $at (call_indirect (type $next) (local.get $at) (local.get $end) (local.get $work)
          (i32.load offset=${at.shape} (local.get $work))))
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (call $take (local.get $at) (local.get $work))
        (local.set $at (i32.add (local.get $at) (i32.load offset=${at.bytes} (local.get $work))))
        (br $next))))

  ;; Rows of one word of 64 ids, many of them searched: all are compared, and the near ones looked up in the mask.
  (func $mixed (param $at i32) (param $end i32) (param $occupied i64) (param $searched i64) (param $work i32)
    (local $row i32) (local $nearRow i32) (local $near i32)
    (local.set $near (local.get $at))
    (block $done
      (loop $next
        (local.set $near (call_indirect (type $next) (local.get $near) (local.get $end) (local.get $work)
          (i32.load offset=${at.shape} (local.get $work))))
        (br_if $done (i32.ge_u (local.get $near) (local.get $end)))
        (local.set $nearRow (i32.div_u (i32.sub (local.get $near) (local.get $at))
          (i32.load offset=${at.bytes} (local.get $work))))
        ;; The row's id is the nearRow-th bit set in \`occupied\`.
        (block $there
          (loop $skip
            (br_if $there (i32.eq (local.get $row) (local.get $nearRow)))
            (local.set $occupied (i64.and (local.get $occupied) (i64.sub (local.get $occupied) (i64.const 1))))
            (local.set $row (i32.add (local.get $row) (i32.const 1)))
            (br $skip)))
        (if (i64.ne (i64.const 0) (i64.and (local.get $searched)
              (i64.and (local.get $occupied) (i64.sub (i64.const 0) (local.get $occupied)))))
          (then (call $take (local.get $near) (local.get $work))))
        (local.set $near (i32.add (local.get $near) (i32.load offset=${at.bytes} (local.get $work))))
        (br $next))))

  ;; Rows of one word of 64 ids, few of them searched: one by one.
  (func $few (param $at i32) (param $occupied i64) (param $searched i64) (param $work i32)
    (local $row i32) (local $bytes i32)
    (local.set $bytes (i32.load offset=${at.bytes} (local.get $work)))
    (block $done
      (loop $bits
        (br_if $done (i64.eqz (local.get $searched)))
        (local.set $row (i32.add (local.get $at) (i32.mul (local.get $bytes) (i32.wrap_i64 (i64.popcnt (i64.and
          (local.get $occupied)
          (i64.sub (i64.and (local.get $searched) (i64.sub (i64.const 0) (local.get $searched))) (i64.const 1))))))))
        (if (i32.lt_u (call $distance (local.get $row) (local.get $work))
              (i32.load offset=${at.limit} (local.get $work)))
          (then (call $take (local.get $row) (local.get $work))))
        (local.set $searched (i64.and (local.get $searched) (i64.sub (local.get $searched) (i64.const 1))))
        (br $bits))))

  ;; Scans \`words\` words of 64 ids from the word at \`occupied\`, whose first row is at \`at\`. \`live\` and \`mask\` (0: none)
  ;; say which of the occupied ids are searched. Runs of words that are searched as a whole are scanned as one.
  (func (export "scan") (param $work i32) (param $at i32) (param $words i32)
        (param $occupied i32) (param $live i32) (param $mask i32)
    (local $end i32) (local $after i32) (local $taken i64) (local $searched i64) (local $count i64)
    (local.set $end (local.get $at))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $words)))
        (local.set $taken (i64.load (local.get $occupied)))
        (local.set $searched (i64.load (local.get $live)))
        (if (local.get $mask) (then
          (local.set $searched (i64.and (local.get $searched) (i64.load (local.get $mask))))
          (local.set $mask (i32.add (local.get $mask) (i32.const 8)))))
        (local.set $after (i32.add (local.get $end) (i32.mul (i32.load offset=${at.bytes} (local.get $work))
          (i32.wrap_i64 (i64.popcnt (local.get $taken))))))
        (if (i64.ne (local.get $searched) (local.get $taken)) (then
          (call $rows (local.get $at) (local.get $end) (local.get $work))
          (local.set $count (i64.popcnt (local.get $searched)))
          (if (i64.ge_u (local.get $count) (i64.const 16))
            (then (call $mixed (local.get $end) (local.get $after) (local.get $taken) (local.get $searched)
              (local.get $work)))
            (else (call $few (local.get $end) (local.get $taken) (local.get $searched) (local.get $work))))
          (local.set $at (local.get $after))))
        (local.set $end (local.get $after))
        (local.set $occupied (i32.add (local.get $occupied) (i32.const 8)))
        (local.set $live (i32.add (local.get $live) (i32.const 8)))
        (local.set $words (i32.sub (local.get $words) (i32.const 1)))
        (br $next)))
    (call $rows (local.get $at) (local.get $end) (local.get $work)))

  ;; Counting sort of the entries to \`out\`: by distance, then by row. Gives how many there are, at most \`wanted\`.
  (func (export "finish") (param $work i32) (param $out i32) (result i32)
    (local $d i32) (local $sum i32) (local $n i32) (local $entry i32) (local $end i32) (local $slot i32)
    (local $limit i32) (local $wanted i32)
    (local.set $limit (i32.load offset=${at.limit} (local.get $work)))
    (local.set $wanted (i32.load offset=${at.wanted} (local.get $work)))
    ;; histogram[d] becomes where the next entry at distance d goes.
    (block $summed
      (loop $sums
        (br_if $summed (i32.gt_u (local.get $d) (local.get $limit)))
        (local.set $slot (i32.add (local.get $work) (i32.shl (local.get $d) (i32.const 2))))
        (local.set $n (i32.load offset=${at.histogram} (local.get $slot)))
        (i32.store offset=${at.histogram} (local.get $slot) (local.get $sum))
        (local.set $sum (i32.add (local.get $sum) (local.get $n)))
        (local.set $d (i32.add (local.get $d) (i32.const 1)))
        (br $sums)))
    (local.set $entry (i32.load offset=${at.entries} (local.get $work)))
    (local.set $end (i32.add (local.get $entry)
      (i32.shl (i32.load offset=${at.count} (local.get $work)) (i32.const 3))))
    (block $done
      (loop $entries
        (br_if $done (i32.ge_u (local.get $entry) (local.get $end)))
        (local.set $d (i32.load offset=4 (local.get $entry)))
        (if (i32.le_u (local.get $d) (local.get $limit)) (then
          (local.set $slot (i32.add (local.get $work) (i32.shl (local.get $d) (i32.const 2))))
          (local.set $n (i32.load offset=${at.histogram} (local.get $slot)))
          (if (i32.lt_u (local.get $n) (local.get $wanted)) (then
            (i64.store (i32.add (local.get $out) (i32.shl (local.get $n) (i32.const 3)))
              (i64.load (local.get $entry)))
            (i32.store offset=${at.histogram} (local.get $slot) (i32.add (local.get $n) (i32.const 1)))))))
        (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
        (br $entries)))
    (select (local.get $sum) (local.get $wanted) (i32.lt_u (local.get $sum) (local.get $wanted))))
)
`;
}
