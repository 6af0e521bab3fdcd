// Splits a query over all ids of a table into short turns, so that no search waits for a long one.
import { setImmediate } from 'node:timers/promises';

const idsInTurn = 16_384;

/** The results of `find` among the ids up to `last`. */
export async function inTurns(last: number, find: (from: number, to: number) => number[]): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from <= last; from += idsInTurn) {
    for (const id of find(from, from + idsInTurn - 1)) found.push(id);
    await setImmediate();
  }
  return found;
}
