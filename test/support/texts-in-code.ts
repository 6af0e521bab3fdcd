// The texts in a file of the program, as its syntax has them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');

export interface TextInCode {
  /** Values of a template are `1`. */
  readonly text: string;
  /** Name of the class of the error that it is the message of; null for another text. */
  readonly error: string | null;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `1${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null || right === null ? null : left + right;
  }
  return null;
}

/** Whether it has a code and a message. */
function isErrorData(node: ts.Node): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false;
  const names = node.properties.map(({ name }) => name?.getText());
  return names.includes('code') && names.includes('message');
}

const known = new Map<string, readonly TextInCode[]>();

/** Texts of several words, except those of imports, of types and in the values of a template. A file is parsed once. */
export function textsInCode(file: string): readonly TextInCode[] {
  const parsed = known.get(file);
  if (parsed !== undefined) return parsed;
  const found: TextInCode[] = [];
  const visit = (node: ts.Node, error: string | null): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    const text = textOf(node);
    if (text !== null) {
      if (/[A-Za-z]\S* \S/.test(text)) found.push({ text, error });
      return;
    }
    const made = ts.isNewExpression(node) ? node.expression.getText() : isErrorData(node) ? 'HashlensError' : '';
    ts.forEachChild(node, (child) => visit(child, made.endsWith('Error') ? made : error));
  };
  visit(ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true), null);
  known.set(file, found);
  return found;
}
