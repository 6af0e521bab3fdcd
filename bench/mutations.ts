// `npm run -s bench -- mutations [--files=<n>] [--models=<n>] [--seed=<n>] [--json]`: damaged JPEG, PNG, WebP, GIF, TIFF, AVIF,
// XMP, JSON, CSV, text, ONNX and manifest files: each is accounted for once, and nothing ends or hangs the engine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutationCampaign } from '../test/support/mutations.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    models: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'hashlens-mutations-'));
try {
  const result = await mutationCampaign({
    folder,
    seed: Number(values.seed),
    files: Number(values.files),
    models: Number(values.models),
    log: (line) => console.error(line),
  });
  if (values.json) console.log(JSON.stringify({ machine: machine(), ...result }));
  else {
    console.log(`${machine()}\n${result.files} files and ${result.models} models`);
    printTable(
      ['what became of it', 'files'],
      Object.entries(result.outcomes).map(([outcome, n]) => [outcome, String(n)]),
    );
    console.log(result.faults.length === 0 ? 'No fault.' : result.faults.join('\n'));
  }
  if (result.faults.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
