// Records the npm packages that are compiled into the window, for the notices of a package.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

/** Folder of the innermost npm package of a module, or null for the product's own. */
const packageFolder = (module: string): string | null =>
  /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module.replaceAll('\\', '/'))?.[0] ?? null;

/** Writes the folders of the packages in a part of the window (`main`, `preload`, `renderer`) to a file in `folder`. */
export function noteBundledPackages(folder: string, part: string): Plugin {
  return {
    name: 'bundled-packages',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
      const folders = new Set(modules.map(packageFolder).filter((found) => found !== null));
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, `${part}.json`), JSON.stringify([...folders].sort()));
    },
  };
}

/** Folders of the packages in the window, as recorded in `folder` by its last build. */
export function bundledPackages(folder: string): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  return [...new Set(files.flatMap((text) => parseJson(z.array(z.string()), text)))];
}
