// A campaign that is run in pieces: each adds a line to a file, and the sum of all lines is printed.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

const tally = z.record(z.string(), z.number());
const pieceSchema = z.object({
  seed: z.number(),
  /** Added up over the pieces. */
  counts: tally,
  /** Numbers whose maximum is kept instead of their sum. */
  largest: tally.default({}),
  faults: z.array(z.string()).readonly(),
  minutes: z.number(),
});
export type CampaignPiece = z.output<typeof pieceSchema>;

/** Adds the piece to the file, where one is named. @returns all pieces of the file */
export function addPiece(file: string | undefined, piece: CampaignPiece): readonly CampaignPiece[] {
  if (file === undefined) return [piece];
  appendFileSync(file, `${JSON.stringify(piece)}\n`);
  return piecesIn(file);
}

/** The lines of `addPiece`. */
export function piecesIn(file: string): readonly CampaignPiece[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => parseJson(pieceSchema, line));
}

export interface Sum extends Omit<CampaignPiece, 'seed'> {
  readonly seeds: readonly number[];
}

export function sumOf(pieces: readonly CampaignPiece[]): Sum {
  const counts: Record<string, number> = {};
  const largest: Record<string, number> = {};
  for (const piece of pieces) {
    for (const [name, n] of Object.entries(piece.counts)) counts[name] = (counts[name] ?? 0) + n;
    for (const [name, n] of Object.entries(piece.largest)) largest[name] = Math.max(largest[name] ?? 0, n);
  }
  return {
    largest,
    seeds: pieces.map(({ seed }) => seed),
    counts,
    faults: pieces.flatMap(({ seed, faults }) => faults.map((fault) => `seed ${seed}: ${fault}`)),
    minutes: pieces.reduce((sum, { minutes }) => sum + minutes, 0),
  };
}
