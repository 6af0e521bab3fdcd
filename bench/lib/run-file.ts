// Finished runs of a long benchmark in a file, one a line, so that a benchmark that was interrupted goes on after the last one.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Run } from '../../src/engine/benchmark/run-benchmark.ts';
import { parseJson } from '../../src/shared/json.ts';

const lineOf = z.object({ key: z.string(), runs: z.custom<readonly Run[]>(Array.isArray) });
type Line = z.output<typeof lineOf>;

/** The finished lines of a file; what an interrupted write left at its end is taken off. */
function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(file, whole);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(lineOf, line));
}

/** Runs by what they were made of. Without a file nothing is kept. */
export class RunFile {
  readonly #file: string | undefined;
  readonly #known: ReadonlyMap<string, readonly Run[]>;

  constructor(file: string | undefined) {
    this.#file = file;
    this.#known = new Map(file === undefined ? [] : linesOf(file).map(({ key, runs }) => [key, runs]));
  }

  /** The runs of an earlier call with the same key; none without one. */
  finished(key: unknown): readonly Run[] {
    return this.#known.get(JSON.stringify(key)) ?? [];
  }

  /** The runs of an earlier call with the same key, or those that `make` gives. @param key everything that decides the runs */
  async runsOf(key: unknown, make: () => Promise<readonly Run[]>): Promise<readonly Run[]> {
    const text = JSON.stringify(key);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const runs = await make();
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify({ key: text, runs } satisfies Line)}\n`);
    return runs;
  }
}
