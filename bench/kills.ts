// `npm run -s bench -- kills [--kills=<n>] [--seed=<n>] [--photos=<n>] [--json]`: random SIGKILLs of index, train, activate,
// import, backup and migrations, each compared with a run that was not interrupted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killCampaign } from '../test/support/kill-campaign.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    photos: { type: 'string', default: '24' },
    json: { type: 'boolean' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'hashlens-kills-'));
try {
  const began = performance.now();
  const result = await killCampaign({
    folder,
    seed: Number(values.seed),
    kills: Number(values.kills),
    photos: Number(values.photos),
    log: (line) => console.error(line),
  });
  const minutes = (performance.now() - began) / 60_000;
  if (values.json) console.log(JSON.stringify({ machine: machine(), ...result, minutes }));
  else {
    console.log(
      `${machine()}\n${result.kills} kills, ${result.comparisons} comparisons, ${minutes.toFixed(0)} minutes`,
    );
    printTable(
      ['step', 'kills'],
      Object.entries(result.byStep).map(([step, n]) => [step, String(n)]),
    );
    console.log(result.differences.length === 0 ? 'No difference.' : result.differences.join('\n'));
  }
  if (result.differences.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
