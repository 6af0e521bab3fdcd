// `npm run -s bench -- kills [--kills=<n>] [--minutes=<n>] [--seed=<n>] [--photos=<n>] [--pieces=<file>]`: random SIGKILLs of
// index, train, activate, import, backup, write-back, encode and migrations, each compared with an uninterrupted run. With
// `--pieces` the numbers are added to that file, and its sum is printed; `--kills=0` prints the sum alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killCampaign } from '../test/support/kill-campaign.ts';
import { addPiece, piecesIn, sumOf, type CampaignPiece } from './lib/pieces.ts';
import { printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    photos: { type: 'string', default: '24' },
    pieces: { type: 'string' },
  },
});
const kills = Number(values.kills);
const pieces =
  kills === 0 && values.pieces !== undefined
    ? piecesIn(values.pieces)
    : addPiece(values.pieces, await campaign(kills, Number(values.seed)));
const { counts, faults, minutes, seeds } = sumOf(pieces);
const { kills: all = 0, comparisons = 0, ...byStep } = counts;
console.log(`${all} kills, ${comparisons} comparisons, ${seeds.length} seeds, ${minutes.toFixed(0)} minutes`);
printTable(
  ['step', 'kills'],
  Object.entries(byStep).map(([step, n]) => [step, String(n)]),
);
console.log(faults.length === 0 ? 'No difference.' : faults.join('\n'));
if (faults.length > 0) process.exitCode = 1;

async function campaign(kills: number, seed: number): Promise<CampaignPiece> {
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-kills-'));
  try {
    const began = performance.now();
    const result = await killCampaign({
      folder,
      seed,
      kills,
      minutes: Number(values.minutes),
      photos: Number(values.photos),
      log: (line) => console.error(line),
    });
    const counts = { kills: result.kills, comparisons: result.comparisons, ...result.byStep };
    return { seed, counts, largest: {}, faults: result.differences, minutes: (performance.now() - began) / 60_000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
