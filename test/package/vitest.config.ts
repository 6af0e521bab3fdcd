// Tests of the unpacked application in `dist/`, as `npm run package -- dir` leaves it.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/package/**/*.spec.ts'],
    globalSetup: ['test/package/setup.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
