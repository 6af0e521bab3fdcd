// `--answer` adds to the list of `--json` what the list alone does not say.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { albumWith } from '../support/engine.ts';
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
