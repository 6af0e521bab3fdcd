// Compiled modules are kept in the system's cache folder, and a command works without it.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const status = (cache: string, more: Readonly<Record<string, string>> = {}) =>
  runOn(join(temporaryFolder(), 'library'), ['status', '--json'], {
    env: {
      ...{
        NODE_COMPILE_CACHE: undefined,
        NODE_DISABLE_COMPILE_CACHE: undefined,
        NODE_V8_COVERAGE: undefined,
        XDG_CACHE_HOME: cache,
      },
      ...more,
    },
  });

describe.runIf(process.platform === 'linux')('what Node has compiled', () => {
  it('is kept in one folder, in which that of another version is removed', async () => {
    const cache = temporaryFolder();
    const old = join(cache, 'hashlens/compiled/v20.0.0-x64-0-0');
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, 'old.cache'), 'x');
    expect(await status(cache)).toMatchObject({ status: 0, stderr: '' });
    expect([readdirSync(cache), readdirSync(join(cache, 'hashlens'))]).toEqual([['hashlens'], ['compiled']]);
    const [own = '', ...others] = readdirSync(join(cache, 'hashlens/compiled'));
    expect(own).toMatch(new RegExp(`^${process.version}-`));
    expect(others).toEqual([]);
    expect(readdirSync(join(cache, 'hashlens/compiled', own)).length).toBeGreaterThan(50);
  });

  it('is not made where the person has switched it off, and cannot be made where a file is', async () => {
    const cache = temporaryFolder();
    expect(await status(cache, { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(cache)).toEqual([]);
    const file = join(cache, 'file');
    writeFileSync(file, 'x');
    expect(await status(file)).toMatchObject({ status: 0, stderr: '' });
  });

  it("is the person's own folder where they have named one, and nothing of it is removed", async () => {
    const [cache, named] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(named, 'other'));
    expect(await status(cache, { NODE_COMPILE_CACHE: named })).toMatchObject({ status: 0, stderr: '' });
    expect([existsSync(join(named, 'other')), readdirSync(named).length, readdirSync(cache)]).toEqual([true, 2, []]);
  });
});
