// The tests that mutation testing runs: those of the files that are changed, which `npm run -s bench -- mutation` names.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: process.env['HASHLENS_MUTATION_SPECS']?.split(',') ?? ['src/engine/**/*.spec.ts'],
    globalSetup: ['test/support/messages.ts', 'test/support/shared-folder.ts'],
    setupFiles: ['test/support/english.ts'],
    isolate: false,
    // As for the integration tests, which some files are tested by.
    expect: { poll: { timeout: 250_000, interval: 10 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
