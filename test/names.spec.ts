// Names and imports of src as a whole, which only a check of all files can cover.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, loadGraph, sources } from '../scripts/import-graph.ts';

const root = path.resolve(import.meta.dirname, '..');
const files = sources().filter((file) => !file.includes('/migrations/'));

/** Keys in more than one file, each with its files. */
function shared(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const byKey = Map.groupBy(entries, ([key]) => key);
  return Object.fromEntries(
    [...byKey].map(([key, all]) => [key, all.map(([, file]) => file)] as const).filter(([, all]) => all.length > 1),
  );
}

/** Names that a file declares and exports, without re-exports. */
function declared(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const declaration =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:type|interface|class|const|let|function\*?|enum) ([\w$]+)/gm;
  // A function's overloads are one name.
  return [...new Set([...text.matchAll(declaration)].map(([, name]) => name ?? ''))];
}

/** Folders with one file per subject, named as in the contract. */
const bySubject = ['src/shared/contract', 'src/engine/api', 'src/engine/cli/commands', 'src/engine/store'];

describe('names of src', () => {
  it('an exported name is declared in one file only', () => {
    expect(shared(files.flatMap((file) => declared(file).map((name) => [name, file] as const)))).toEqual({});
  });

  it('a file name is used once, in folders with one file a subject once each', () => {
    const others = files.filter(
      (file) => !bySubject.includes(path.dirname(file)) && /^src\/(engine|shared|main)\//.test(file),
    );
    expect(shared(others.map((file) => [path.basename(file), file]))).toEqual({});
  });

  it('no file loads itself over others', () => {
    expect(circles(loadGraph())).toEqual([]);
  });

  it('a component of the page has a spec beside it that renders it', () => {
    const components = globSync('src/renderer/**/*.svelte', { cwd: root });
    expect(components.length).toBeGreaterThan(50);
    const isRendered = (file: string): boolean => {
      const spec = path.join(root, file.replace(/svelte$/, 'spec.ts'));
      const name = path.basename(file, '.svelte');
      const rendering = new RegExp(`\\b(?:show|render)\\(\\s*${name}\\b|\\bshowOn\\([^()]*\\b${name}\\b`);
      return existsSync(spec) && rendering.test(readFileSync(spec, 'utf8'));
    };
    expect(components.filter((file) => !isRendered(file))).toEqual([]);
  });
});
