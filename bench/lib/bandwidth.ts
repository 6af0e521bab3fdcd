// Measures how fast one thread can read memory: the reference for a scan.
import wabt from 'wabt';
import { best, timed } from './report.ts';

/**
 * Adds up 64 bytes a turn in four SIMD registers, with no dependency between the loads. `both` reads at two places at
 * once, which the processor fetches ahead separately.
 */
const source = `(module
  (import "m" "memory" (memory 1 65536 shared))
  (func (export "both") (param $at i32) (param $end i32) (param $other i32) (result i64)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $next
      (local.set $a (i64x2.add (local.get $a) (v128.load offset=0 (local.get $at))))
      (local.set $b (i64x2.add (local.get $b) (v128.load offset=0 (local.get $other))))
      (local.set $c (i64x2.add (local.get $c) (v128.load offset=16 (local.get $at))))
      (local.set $d (i64x2.add (local.get $d) (v128.load offset=16 (local.get $other))))
      (local.set $a (i64x2.add (local.get $a) (v128.load offset=32 (local.get $at))))
      (local.set $b (i64x2.add (local.get $b) (v128.load offset=32 (local.get $other))))
      (local.set $c (i64x2.add (local.get $c) (v128.load offset=48 (local.get $at))))
      (local.set $d (i64x2.add (local.get $d) (v128.load offset=48 (local.get $other))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (local.set $other (i32.add (local.get $other) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (i64x2.extract_lane 0 (i64x2.add
      (i64x2.add (local.get $a) (local.get $b)) (i64x2.add (local.get $c) (local.get $d)))))
  (func (export "read") (param $at i32) (param $end i32) (result i64)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $next
      (local.set $a (i64x2.add (local.get $a) (v128.load offset=0 (local.get $at))))
      (local.set $b (i64x2.add (local.get $b) (v128.load offset=16 (local.get $at))))
      (local.set $c (i64x2.add (local.get $c) (v128.load offset=32 (local.get $at))))
      (local.set $d (i64x2.add (local.get $d) (v128.load offset=48 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (i64x2.extract_lane 0 (i64x2.add
      (i64x2.add (local.get $a) (local.get $b)) (i64x2.add (local.get $c) (local.get $d))))))`;

export interface Bandwidth {
  /** Bytes a second, best of the runs. */
  readonly best: number;
  readonly times: readonly number[];
}

/** Reads a buffer of this size as often as asked, as 128-bit words from one or two places and by libc's search for a byte; the fastest counts. */
export async function readBandwidth(bytes: number, runs: number): Promise<Bandwidth> {
  const compiler = await wabt();
  const module = compiler.parseWat('read.wat', source, { threads: true, simd: true });
  const { buffer } = module.toBinary({});
  const pages = Math.ceil(bytes / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(buffer)), { m: { memory } });
  const read = exports['read'] as (at: number, end: number) => bigint;
  const both = exports['both'] as (at: number, end: number, other: number) => bigint;
  const half = 64 * Math.ceil(bytes / 128);
  const all = Buffer.from(memory.buffer);
  all.fill(1);
  const simd = timed(runs, () => read(0, bytes));
  const two = timed(runs, () => both(0, half, half));
  const search = timed(runs, () => all.indexOf(0, 0));
  const [times = simd] = [simd, two, search].sort((a, b) => best(a) - best(b));
  return { best: bytes / best(times) / 1e-3, times };
}
