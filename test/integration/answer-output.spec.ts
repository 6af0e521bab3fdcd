// JSON of commands: `--answer` adds the data that the list alone lacks; objects carry notices themselves.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { albumWith } from '../support/engine.ts';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { jsonLines, runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('search gives its list, and with --answer also notices, divider and what was searched', async () => {
  const library = join(temporaryFolder(), 'library');
  const album = albumWith('animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg');
  expect((await runOn(library, ['index', album, '--json'])).status).toBe(0);
  const bare = await runOn(library, ['search', 'text', 'kitten', '--json']);
  const whole = await runOn(library, ['search', 'text', 'kitten', '--answer']);
  const [hits] = jsonLines(bare);
  expect(hits).toHaveLength(3);
  expect(whole.stderr).toBe('');
  expect(jsonLines(whole)).toEqual([
    {
      hits,
      corrections: [],
      notice: null,
      remedy: null,
      weakFrom: expect.toSatisfy((n: unknown) => n === null || typeof n === 'number') as number | null,
      precision: expect.any(Number) as number,
      filtered: null,
      searched: 3,
      model: 'rotation-starter-1',
      bits: 128,
    },
  ]);
  const unknown = await runOn(library, ['search', 'text', 'qwxzjk', '--answer']);
  expect(jsonLines(unknown)).toMatchObject([{ notice: expect.any(String) as string }]);
  const duplicates = await runOn(library, ['duplicates', '--answer']);
  expect(jsonLines(duplicates)).toEqual([{ groups: [], searched: 3, unreadable: 0, complete: true }]);
  const activated = await runOn(library, ['models', 'activate', 'rotation-starter-1', '--json']);
  expect(jsonLines(activated)).toEqual([{ model: 'rotation-starter-1', active: true }]);
});

it('objects of other commands have a notice of a chosen encoder that is missing', async () => {
  const library = join(temporaryFolder(), 'library');
  const clip = join(temporaryFolder(), 'tiny');
  await makeTinyClip(clip, { seed: 1 });
  for (const args of [
    ['index', albumWith('animals/red-panda.jpg')],
    ['encoders', 'add', clip],
  ]) {
    expect((await runOn(library, args)).status).toBe(0);
  }
  expect(jsonLines(await runOn(library, ['encoders', 'use', 'clip:tiny', '--json']))).toEqual([
    { encoder: 'clip:tiny', active: true, device: 'cpu' },
  ]);
  expect((await runOn(library, ['backup'])).status).toBe(0);
  renameSync(clip, `${clip}-away`);
  const notices = [{ code: 'encoder-unusable', message: expect.stringContaining(clip) as string }];
  expect(jsonLines(await runOn(library, ['duplicates', '--answer']))).toMatchObject([{ groups: [], notices }]);
  expect(jsonLines(await runOn(library, ['restore', '--json']))).toMatchObject([{ indexed: { indexed: 0 }, notices }]);
});
