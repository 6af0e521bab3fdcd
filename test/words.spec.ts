// Keeps words of older English out of comments, tests' titles, sentences and pages, because readers have to translate
// them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const oldWords = /\b(?:whoever|whomever|anew|thereof|wherein|therein|thereby|hereby|whereby|lest|hence|betimes)\b/i;
/** A thing is somewhere; it stands for something, or in for something. */
const standing = /\b(?:lies?|lying|stands?|stood|standing)\b(?! (?:in )?for\b)/i;
/** Such a comment names its subject by a clause ("What the form shows is…", "When it began"); a noun says it at once. */
const question = /(?:\/\/|\/\*\*|^\s*\*|<!--) (?:What|Whatever|Who|Whom|Whose|How|Where|When|Which|Why)\b/;
/** Names of a private vocabulary, which the field's words have replaced. */
const riddles =
  /\b(?:Patient|likelyFacts|sa(?:id|ys)So|mostlySaid|unsaid|handedDown|planted|own-ranks|strangerAt|\w+(?<!Dev|Developer)Tools)\b/;
/** Variables, fields and parameters with names of that kind: a verb form, or “nothing”, in place of the thing. */
const vagueNames =
  /\b(?:const|let|readonly) #?(?:take|said|descent|told|aim|demand|nothing)\b|(?<=[({,] ?)\b(?:take|said|told|nothing)\b(?=\??: |, | \}|\) =>)|#(?:take|said|told)\b/;
const capitals = /\b(?:const|readonly|static) [A-Z][A-Z0-9_]{2,}\b/;
/** Generated code, lists of words in data, captions of photos, other people's names, and SQL that may not change any more. */
const data = [
  'src/engine/store/migrations/',
  'src/language/compiled/',
  'src/engine/text/stop-words.ts',
  'src/engine/imaging/formats/codecs.d.ts',
  'scripts/build-sample-album.photos.ts',
  'scripts/starter/',
  'test/fixtures/',
  'test/words.spec.ts',
];

const written = (folder: string, recursive: boolean): string[] =>
  readdirSync(path.join(root, folder), { recursive, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => /\.(?:ts|svelte|md)$/.test(file) && !data.some((prefix) => file.startsWith(prefix)));
const code = ['src', 'bench', 'scripts', 'test'].flatMap((folder) => written(folder, true));
const pages = [...written('docs', true), ...written('.', false)];

/** Lines with one of the words, and where they are. */
function linesWith(words: RegExp, files: readonly string[]): string[] {
  expect(files.length).toBeGreaterThan(10);
  return files.flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (words.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
  );
}

it('no comment, title, sentence or page uses a word of an older English', () => {
  expect(linesWith(oldWords, [...code, ...pages])).toEqual([]);
});

it('no thing stands or lies where it is', () => {
  expect(linesWith(standing, [...code, ...pages])).toEqual([]);
});

it('no comment begins with a question word', () => {
  expect(linesWith(question, code)).toEqual([]);
});

it('comments name files that exist', () => {
  const files = ['src', 'bench', 'scripts', 'test'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }),
  );
  const names = new Set([...files, ...readdirSync(root)].map((file) => path.basename(file)));
  const named = linesWith(
    /^\s*(?:\/\/|\/\*\*|\*) /,
    code.filter((file) => file.endsWith('.ts')),
  );
  expect(named.length).toBeGreaterThan(5_000);
  const wrong = named.filter((line) =>
    Array.from(line.replace(/^\S+ /, '').matchAll(/(?<![/\w.-])(?:[\w-]+\/)*([a-z\d][\w.-]*\.(?:ts|svelte))\b/g)).some(
      ([, name = '']) => !names.has(name),
    ),
  );
  expect(wrong).toEqual([]);
});

it('comments that point to the measurements name a heading there', () => {
  const measurements = readFileSync(path.join(root, 'docs/measurements.md'), 'utf8');
  const headings = new Set(Array.from(measurements.matchAll(/^#+ (.+)$/gm), ([, heading]) => heading));
  // The benchmarks write the page, and name it as a whole.
  const pointers = code
    .filter((file) => file.startsWith('src/'))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8').replace(/\n *(?:\/\/|\*) /g, ' ');
      return Array.from(text.matchAll(/measurements\.md(?:, ([\w -]+))?/g), ([, heading]) => ({ file, heading }));
    });
  expect(pointers.length).toBeGreaterThan(20);
  expect(pointers.filter(({ heading }) => !headings.has(heading))).toEqual([]);
});

it('no name is of the private vocabulary that was replaced', () => {
  expect(linesWith(riddles, code)).toEqual([]);
});

it('no variable, field or parameter has a name that hides its meaning', () => {
  expect(linesWith(vagueNames, code)).toEqual([]);
});

it('constants are written like other names', () => {
  expect(linesWith(capitals, code)).toEqual([]);
});
