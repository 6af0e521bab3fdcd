// Output of every benchmark: the machine, tables, medians.
import { cpus, totalmem } from 'node:os';
import { numberAt } from '../../src/shared/at.ts';

export { printTable } from '../../src/engine/cli/output.ts';

export function machine(): string {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${cores[0]?.model.trim()}, ${cores.length} cores, ${memory} GB, ${process.platform}, Node ${process.version}`;
}

export function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
}

export const best = (list: readonly number[]): number => Math.min(...list);

/** Smallest number of runs, also beyond the time budget. */
const fewest = 3;

/** Milliseconds of each of `runs` calls, or of as many as fit in `budgetMs`, after two that are not counted. */
export function timed(runs: number, work: (run: number) => void, budgetMs = Infinity): number[] {
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  for (let run = -2; run < runs; run++) {
    if (times.length >= fewest && performance.now() > end) break;
    const started = performance.now();
    work(Math.max(0, run));
    if (run >= 0) times.push(performance.now() - started);
  }
  return times;
}

/** Answers to the items, or to as many of the first as fit in `budgetMs`. */
export function answered<Item, Answer>(
  items: readonly Item[],
  answer: (item: Item) => Answer,
  budgetMs: number,
): Answer[] {
  const end = performance.now() + budgetMs;
  const answers: Answer[] = [];
  for (const item of items) {
    if (answers.length >= fewest && performance.now() > end) break;
    answers.push(answer(item));
  }
  return answers;
}

/** A number with three digits. */
export const digits = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3));

/** Prints the head of a table whose rows follow one by one. @returns a function that prints a row */
export function openTable(heads: readonly string[], widths: readonly number[]): (cells: readonly string[]) => void {
  const line = (cells: readonly string[]) =>
    console.log(
      cells
        .map((cell, i) => cell.padEnd(numberAt(widths, i)))
        .join('  ')
        .trimEnd(),
    );
  line(heads);
  line(widths.map((width) => '-'.repeat(width)));
  return line;
}
