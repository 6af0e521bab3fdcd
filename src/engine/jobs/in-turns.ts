// A question about all ids of a table, asked in several turns, so that a search waits for no long one.
import { setImmediate } from 'node:timers/promises';

const idsInTurn = 16_384;

/** What `find` finds among the ids up to `last`. */
export async function inTurns(last: number, find: (from: number, to: number) => number[]): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from <= last; from += idsInTurn) {
    for (const id of find(from, from + idsInTurn - 1)) found.push(id);
    await setImmediate();
  }
  return found;
}
