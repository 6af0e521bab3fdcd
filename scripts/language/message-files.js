// Plugin of inlang: reads src/language/messages/<language>/<subject>.json in inlang's message format. The published
// plugin would be fetched from a network at each run. inlang loads this file as text, so it imports nothing of the project.
import { readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('src/language/messages');

/** `{name}` of a text becomes a reference. */
function pattern(text) {
  return text
    .split(/(\{\w+\})/)
    .filter((part) => part !== '')
    .map((part) =>
      /^\{\w+\}$/.test(part)
        ? { type: 'expression', arg: reference(part.slice(1, -1)) }
        : { type: 'text', value: part },
    );
}

const reference = (name) => ({ type: 'variable-reference', name });

/** `input count`, or `local shown = count: number maximumFractionDigits=1`. */
function declaration(line) {
  const input = /^input (\w+)$/.exec(line);
  if (input !== null) return { type: 'input-variable', name: input[1] };
  const local = /^local (\w+) = (\w+): (\w+)((?: \w+=[\w-]+)*)$/.exec(line);
  if (local === null) throw new Error(`“${line}” is no declaration.`);
  const [, name, of, formatter, options] = local;
  const option = (text) => {
    const [key, value] = text.split('=');
    return { name: key, value: { type: 'literal', value } };
  };
  const annotation = {
    type: 'function-reference',
    name: formatter,
    options: options.split(' ').filter(Boolean).map(option),
  };
  return { type: 'local-variable', name, value: { type: 'expression', arg: reference(of), annotation } };
}

/** `form=one, kind=*` */
function matches(line) {
  return line.split(',').map((part) => {
    const [key, value] = part.trim().split('=');
    return value === '*' ? { type: 'catchall-match', key } : { type: 'literal-match', key, value };
  });
}

/** A message is a text, or variants of one with their selectors. */
function read(message) {
  if (typeof message === 'string') {
    const names = new Set([...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const declarations = [...names].map((name) => ({ type: 'input-variable', name }));
    return { declarations, selectors: [], variants: [{ matches: [], pattern: pattern(message) }] };
  }
  const [{ declarations, selectors = [], match }] = message;
  return {
    declarations: declarations.map(declaration),
    selectors: selectors.map(reference),
    variants: Object.entries(match).map(([when, text]) => ({
      matches: selectors.length === 0 ? [] : matches(when),
      pattern: pattern(text),
    })),
  };
}

export default {
  key: 'plugin.hashlens.messageFiles',
  toBeImportedFiles: ({ settings }) =>
    settings.locales.flatMap((locale) =>
      readdirSync(path.join(folder, locale))
        .sort()
        .map((name) => ({ locale, path: path.join(folder, locale, name) })),
    ),
  importFiles: ({ files }) => {
    const bundles = new Map();
    const messages = [];
    const variants = [];
    for (const { locale, content } of files) {
      for (const [id, message] of Object.entries(JSON.parse(new TextDecoder().decode(content)))) {
        const { declarations, selectors, variants: all } = read(message);
        const before = bundles.get(id)?.declarations ?? [];
        const known = new Set(before.map(({ name }) => name));
        bundles.set(id, { id, declarations: [...before, ...declarations.filter(({ name }) => !known.has(name))] });
        messages.push({ bundleId: id, locale, selectors });
        variants.push(...all.map((variant) => ({ messageBundleId: id, messageLocale: locale, ...variant })));
      }
    }
    return { bundles: [...bundles.values()], messages, variants };
  },
};
