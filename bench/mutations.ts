// `npm run -s bench -- mutations [--files=<n>] [--models=<n>] [--minutes=<n>] [--seed=<n>] [--pieces=<file>]`:
// damaged JPEG, PNG, WebP, GIF, TIFF, AVIF, HEIC, JPEG XL, RAW, XMP, JSON, CSV, text, ONNX and manifest files: each
// is accounted for once, and none ends or hangs the engine. With `--pieces` the numbers are added to that file, and
// its sum is printed; `--files=0` prints the sum alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutationCampaign } from '../test/support/mutations.ts';
import { addPiece, piecesIn, sumOf, type CampaignPiece } from './lib/pieces.ts';
import { printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    models: { type: 'string', default: '100' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    pieces: { type: 'string' },
  },
});
const files = Number(values.files);
const pieces =
  files === 0 && values.pieces !== undefined
    ? piecesIn(values.pieces)
    : addPiece(values.pieces, await campaign(files, Number(values.seed)));
const { counts, largest, faults, minutes, seeds } = sumOf(pieces);
const { files: all = 0, models = 0, ...outcomes } = counts;
console.log(`${all} files and ${models} models, ${seeds.length} seeds, ${minutes.toFixed(0)} minutes`);
printTable(
  ['what became of it', 'files'],
  Object.entries(outcomes).map(([outcome, n]) => [outcome, String(n)]),
);
for (const [what, n] of Object.entries(largest)) console.log(`${what}: ${n.toFixed(1)}`);
console.log(faults.length === 0 ? 'No fault.' : faults.join('\n'));
if (faults.length > 0) process.exitCode = 1;

async function campaign(files: number, seed: number): Promise<CampaignPiece> {
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-mutations-'));
  try {
    const began = performance.now();
    const result = await mutationCampaign({
      folder,
      seed,
      files,
      models: Number(values.models),
      mostSeconds: 10,
      minutes: Number(values.minutes),
      log: (line) => console.error(line),
    });
    return {
      seed,
      counts: { files: result.files, models: result.models, ...result.outcomes },
      largest: {
        'longest time without a finished file, or for one model (s)': result.slowestSeconds,
        'peak memory of all processes (MB)': result.peakMegabytes,
      },
      faults: result.faults,
      minutes: (performance.now() - began) / 60_000,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
