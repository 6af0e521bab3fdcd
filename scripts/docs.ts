// Writes what docs/ says of the code: the picture of the rooms and the reference of the command line. `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandReference } from './command-reference.ts';
import { importGraph, mermaid } from './import-graph.ts';

const docs = path.resolve(import.meta.dirname, '../docs');
const [begin, end] = ['<!-- picture: begin -->', '<!-- picture: end -->'];

/** A page with the text between its markers replaced. */
export function withPicture(page: string, picture: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} ... ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${picture}\n\n${page.slice(to)}`;
}

/** Every generated page: its path and the text it should have. */
export function generatedPages(): { readonly file: string; readonly text: string }[] {
  const architecture = path.join(docs, 'architecture.md');
  return [
    { file: architecture, text: withPicture(readFileSync(architecture, 'utf8'), mermaid(importGraph())) },
    { file: path.join(docs, 'command-reference.md'), text: commandReference() },
  ];
}

if (import.meta.main) {
  for (const { file, text } of generatedPages()) {
    writeFileSync(file, text);
    console.log(path.relative(process.cwd(), file));
  }
}
