// Names and imports of all files, which only a check of them together can cover.
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

/** Folders with one file per subject, named as in the contract or the API. */
const bySubject = ['src/shared/contract', 'src/engine/api', 'src/engine/cli/commands', 'src/engine/store'];
/** Folders of the page with its state and its words for a subject. */
const pageBySubject = ['src/renderer/state', 'src/renderer/text'];
const isIn = (folders: readonly string[], file: string): boolean => folders.includes(path.dirname(file));

describe('names of src', () => {
  it('an exported name is declared in one file only, of src or of the aids of tests, benchmarks and scripts', () => {
    const aids = globSync('{test,bench,scripts}/**/*.ts', { cwd: root }).filter(
      (file) => !/\.(?:spec|d)\.ts$/.test(file),
    );
    expect(aids.length).toBeGreaterThan(100);
    const all = [...files, ...aids];
    expect(shared(all.flatMap((file) => declared(file).map((name) => [name, file] as const)))).toEqual({});
  });

  it('a file name is used once in the page and once elsewhere, in folders with one file a subject once each', () => {
    const byName = (some: readonly string[]) => shared(some.map((file) => [path.basename(file), file]));
    const isOfPage = (file: string): boolean => /^src\/(?:renderer|language)\//.test(file);
    expect(byName(files.filter((file) => !isOfPage(file) && !isIn(bySubject, file)))).toEqual({
      'index.ts': ['src/main/index.ts', 'src/preload/index.ts'],
    });
    expect(byName(files.filter((file) => isOfPage(file) && !isIn(pageBySubject, file)))).toEqual({});
  });

  it('a file that shares its name with one of a folder by subject has the name of a subject of the contract', () => {
    const subjects = new Set(
      files.filter((file) => isIn(['src/shared/contract'], file)).map((file) => path.basename(file)),
    );
    const others = files.filter((file) => !isIn(pageBySubject, file) && !file.startsWith('src/renderer/'));
    const repeated = Object.entries(shared(others.map((file) => [path.basename(file), file])));
    const wrong = repeated.filter(
      ([name, all]) =>
        !subjects.has(name) && all.some((file) => isIn(bySubject, file)) && !all.every((file) => isIn(bySubject, file)),
    );
    expect(wrong).toEqual([]);
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
