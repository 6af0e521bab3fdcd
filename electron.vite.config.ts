// How the app is compiled: main (ESM) and preload (CommonJS, sandboxed) for Node 20, the page for Chromium 130.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { noteBundledPackages } from './scripts/package/bundled-packages.ts';

// A process of its own: this file is bundled, and no longer where it was.
execFileSync(process.execPath, [path.resolve('scripts/messages.ts')], { stdio: 'inherit' });

/** The sentences' functions have long comments. */
const withoutComments = { comments: { jsdoc: false } } as const;

const bundled = path.resolve('out/bundled');

// Electron 33 is the oldest the app runs on; see scripts/electron/fallback.ts.
export default defineConfig({
  main: {
    build: {
      target: 'node20',
      externalizeDeps: false,
      rollupOptions: { input: 'src/main/index.ts', output: withoutComments },
    },
    plugins: [noteBundledPackages(bundled, 'main')],
  },
  preload: {
    build: {
      target: 'node20',
      externalizeDeps: false,
      rollupOptions: {
        input: ['src/preload/index.ts', 'src/preload/video/video-frames.ts'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
    plugins: [noteBundledPackages(bundled, 'preload')],
  },
  renderer: {
    root: 'src/renderer',
    publicDir: false,
    build: {
      target: 'chrome130',
      assetsInlineLimit: 0,
      rollupOptions: { input: path.resolve('src/renderer/index.html'), output: withoutComments },
    },
    plugins: [svelte({ compilerOptions: { runes: true } }), noteBundledPackages(bundled, 'renderer')],
  },
});
