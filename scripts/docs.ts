// Writes the generated parts of docs/: the pictures of the rooms, the reference of the command line, and the tables
// of metadata. `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandReference } from './command-reference.ts';
import { folders } from '../rooms.js';
import { metadataTables } from './metadata-tables.ts';
import { folderGraph, importGraph, mermaid, type ImportGraph } from './import-graph.ts';

const docs = path.resolve(import.meta.dirname, '../docs');

/** A page with the text between the markers of a picture replaced. */
export function withPicture(page: string, name: string, picture: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} ... ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${picture}\n\n${page.slice(to)}`;
}

/** Every generated page: its path and the text it should have. */
export function generatedPages(): { readonly file: string; readonly text: string }[] {
  const architecture = path.join(docs, 'architecture.md');
  const metadata = path.join(docs, 'metadata.md');
  const page = readFileSync(architecture, 'utf8');
  const pictures: [string, ImportGraph][] = [
    ['picture', importGraph()],
    ...Object.keys(folders).map((room): [string, ImportGraph] => [`picture of ${room}`, folderGraph(room)]),
  ];
  return [
    {
      file: architecture,
      text: pictures.reduce((page, [name, graph]) => withPicture(page, name, mermaid(graph)), page),
    },
    { file: path.join(docs, 'command-reference.md'), text: commandReference() },
    { file: metadata, text: withPicture(readFileSync(metadata, 'utf8'), 'tables', metadataTables()) },
  ];
}

if (import.meta.main) {
  for (const { file, text } of generatedPages()) {
    writeFileSync(file, text);
    console.log(path.relative(process.cwd(), file));
  }
}
