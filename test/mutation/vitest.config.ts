// The tests that mutation testing runs: the engine's fast ones.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['src/{engine,shared}/**/*.spec.ts'],
    exclude: ['**/*.slow.spec.ts'],
    isolate: false,
    expect: { poll: { timeout: 50_000, interval: 10 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
