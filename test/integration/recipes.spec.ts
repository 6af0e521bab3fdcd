// The recipes, followed: a toy method, a toy filter and a toy migration, in a copy of the project, in the files that
// docs/recipes.md names and in no others.
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { checksum } from '../support/schema.ts';
import { sampleAlbum } from '../support/resources.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

type Change = (text: string) => string;

/** A change at a text that the file has a known number of times. */
const at =
  (anchor: string, written: string, times = 1): Change =>
  (text) => {
    const parts = text.split(anchor);
    if (parts.length !== times + 1)
      throw new Error(`The file has “${anchor}” ${parts.length - 1} times, not ${times}.`);
    return parts.join(written);
  };
const after = (anchor: string, added: string, times = 1): Change => at(anchor, anchor + added, times);
const before = (anchor: string, added: string, times = 1): Change => at(anchor, added + anchor, times);
const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text);
const created =
  (content: string): Change =>
  () =>
    content;

const migrations = readdirSync(path.join(root, 'src/engine/store/migrations')).filter((file) =>
  /^\d+-.*(?<!spec)\.ts$/.test(file),
);
const step = migrations.length + 1;
const stepName = `${String(step).padStart(4, '0')}-toy`;
const stepSql = 'CREATE TABLE toys (photo_id INTEGER PRIMARY KEY) STRICT; INSERT INTO toys SELECT id FROM photos;';

interface Recipe {
  readonly heading: string;
  /** Values of the placeholders in the recipe's file names. */
  readonly names: Readonly<Record<string, string>>;
  /** Files that the recipe names for cases other than this one. */
  readonly unneeded: readonly string[];
  readonly changes: Readonly<Record<string, Change>>;
}

const method: Recipe = {
  heading: 'Add a hashing method',
  names: { name: 'toy' },
  unneeded: ['src/language/engine-texts/de.json'],
  changes: {
    'src/engine/hashing/methods/toy.ts': created(`// Toy: the signs of some of the features that photos and texts share.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { linearNetwork, sharedMeans } from '../networks/linear-code.ts';
import type { HashMethod } from './method.ts';

const toySettings = z.strictObject({
  first: z.int().min(0).default(0).meta({ title: 'First feature', description: 'The feature of the first bit.' }),
});

export const toy: HashMethod<typeof toySettings> = {
  id: 'toy',
  name: 'Toy',
  source: 'A contributor, 2026',
  description: 'Takes the signs of some features less their means. Needs features that photos and texts share.',
  needsPairs: true,
  hasEpochs: false,
  settings: toySettings,
  learner: ({ imageWidth, textWidth, sharedWidth, bits }, { first }) => ({
    kind: 'closed-form',
    fit({ imageRows, textRows }) {
      const photos = { values: imageRows, width: imageWidth };
      const means = sharedMeans(photos, { values: textRows, width: textWidth }, sharedWidth);
      const map = Matrix.zeros(sharedWidth, bits);
      for (let bit = 0; bit < bits; bit++) map.set((first + bit) % sharedWidth, bit, 1);
      return {
        image: linearNetwork('image', imageWidth, means.image, map),
        text: linearNetwork('text', textWidth, means.text, map),
      };
    },
  }),
};
`),
    'src/engine/hashing/methods/registry.ts': all(
      after("import { rotation } from './rotation.ts';\n", "import { toy } from './toy.ts';\n"),
      after("  register(hmah, 'tables'),\n", "  register(toy, 'tables'),\n"),
    ),
    'src/engine/hashing/methods/toy.spec.ts': created(`import { expect, it } from 'vitest';
import { findMethod } from './registry.ts';

it('has its first feature as a setting', () => {
  expect(findMethod('toy').resolve({}, {}).values).toEqual({ first: 0 });
  expect(() => findMethod('toy').resolve({}, { first: -1 })).toThrow(/first of method toy/);
});
`),
    'docs/methods.md': all(
      after('| HMAH | labels | no | FutureTwT/HMAH 81a8b47 | none given |\n', '| Toy | pairs | yes | none | |\n'),
      (text) => `${text}\n**Toy** (\`toy\`). Signs of single features.\n`,
    ),
  },
};

const filter: Recipe = {
  heading: 'Add a filter to the search box',
  names: {},
  unneeded: ['src/shared/sentences.ts', 'src/language/engine-texts/de.json'],
  changes: {
    'src/shared/query/query.ts': after(
      "export const filter = z.discriminatedUnion('field', [\n",
      "  /** Part of the file's name. */\n  z.object({ field: z.literal('name'), values, not }),\n",
    ),
    'src/shared/query/filters.ts': all(
      after('export const filterKeys = {\n', "  name: 'name:dolphin',\n"),
      after("    case 'tag':\n", "    case 'name':\n", 2),
    ),
    'src/engine/search/query/compile-filters.ts': all(
      after('  withFormat,\n', '  withName,\n'),
      before("    case 'type':\n", "    case 'name':\n      return withName(filter.values);\n"),
    ),
    'src/engine/store/conditions.ts': before(
      'export const withShape =',
      `const fileName = "replace(p.path, rtrim(p.path, replace(p.path, '/', '')), '')";

/** Part of the file's name. */
export const withName = (parts: readonly string[]): Condition => ({
  sql: parts.map(() => \`instr(lower(\${fileName}), lower(?)) > 0\`).join(' OR '),
  values: parts,
});

`,
    ),
    'src/engine/shared-library/shared-filters.ts': before(
      "    case 'type':\n",
      "    case 'name':\n      return sharedPhotos.anyOf(filter.values.map(sharedPhotos.withName));\n",
    ),
    'src/engine/shared-library/sql/photo-conditions.ts': all(
      before(
        '/** Paths of a folder from',
        `const withName =
  (part: string): PhotoCondition =>
  (values) =>
    \`position(lower(\${values.add(part)}) in lower(regexp_replace(p.path, '^.*/', ''))) > 0\`;

`,
      ),
      after('  withFormat,\n', '  withName,\n'),
    ),
    'src/engine/search/query/complete.ts': before("    case 'text':\n    case 'word':\n", "    case 'name':\n"),
    'src/shared/query/grammar.spec.ts': all(
      at("fc.constantFrom('tag', 'album', 'folder',", "fc.constantFrom('name', 'tag', 'album', 'folder',"),
      (text) =>
        `${text}\nit('reads a part of a file name', () => {
  expect(parse('name:IMG').filters).toEqual([{ field: 'name', values: ['IMG'], not: false }]);
});\n`,
    ),
    'src/engine/search/query/compile-filters.slow.spec.ts': all(
      after(
        "  ...['album:rome', 'album:\"Best of\",rome', 'album:nothing'],\n",
        "  ...['name:P', 'name:rome', 'name:none,.x'],\n",
      ),
      before(
        "      case 'type':\n",
        "      // The files are called p0.x, p1.x and so on.\n      case 'name':\n        return filter.values.some((v) => ['p', '.x'].includes(v.toLowerCase()));\n",
      ),
    ),
    'docs/queries.md': before('| `type:png` |', "| `name:dolphin` | part of the file's name |\n"),
  },
};

const migration: Recipe = {
  heading: 'Add a migration',
  names: { number: stepName.slice(0, 4), name: 'toy' },
  unneeded: ['src/engine/store/kept-tables.ts'],
  changes: {
    [`src/engine/store/migrations/${stepName}.ts`]: created(`// The photos that are toys.
export const sql = '${stepSql}';
`),
    'src/engine/store/migrations.ts': all(
      before('\n/**\n * Append only.', `import * as toys from './migrations/${stepName}.ts';\n`),
      before('];\n\nexport const schemaVersion', '  toys,\n'),
    ),
    [`src/engine/store/migrations/${stepName}.spec.ts`]: created(`// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './${stepName}.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('${checksum(stepSql)}'));

it('has the photos of a library of the schema before', () => {
  const db = schemaAt(${step - 1});
  addPhotos(db, 4, 7);
  upTo(db, ${step});
  expect(column(db, 'SELECT photo_id FROM toys')).toEqual([4, 7]);
});
`),
  },
};
const recipes = [method, filter, migration];

/** Files that a recipe names, of the project's folders. */
function filesOf({ heading, names }: Recipe): string[] {
  const page = readFileSync(path.join(root, 'docs/recipes.md'), 'utf8');
  const part = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`There is no recipe “${heading}”.`);
  // Examples beside a named file are given by their name alone.
  const files = Array.from(part.matchAll(/`((?:src|docs|test|scripts)\/[^\s`]+\.\w+)`/g), ([, file = '']) =>
    file.replace(/<(\w+)>/g, (whole, name: string) => names[name] ?? whole),
  );
  return [...new Set(files)].toSorted();
}

let copy: string;
const node = (...args: readonly string[]) =>
  run(process.execPath, args, { cwd: copy, env: { ...process.env, NO_COLOR: '1', CI: 'true' } }).catch(
    (error: unknown) => {
      const { stdout, stderr } = z.looseObject({ stdout: z.string(), stderr: z.string() }).parse(error);
      throw new Error(`${args.join(' ')} failed:\n${stdout}\n${stderr}`);
    },
  );
const hashlens = async (...args: readonly string[]) =>
  (await node('src/engine/cli/hashlens.ts', ...args, '--library', path.join(copy, 'library'))).stdout;

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'hashlens-recipes-'));
  const linked = ['node_modules', 'resources'];
  for (const name of readdirSync(root)) {
    if (['src', 'test', 'docs', 'scripts', 'bench'].includes(name) || /\.(?:json|js|ts|md)$/.test(name))
      cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    else if (linked.includes(name)) symlinkSync(path.join(root, name), path.join(copy, name));
  }
  for (const { changes } of recipes) {
    for (const [file, change] of Object.entries(changes)) {
      const place = path.join(copy, file);
      writeFileSync(place, change(existsSync(place) ? readFileSync(place, 'utf8') : ''));
    }
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a contributor who follows the recipes', () => {
  it.each(recipes)('changes the files that "$heading" names and no others', (recipe) => {
    const named = filesOf(recipe);
    expect(recipe.unneeded.filter((file) => !named.includes(file))).toEqual([]);
    expect(Object.keys(recipe.changes).toSorted()).toEqual(named.filter((file) => !recipe.unneeded.includes(file)));
  });

  it('has a project that compiles', async () => {
    const { stdout } = await node('node_modules/typescript/bin/tsc', '-p', 'src/engine');
    expect(stdout).toBe('');
  });

  it('has a project whose specs of methods, queries, migrations and pages pass', async () => {
    const vitest = (...args: readonly string[]) => node('node_modules/vitest/vitest.mjs', 'run', ...args);
    const specs = recipes.flatMap(({ changes }) =>
      Object.keys(changes).filter((file) => /(?<!slow)\.spec\.ts$/.test(file)),
    );
    const more = [
      'src/engine/hashing/methods/registry.spec.ts',
      'src/engine/store/database.spec.ts',
      'test/docs.spec.ts',
    ];
    const { stdout } = await vitest('--project', 'fast', ...specs, ...more);
    expect(stdout).toMatch(new RegExp(`Test Files +${specs.length + more.length} passed`));
    await vitest('--project', 'integration', 'src/engine/search/query/compile-filters.slow.spec.ts');
  });

  it('trains the method on ten photos, and finds photos by the filter, in a library of the new schema', async () => {
    const album = path.join(copy, 'album');
    const lines = readFileSync(path.join(sampleAlbum, 'captions.txt'), 'utf8').split('\n');
    const photoOf = (line: string) => line.split(',', 1)[0] ?? '';
    const photos = [...new Set(lines.slice(1).map(photoOf))].slice(0, 10);
    for (const photo of photos) cpSync(path.join(sampleAlbum, photo), path.join(album, photo));
    const captions = lines.filter((line, i) => i === 0 || photos.includes(photoOf(line)));
    writeFileSync(path.join(album, 'captions.txt'), captions.join('\n'));
    await hashlens('index', album);
    await hashlens('train', '--method', 'toy');
    const models = parseJson(
      z.array(z.looseObject({ method: z.string() })),
      await hashlens('models', 'list', '--json'),
    );
    expect(models.map((model) => model.method)).toContain('toy');
    const found = await hashlens('search', 'text', 'name:dolphin', '--json');
    const hits = parseJson(z.array(z.looseObject({ path: z.string() })), found);
    expect(hits.map((hit) => path.basename(hit.path))).toEqual(['dolphin-underwater.jpg']);
  });
});
