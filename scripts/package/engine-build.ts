// Compiles the engine to JavaScript, one file a module, so that programs started by path are found where they were.
import { copyFile, glob, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { root } from '../electron.ts';

const source = path.join(root, 'src');

/** Programs that the engine starts as threads or processes of their own, and the two that a person starts. */
const programs = ['engine/**/*-process.ts', 'engine/**/*-worker.ts', 'engine/cli/{hashlens,engine-program}.ts'];

/** Fills `folder`/src with the compiled engine; returns the absolute paths of its programs. */
export async function buildEngine(folder: string): Promise<string[]> {
  const inputs: string[] = [];
  for await (const file of glob(programs, { cwd: source })) inputs.push(file);
  const out = path.join(folder, 'src');
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    plugins: [programUrls],
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(inputs.map((file) => [file.replace(/\.ts$/, ''), path.join(source, file)])),
        output: { preserveModules: true, preserveModulesRoot: source, entryFileNames: '[name].js' },
      },
    },
  });
  for await (const file of glob('engine/**/*.wasm', { cwd: source })) {
    await mkdir(path.dirname(path.join(out, file)), { recursive: true });
    await copyFile(path.join(source, file), path.join(out, file));
  }
  return inputs.map((file) => path.join(out, file.replace(/\.ts$/, '.js')));
}

/** Changes `new URL('./program.ts', import.meta.url)` to the compiled program's name. */
const programUrls: Plugin = {
  name: 'program-urls',
  enforce: 'pre',
  transform: (code, id) =>
    id.startsWith(source)
      ? code.replaceAll(/new URL\((['"])(\.[^'"]+)\.ts\1, import\.meta\.url\)/g, 'new URL($1$2.js$1, import.meta.url)')
      : null,
};
