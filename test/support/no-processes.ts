// Set-up of the fast tests: a spec that starts a process fails, and says where it belongs.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const starters = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const;

for (const name of starters) {
  Object.defineProperty(childProcess, name, {
    value: () => {
      throw new Error(`A fast spec calls ${name}. Rename it to *.slow.spec.ts, or move it to test/integration.`);
    },
  });
}
syncBuiltinESMExports();
