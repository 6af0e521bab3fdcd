// Claims of the documents about the code: the picture, the command reference, and every command, flag, script, path and
// method named.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../src/shared/json.ts';
import { folderOf, folders, rooms } from '../rooms.js';
import { allCommands } from '../scripts/command-reference.ts';
import { generatedPages } from '../scripts/docs.ts';
import { circles, folderGraph, importGraph, roomOf, sources } from '../scripts/import-graph.ts';
import { hashlensProgram } from '../src/engine/cli/program.ts';
import { engineRequests } from '../src/shared/contract/engine.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
/** The names by which links reach a page's headings. */
const headingsOf = (text: string): ReadonlySet<string> =>
  new Set(
    Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('rooms', () => {
  it('are every folder of src', () => {
    expect(sources().filter((file) => roomOf(file) === null && file.split('/').length > 2)).toEqual([]);
  });

  it('import one way', () => {
    expect(circles(importGraph())).toEqual([]);
  });

  it('import no more than rooms.js allows', () => {
    const more = [...importGraph()].flatMap(([room, targets]) =>
      [...targets].filter((to) => !rooms[room]?.includes(to) && !(room === 'store' && to === 'encoder')),
    );
    expect(more).toEqual([]);
  });
});

describe.each(Object.entries(folders))('folders of %s', (room, allowed) => {
  it('are named in rooms.js, every one', () => {
    const inRoom = readdirSync(path.join(root, folderOf(room)), { withFileTypes: true });
    expect(Object.keys(allowed).sort()).toEqual(inRoom.map(({ name }) => name).sort());
  });

  it('import one way', () => {
    expect(circles(folderGraph(room))).toEqual([]);
  });

  it('import no more than rooms.js allows', () => {
    const more = [...folderGraph(room)].flatMap(([from, targets]) =>
      [...targets].filter((to) => !allowed[from]?.includes(to)).map((to) => `${from} -> ${to}`),
    );
    expect(more).toEqual([]);
  });
});

it.each(generatedPages().map(({ file, text }) => [path.relative(root, file), text]))(
  '%s is what `npm run docs` writes',
  (file, text) => {
    expect(read(file)).toBe(text);
  },
);

describe.each(pages)('%s', (page) => {
  const text = read(page);
  const commands = allCommands(hashlensProgram());
  const groups = new Set(commands.map(([words]) => words[0]));

  it('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !existsSync(path.join(root, path.dirname(page), link)))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)];
    const wrong = links.filter(([, file = '', heading = '']) => {
      const target = file === '' ? page : path.join(path.dirname(page), file);
      return !headingsOf(read(target)).has(heading);
    });
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|scripts|bench|docs|resources)\/[\w./-]+)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = parseJson(z.object({ scripts: z.record(z.string(), z.string()) }), read('package.json'));
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('runs programs by npm or npx, because the machine’s own Node may be too old for TypeScript', () => {
    expect(text.match(/(?<!npx )\bnode (?:bench|scripts|src|test)\/[\w./-]+/g)).toBeNull();
  });

  it('names methods of the API that exist', () => {
    const methods = Object.keys(engineRequests);
    const subjects = new Set(methods.map((method) => method.split('.')[0]));
    const named = [...text.matchAll(/`(([a-z][A-Za-z]*)\.[a-z][A-Za-z]*)`/g)]
      .filter(([, name = '', subject = '']) => subjects.has(subject) && !/\.(?:csv|db|jsonl?|md|npy|ts)$/.test(name))
      .map(([, name]) => name);
    expect(named.filter((name) => name === undefined || !methods.includes(name))).toEqual([]);
  });

  it('names commands and flags that exist', () => {
    const wrong: string[] = [];
    for (const [line, rest = ''] of text.matchAll(/(?:\bhashlens (?:-- )?|^\| `(?=[a-z]+[ `]))((?:[a-z]+)[^\n`]*)/gm)) {
      const words = rest.split(/[\s,]+/);
      const [first = '', second = ''] = words;
      if (!groups.has(first)) {
        // Other tables begin their rows with words in backticks, too.
        if (!line.startsWith('|')) wrong.push(`${first} in “${line.trim()}”`);
        continue;
      }
      const found =
        commands.find(([path]) => path.join(' ') === `${first} ${second}`) ??
        commands.find(([path]) => path.join(' ') === first);
      // `models list|activate <id>`: several commands of one group in one line.
      const scope = found === undefined ? commands.filter(([path]) => path[0] === first) : [found];
      const known = new Set([
        '--library',
        '--help',
        '--version',
        ...scope.flatMap(([, c]) => c.options.map((o) => o.long)),
      ]);
      const flags = [...rest.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag);
      for (const flag of flags) if (!known.has(flag)) wrong.push(`${flag} in “${line.trim()}”`);
      const named = second.split('|').filter((word) => /^[a-z]+$/.test(word));
      const isGroup = commands.some(([path]) => path[0] === first && path.length > 1);
      if (isGroup) {
        for (const word of named) {
          if (!commands.some(([path]) => path.join(' ') === `${first} ${word}`)) wrong.push(`${first} ${word}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the table of fault scripts in docs/reliability.md', () => {
  const scripts = path.join(root, '../shared/data/fault-cases');
  const text = read('docs/reliability.md');
  const part = text.slice(text.indexOf('| Script | Test of the right outcome |'), text.indexOf('## Your photos'));

  it('has every script of the folder, and no other', ({ skip }) => {
    skip(!existsSync(scripts), 'the fault scripts are not available');
    const names = readdirSync(scripts, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map((entry) => path.posix.join(path.relative(scripts, entry.parentPath).replaceAll('\\', '/'), entry.name));
    const named = [...part.matchAll(/`([\w./-]+)`/g)]
      .map(([, name]) => name ?? '')
      .filter((name) => !/^(?:src|test)\//.test(name));
    expect(named.toSorted()).toEqual(names.toSorted());
  });

  it('names a test for each', () => {
    const rows = part.split('\n').filter((line) => /^\| `/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/\| (?:`(?:src|test)\/[\w./-]+\.spec\.ts`(?:, )?)+ \|$/.test(row))).toEqual([]);
  });
});
