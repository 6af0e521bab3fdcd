// Unit and integration tests. Which project a spec belongs to follows from its name:
//   fast         *.spec.ts beside its source: no process, no training
//   components   *.spec.ts beside a component, in a simulated browser
//   integration  *.slow.spec.ts beside its source (trains, starts processes, or takes seconds), and test/integration
import { existsSync, statfsSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { compiled } from './test/support/compiled.ts';
import { native } from './test/support/native.ts';

const components = 'src/renderer/**/[A-Z]*.spec.ts';
const slow = ['{src,scripts,bench}/**/*.slow.spec.ts', 'test/integration/**/*.spec.ts'];

/** Waits may take long on a busy machine; the test's own limit ends them. */
const poll = { timeout: 50_000, interval: 10 };
/** No test asserts a time: these limits only end a test that hangs. */
const slowLimits = { expect: { poll: { timeout: 250_000, interval: 10 } }, testTimeout: 300_000, hookTimeout: 300_000 };

/** Folder in memory for the fast tests' files, where the system has one with enough room: opening a database is cheaper there. */
const memory = '/dev/shm';
const inMemory = (): boolean => {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 30;
};

export default defineConfig({
  test: {
    // Two cores: more workers would only make each other slow.
    maxWorkers: 2,
    globalSetup: ['test/support/messages.ts'],
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'fast',
          include: ['src/**/*.spec.ts', 'scripts/**/*.spec.ts', 'bench/**/*.spec.ts', 'test/*.spec.ts'],
          exclude: [components, ...slow],
          setupFiles: ['test/support/no-processes.ts', 'test/support/english.ts'],
          env: inMemory() ? { TMPDIR: memory } : {},
          // One process for many files: loading the engine's modules takes longer than most specs.
          isolate: false,
          expect: { poll },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'components',
          include: [components],
          environment: 'happy-dom',
          // Loading the simulated browser takes longer than most of these specs. Another number of workers than the fast
          // project's needs an order of its own.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          setupFiles: ['test/support/browser.ts', 'test/support/english.ts'],
          isolate: false,
          expect: { poll },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: slow,
          globalSetup: ['test/support/shared-folder.ts'],
          setupFiles: ['test/support/english.ts'],
          env: compiled,
          ...native,
          ...slowLimits,
        },
      },
    ],
  },
});
