// Fault tests: full disks, killed processes, damaged files, hostile input. Each names its requirements and is
// skipped without them.
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { compiled } from '../support/compiled.ts';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/faults/**/*.spec.ts'],
    // Builds the application and finds an Electron and a display, for the tests that need a window.
    globalSetup: ['test/e2e/setup.ts'],
    maxWorkers: 2,
    env: compiled,
    expect: { poll: { timeout: 250_000, interval: 10 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
