// Reads the imports between the rooms of src, and draws them for docs/architecture.md.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { folderOf, folders, rooms } from '../rooms.js';

const root = path.resolve(import.meta.dirname, '..');

/** A room's name with the rooms its files import from. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The room of a file given relative to the project, null for a file outside the rooms. */
export function roomOf(file: string): string | null {
  const [src, first, second, ...rest] = file.split('/');
  if (src !== 'src' || first === undefined || second === undefined) return null;
  const room = first !== 'engine' ? first : rest.length === 0 ? 'engine' : second;
  return room in rooms ? room : null;
}

/** Files of src that are no tests, relative to the project. */
export function sources(): string[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !/\.spec\.ts$|\.d\.ts$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Every import between rooms, tests left out. */
export const importGraph = (): ImportGraph => graphOf(Object.keys(rooms), roomOf);

/** Every import between the folders of a room, tests left out. */
export function folderGraph(room: string): ImportGraph {
  const names = Object.keys(folders[room] ?? {});
  return graphOf(names, (file) => {
    const name = path.relative(folderOf(room), file).split('/')[0];
    return name !== undefined && names.includes(name) ? name : null;
  });
}

function graphOf(names: readonly string[], nameOf: (file: string) => string | null): ImportGraph {
  const graph = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  for (const file of sources()) {
    const from = nameOf(file);
    if (from === null) continue;
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const match of text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)'(\.[^']+)'/g)) {
      const target = path.normalize(path.join(path.dirname(file), match[1] ?? ''));
      const to = nameOf(target);
      if (to !== null && to !== from) graph.get(from)?.add(to);
    }
  }
  return graph;
}

/** Rooms reachable from a room by one import or more. */
function reachable(graph: ImportGraph, from: string): Set<string> {
  const seen = new Set<string>();
  const visit = (room: string) => {
    for (const next of graph.get(room) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(from);
  return seen;
}

/** Rooms that import from each other, directly or through others, as `a, b`; empty without cycles. */
export function circles(graph: ImportGraph): string[] {
  return [...graph.keys()].filter((room) => reachable(graph, room).has(room));
}

/** The graph without arrows that follow from others: a -> c is left out where a -> b -> c. */
export function reduced(graph: ImportGraph): ImportGraph {
  return new Map(
    [...graph].map(([room, targets]) => [
      room,
      new Set([...targets].filter((to) => ![...targets].some((via) => via !== to && reachable(graph, via).has(to)))),
    ]),
  );
}

/** The reduced graph in Mermaid's language. */
export function mermaid(graph: ImportGraph): string {
  const lines = [...reduced(graph)]
    .flatMap(([room, targets]) => [...targets].map((to) => `  ${room} --> ${to}`))
    .sort();
  return ['```mermaid', 'graph TD', ...lines, '```'].join('\n');
}

/** A file of src with the files it loads when it runs: imports of types alone are left out. */
export function loadGraph(): ImportGraph {
  const files = new Set(sources());
  return new Map(
    [...files].map((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      // `import { type A }` still loads the file; only `import type` does not.
      const loads = [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^'";]*?from\s+'(\.[^']+)'/gm)].map(([, to]) =>
        path.normalize(path.join(path.dirname(file), to ?? '')),
      );
      return [file, new Set(loads.filter((to) => files.has(to)))];
    }),
  );
}
