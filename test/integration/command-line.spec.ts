// The command line's contract: what scripts rely on. Runs the real program in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import { jsonLinesOf } from '../support/json-lines.ts';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { albumWith, sampleAlbum } from '../support/engine.ts';
import { startHashlens } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));

function hashlens(library: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--library', library], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status, stdout, stderr };
}

/** Every line of stdout must be JSON. */
const jsonLines = (stdout: string): unknown[] => jsonLinesOf(z.unknown(), stdout);

const scores = {
  i2t: expect.any(Number) as number,
  t2i: expect.any(Number) as number,
  mean: expect.any(Number) as number,
};

describe('on the sample album', () => {
  let library: string;
  let indexed: ReturnType<typeof hashlens>;

  beforeAll(() => {
    library = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    indexed = hashlens(library, 'index', sampleAlbum, '--json');
    return () => rmSync(library, { recursive: true, force: true });
  });

  it('index ends with its counts', () => {
    expect(indexed.status).toBe(0);
    expect(jsonLines(indexed.stdout)).toEqual([
      { indexed: 39, unchanged: 0, skipped: expect.any(Number) as number, failed: 0, failures: [] },
    ]);
  });

  it('status counts what is there', () => {
    const { status, stdout } = hashlens(library, 'status', '--json');
    expect(status).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { photos: 39, captions: 118, codes: 157, failures: 0, offlineFolders: 0, encoder: 'starter-1' },
    ]);
  });

  it('search text gives ranked photos with path, score, distance and caption', () => {
    const { status, stdout } = hashlens(library, 'search', 'text', 'a cat', '-n', '3', '--json');
    expect(status).toBe(0);
    const [hits] = jsonLines(stdout) as [Record<string, unknown>[]];
    expect(hits.map((hit) => Object.keys(hit))).toEqual(
      Array(3).fill(['rank', 'path', 'score', 'distance', 'caption', 'reasons', 'probability']),
    );
    expect(hits.map((hit) => hit['rank'])).toEqual([1, 2, 3]);
    expect(hits[0]?.['path']).toMatch(/kitten|cat/);
  });

  it('search image finds the image itself first, and captions and tags for it', () => {
    const photo = join(sampleAlbum, 'animals', 'red-panda.jpg');
    const [photos] = jsonLines(hashlens(library, 'search', 'image', photo, '--json').stdout) as [{ path: string }[]];
    expect(photos[0]?.path).toBe(photo);
    for (const target of ['captions', 'tags']) {
      const { status, stdout } = hashlens(library, 'search', 'image', photo, '--for', target, '-n', '5', '--json');
      expect(status).toBe(0);
      expect((jsonLines(stdout) as [unknown[]])[0]).toHaveLength(5);
    }
  });

  it('train prints a line an epoch and the model at last, and the model is used from then on', () => {
    const { status, stdout } = hashlens(
      library,
      'train',
      '--bits',
      '32',
      '--epochs',
      '3',
      '--hidden',
      '64',
      '--activate',
      'always',
      '--json',
    );
    expect(status).toBe(0);
    const lines = jsonLines(stdout) as Record<string, unknown>[];
    expect(lines).toHaveLength(4);
    for (const [i, line] of lines.slice(0, 3).entries()) {
      expect(line).toMatchObject({ epoch: i + 1, map: scores, map50: scores });
      for (const key of ['loss', 'lossC', 'lossR', 'seconds']) expect(line[key]).toBeTypeOf('number');
    }
    const last = lines[3] ?? {};
    expect(last).toMatchObject({
      model: expect.any(String) as string,
      chance: scores,
      float: scores,
      protocol: 'single',
    });
    expect(last['best']).toMatchObject({ map: scores });
    expect(last['split']).toMatchObject({ trainPairs: expect.any(Number) as number });
    const [state] = jsonLines(hashlens(library, 'status', '--json').stdout) as [{ model: string; codes: number }];
    expect(state).toMatchObject({ model: last['model'], codes: 157 });

    const id = String(last['model']);
    expect(hashlens(library, 'models', 'activate', 'rotation-starter-1').status).toBe(0);
    expect(hashlens(library, 'models', 'activate', id).status).toBe(0);
    expect(hashlens(library, 'models', 'remove', id).status).toBe(0);
    const [after] = jsonLines(hashlens(library, 'status', '--json').stdout) as [{ model: string }];
    expect(after.model).toBe('rotation-starter-1');
  });

  it('changes to a CLIP model from a local folder and back', async () => {
    const folder = join(temporaryFolder(), 'tiny-clip');
    await makeTinyClip(folder, { seed: 1 });
    const other = temporaryFolder();
    expect(hashlens(other, 'index', albumWith('animals/red-panda.jpg', 'animals/horse-and-mountains.jpg')).status).toBe(
      0,
    );
    const added = hashlens(other, 'encoders', 'add', folder);
    expect(added).toMatchObject({ status: 0, stderr: '' });
    const id = /^(\S+) was added/.exec(added.stdout)?.[1] ?? '';
    expect(hashlens(other, 'encoders', 'use', id).status).toBe(0);
    const hits = hashlens(other, 'search', 'text', 'a horse', '--json');
    expect((jsonLines(hits.stdout) as [unknown[]])[0]).toHaveLength(2);
    expect(jsonLines(hashlens(other, 'status', '--json').stdout)).toMatchObject([{ encoder: id, photos: 2 }]);
    expect(hashlens(other, 'encoders', 'use', 'starter-1').status).toBe(0);
  });

  it('doctor finds nothing wrong', () => {
    const { status, stdout } = hashlens(library, 'doctor', '--json');
    expect(status).toBe(0);
    const [checks] = jsonLines(stdout) as [{ name: string; state: string }[]];
    expect(checks.filter((check) => check.state === 'error')).toEqual([]);
    expect(checks.map((check) => check.name)).toContain('Database');
  });
});

describe('bad input ends with one sentence, exit code 1, and nothing on stdout', () => {
  const expectFailure = (library: string, args: string[], sentence: RegExp) => {
    const { status, stdout, stderr } = hashlens(library, ...args);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  };

  it('a missing folder', () => {
    expectFailure(
      temporaryFolder(),
      ['index', '/no/such/folder', '--json'],
      /\/no\/such\/folder does not exist; check its name/,
    );
  });

  it('an empty folder', () => {
    const folder = temporaryFolder();
    expectFailure(
      temporaryFolder(),
      ['index', folder, '--json'],
      new RegExp(`There are no photos in ${folder}; choose`),
    );
  });

  it('a query with no index', () => {
    expectFailure(temporaryFolder(), ['search', 'text', 'dog', '--json'], /no photos yet; add a folder first/);
  });

  it('a text file named .jpg', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'letter.jpg'), 'Dear Anna, this is a letter and no photo.');
    expectFailure(temporaryFolder(), ['index', folder, '--json'], /letter\.jpg/);
    const library = temporaryFolder();
    hashlens(library, 'index', albumWith('animals/red-panda.jpg'));
    expectFailure(
      library,
      ['search', 'image', join(folder, 'letter.jpg')],
      /letter\.jpg cannot be read as an image; use a JPEG/,
    );
    expectFailure(
      library,
      ['search', 'image', join(folder, 'nothing.jpg')],
      /nothing\.jpg does not exist; check its name/,
    );
  });

  it('an encoder folder that lacks a file', () => {
    const folder = join(temporaryFolder(), 'half-a-model');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), '{}');
    expectFailure(temporaryFolder(), ['encoders', 'add', folder], /half-a-model/);
  });

  it('too few pairs to train', () => {
    const library = temporaryFolder();
    hashlens(library, 'index', albumWith('animals/red-panda.jpg', 'food-and-flowers/coffee-cup.jpg'));
    expectFailure(library, ['train', '--json'], /16/);
  });

  it('an unknown model and an unknown encoder', () => {
    const library = temporaryFolder();
    expectFailure(
      library,
      ['models', 'activate', 'nothing'],
      /There is no model nothing in the library\. `hashlens models list`/,
    );
    expectFailure(library, ['encoders', 'use', 'nothing'], /There is no encoder nothing/);
    expectFailure(library, ['encoders', 'download', 'nothing'], /There is no encoder nothing to download; known are/);
  });
});

it('wrong usage exits with 2', () => {
  const library = temporaryFolder();
  for (const args of [['fly'], ['index'], ['train', '--bits', '33'], ['search', 'text', 'x', '-n', '0'], []]) {
    expect({ args, status: hashlens(library, ...args).status }).toEqual({ args, status: 2 });
  }
  expect(hashlens(library, '--help').status).toBe(0);
});

it('Ctrl+C exits with 130 and keeps what was done', async () => {
  const library = temporaryFolder();
  const child = spawn(process.execPath, [program, 'index', sampleAlbum, '--library', library], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const photos = () => {
    const [state] = jsonLines(hashlens(library, 'status', '--json').stdout) as [{ photos: number }];
    return state.photos;
  };
  await expect.poll(photos, { interval: 50 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const kept = photos();
  expect(kept).toBeGreaterThan(0);
  const [rest] = jsonLines(hashlens(library, 'index', sampleAlbum, '--json').stdout) as [{ unchanged: number }];
  expect(rest.unchanged).toBe(kept);
});

it('a command whose output is read no further ends with 141 and prints nothing more', async () => {
  const { child, ended, stderr } = startHashlens(['bench', 'eval', '--table', 'ucch', '--library', temporaryFolder()]);
  child.stdout?.destroy();
  expect({ status: (await ended).status, stderr: stderr() }).toEqual({ status: 141, stderr: '' });
});
