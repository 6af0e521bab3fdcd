// The tests that mutation testing runs: those of the files that are changed, which `npm run -s bench -- mutation` names.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: process.env['HASHLENS_MUTATION_SPECS']?.split(',') ?? ['src/engine/**/*.spec.ts'],
    isolate: false,
    expect: { poll: { timeout: 50_000, interval: 10 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
