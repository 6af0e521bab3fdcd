// End-to-end tests: a real Electron window, one file after the other, on an X display of its own where there is none.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/e2e/**/*.spec.ts'],
    globalSetup: ['test/e2e/setup.ts'],
    fileParallelism: false,
    // A cold start under a software display takes a while, training longer.
    expect: { poll: { timeout: 50_000, interval: 10 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
