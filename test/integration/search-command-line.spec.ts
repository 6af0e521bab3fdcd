// `hashlens search` with filters, explanations and mixed queries, as scripts and people call it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { sampleAlbum } from '../support/resources.ts';
import { copySampleLibrary } from '../support/sample-library.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));
let library: string;

function hashlens(...args: string[]) {
  const all = ['--library', library, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...all], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status, stdout, stderr };
}
/** Unchanged: zod would put keys in another order. */
const hitSchema = z.custom<Record<string, unknown> & { path: string }>(
  (value) => z.object({ path: z.string() }).safeParse(value).success,
);
const hits = (...args: string[]) => parseJson(z.array(hitSchema), hashlens('search', ...args, '--json').stdout);
const five = ['rank', 'path', 'score', 'distance', 'caption'];

beforeAll(async () => {
  library = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  await copySampleLibrary(library);
  return () => rmSync(library, { recursive: true, force: true });
});

it('keeps to the filters of --where, and to those in the query', () => {
  for (const args of [['a cat', '--where', 'folder:animals type:png'], ['a cat folder:animals type:png']]) {
    const found = hits('text', ...args);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ path }) => /animals.*\.png$/.test(path))).toBe(true);
  }
});

it('adds why each photo is there and its chance behind the first five keys, and evidence with --explain', () => {
  const [found] = hits('text', 'a cat', '-n', '1');
  expect(Object.keys(found ?? {})).toEqual([...five, 'reasons', 'probability']);
  expect(found).toMatchObject({ probability: expect.closeTo(0.95, 5) as number });
  const [explained] = hits('text', 'a cat', '-n', '1', '--explain');
  expect(Object.keys(explained ?? {})).toEqual([
    ...five,
    'reasons',
    'probability',
    'textScore',
    'inPhotoText',
    'total',
    'terms',
  ]);
  expect(explained).toMatchObject({
    // No estimate exceeds this.
    probability: expect.closeTo(0.95, 5) as number,
    terms: [{ term: 'a cat', weight: 1 }],
  });
  expect(hashlens('search', 'text', 'a cat', '--explain').stdout).toMatch(/text +probability +total/);
});

it('says from where on results are less likely than asked for', () => {
  const from = (...args: string[]) =>
    Number(/From number (\d+)/.exec(hashlens('search', 'text', 'a cat', '-n', '39', ...args).stderr)?.[1]);
  expect(from()).toBe(4);
  expect(from('--precision', '0.05')).toBeGreaterThan(4);
  expect(hashlens('search', 'text', 'a cat', '--precision', '2').status).not.toBe(0);
});

it('mixes words and images, added and subtracted', () => {
  const image = join(sampleAlbum, 'animals', 'red-panda.jpg');
  expect(hits('mixed', '+animal', '--image', image, '-n', '3')[0]?.path).toBe(image);
  const without = hits('mixed', '+animal -cat^3', '-n', '39').map(({ path }) => path);
  expect(without.findIndex((path) => /kitten|cat/.test(path))).toBeGreaterThan(5);
  expect(hits('mixed', '--not-image', image, '-n', '39').at(-1)?.path).toBe(image);
  expect(hits('image', image, '--where', '-folder:animals').every(({ path }) => !path.includes('/animals/'))).toBe(
    true,
  );
});

it('ends with one sentence for what it cannot read', () => {
  for (const [args, sentence] of [
    [['text', 'cat', '--where', 'after:soon'], /after: needs a year, month or day/],
    [['text', 'cat', '--where', 'just words'], /--where takes filters only/],
    [['mixed'], /The query is empty/],
    [['mixed', '--image', '/no/such.jpg'], /such\.jpg does not exist/],
    [['image', join(sampleAlbum, 'animals', 'red-panda.jpg'), '--for', 'tags', '--explain'], /are for photos/],
  ] as const) {
    const { status, stdout, stderr } = hashlens('search', ...args);
    expect({ args, status, stdout }).toEqual({ args, status: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(sentence);
  }
});
