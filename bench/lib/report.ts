// What every benchmark prints: the machine, a table, medians.
import { cpus, totalmem } from 'node:os';

export function machine(): string {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cores[0]?.model.trim()}, ${cores.length} cores, ${memory} GB, ${process.platform}, Node ${process.version}`;
}

export function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
}

export const best = (list: readonly number[]): number => Math.min(...list);

/** Milliseconds of each of `runs` calls, after two that are not counted. */
export function timed(runs: number, work: (run: number) => void): number[] {
  const times: number[] = [];
  for (let run = -2; run < runs; run++) {
    const started = performance.now();
    work(Math.max(0, run));
    if (run >= 0) times.push(performance.now() - started);
  }
  return times;
}

export const milliseconds = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3));

export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]) =>
    console.log(
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  line(heads);
  line(widths.map((width) => '-'.repeat(width)));
  rows.forEach(line);
}
