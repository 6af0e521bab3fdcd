// Each room compiles with the types of its platform only: the engine and the main process without the DOM, the page
// without Node, the contract without either. The preload script of videos draws on a page, so it has the DOM too.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src/', import.meta.url));

/** Messages of the compiler for a file with this content in the room, under the room's own tsconfig.json. */
function compile(room: string, content: string): string[] {
  const folder = path.join(source, room);
  const config = ts.readConfigFile(path.join(folder, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
  const file = path.join(folder, 'room-types.ts');
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, content, version) : read(name, version);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').replace(/\. .*/s, ''));
}

describe('types of a room', () => {
  it.each(['engine', 'main', 'preload', 'shared'])('window and document do not compile in src/%s', (room) => {
    expect(compile(room, 'export const a = window.name;')).toEqual(["Cannot find name 'window'."]);
    expect(compile(room, 'export const a = document.title;')).toEqual(["Cannot find name 'document'"]);
  });

  it.each(['renderer', 'shared'])('Node does not compile in src/%s', (room) => {
    expect(compile(room, 'export const a = process.pid;')).toEqual(["Cannot find name 'process'"]);
    expect(compile(room, "export { readFileSync } from 'node:fs';")).toHaveLength(1);
  });

  it('each room has the types of its own platform', () => {
    const node = "import { readFileSync } from 'node:fs'; export const a = readFileSync(String(process.pid));";
    expect(compile('engine', node)).toEqual([]);
    expect(compile('main', node)).toEqual([]);
    expect(compile('renderer', 'export const a = document.title + window.name;')).toEqual([]);
    expect(compile('preload', node)).toEqual([]);
    expect(compile('preload/video', `${node} export const b = document.title;`)).toEqual([]);
    expect(compile('shared', 'export const a = 1;')).toEqual([]);
  });
});
