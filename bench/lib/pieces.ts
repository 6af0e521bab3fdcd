// A campaign that is run in pieces: each adds a line to a file, and what is printed is the sum of all lines.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export type Tally = Readonly<Record<string, number>>;

export interface Piece {
  readonly seed: number;
  readonly counts: Tally;
  readonly faults: readonly string[];
  readonly minutes: number;
}

/** Adds the piece to the file, where one is named. @returns all pieces of the file */
export function addPiece(file: string | undefined, piece: Piece): readonly Piece[] {
  if (file === undefined) return [piece];
  appendFileSync(file, `${JSON.stringify(piece)}\n`);
  return piecesIn(file);
}

/** The lines of `addPiece`. */
export function piecesIn(file: string): readonly Piece[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Piece);
}

export function sumOf(pieces: readonly Piece[]): Piece & { readonly seeds: readonly number[] } {
  const counts: Record<string, number> = {};
  for (const piece of pieces) {
    for (const [name, n] of Object.entries(piece.counts)) counts[name] = (counts[name] ?? 0) + n;
  }
  return {
    seed: pieces[0]?.seed ?? 0,
    seeds: pieces.map(({ seed }) => seed),
    counts,
    faults: pieces.flatMap(({ seed, faults }) => faults.map((fault) => `seed ${seed}: ${fault}`)),
    minutes: pieces.reduce((sum, { minutes }) => sum + minutes, 0),
  };
}
