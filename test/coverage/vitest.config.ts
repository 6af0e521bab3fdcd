// The engine's tests, for coverage: Node itself loads the modules, as in the processes that the engine starts, so
// that the counts of all processes refer to the same text.
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { native } from '../support/native.ts';

const slow = ['src/engine/**/*.slow.spec.ts', 'test/integration/**/*.spec.ts'];
/** Fault tests that use only the command line, without the window and the campaigns. */
const faults =
  'test/faults/{arguments,clock,damaged-library,full-disk,hung-share,indexing,jobs,server,terminal}.spec.ts';
const limits = {
  ...native,
  expect: { poll: { timeout: 250_000, interval: 10 } },
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...limits,
          name: 'fast',
          include: ['src/{engine,shared}/**/*.spec.ts'],
          exclude: slow,
          setupFiles: ['test/coverage/take.ts'],
          isolate: false,
        },
      },
      {
        test: {
          ...limits,
          name: 'integration',
          include: [...slow, faults],
          globalSetup: ['test/support/shared-folder.ts'],
          setupFiles: ['test/coverage/take.ts'],
        },
      },
    ],
  },
});
