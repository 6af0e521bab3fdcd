// The engine's messages say what happened and what to do; how to do it is said by the command line and the window, which
// derive it from the code of an error. So no sentence of the engine names a command, a flag or a part of the window.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { sources } from '../scripts/import-graph.ts';

const root = path.resolve(import.meta.dirname, '..');
const interfaceWords =
  /\bhashlens [a-z]|\bnp(?:m|x) [a-z]|through npm|(?:^|\s)--[a-z][a-z-]+|\b(?:buttons?|clicks?|menus?|dialogs?|command line|another command|the window)\b/;

/** Sentences of a file: its literals that contain a space, template texts in one piece. */
function sentences(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) {
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest));
  return found.filter((text) => text.trim().includes(' '));
}

it('no sentence of the engine names a command, a flag or a part of the window', () => {
  const engine = sources().filter((file) => file.startsWith('src/engine/') && !file.startsWith('src/engine/cli/'));
  const all = engine.flatMap((file) => sentences(file).map((text) => [file, text] as const));
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter(([, text]) => interfaceWords.test(text))).toEqual([]);
});
