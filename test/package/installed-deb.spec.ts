// The Debian package, installed as an administrator does it, used by a person without rights, and removed.
// Runs where HASHLENS_INSTALL_DEB is set, as it changes the system.
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { root } from '../../scripts/electron.ts';
import { executableName } from '../../scripts/package/electron-builder.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { PackagedApp } from './packaged-app.ts';
import { userNamespaces } from './sandbox.ts';

const nobody = 65534;
const program = '/usr/lib/hashlens';

const deb = (): string => {
  const name = readdirSync(path.join(root, 'dist')).find((file) => file.startsWith(`hashlens_${packageFile.version}_`));
  if (name === undefined)
    throw new Error('There is no Debian package in dist; make it with: npm run package -- dir deb');
  return path.join(root, 'dist', name);
};
const dpkg = (...args: string[]): string => execFileSync('dpkg', args, { encoding: 'utf8' });

describe.skipIf(process.env['HASHLENS_INSTALL_DEB'] === undefined)('the installed Debian package', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'hashlens-deb-'));
  const library = path.join(home, 'library');
  const run = (...args: string[]): string =>
    execFileSync('/usr/bin/hashlens', args, {
      cwd: home,
      encoding: 'utf8',
      uid: nobody,
      gid: nobody,
      env: { PATH: process.env['PATH'], HOME: home },
    });

  beforeAll(() => {
    if (existsSync(program)) throw new Error(`Hashlens is installed in ${program} already; the test would remove it.`);
    chownSync(home, nobody, nobody);
    // The system's libraries are not the subject: a test machine has those of `.ci/run`.
    dpkg('--install', '--force-depends', deb());
  });
  afterAll(() => {
    if (existsSync(program)) dpkg('--purge', 'hashlens');
    rmSync(home, { recursive: true, force: true });
  });

  it('has the command line on the PATH, with its manual page and completions', () => {
    expect(run('--version').trim()).toBe(packageFile.version);
    const files = dpkg('--listfiles', 'hashlens').split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        '/usr/bin/hashlens',
        '/usr/share/man/man1/hashlens.1.gz',
        '/usr/share/bash-completion/completions/hashlens',
        '/usr/share/applications/hashlens.desktop',
        '/usr/share/icons/hicolor/256x256/apps/hashlens.png',
      ]),
    );
  });

  it('indexes, trains and finds photos on the command line of a person without rights', () => {
    const album = path.join(home, 'photos');
    cpSync(path.join(root, 'resources/sample-album'), album, { recursive: true });
    run('index', album, '--library', library);
    expect(run('train', '--epochs', '2', '--activate', 'always', '--library', library)).toMatch(/^epoch 2 /m);
    const found = run('search', 'text', 'a cat', '--json', '--library', library);
    const hits = parseJson(z.array(z.object({ path: z.string() })), found);
    expect(hits[0]?.path).toMatch(/cat|kitten/);
  });

  it.skipIf(!userNamespaces())('opens the same library in its window, in Chromium’s sandbox', async () => {
    const executable = path.join(program, executableName);
    const app = await PackagedApp.start({ executable, display: inject('packageDisplay'), user: nobody, library });
    try {
      await app.answered('Photos');
      await app.search('a cat');
      expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. .*(cat|kitten)/i);
    } finally {
      await app.close();
    }
  });

  it('takes its files with it when it is removed, and leaves the library', () => {
    dpkg('--purge', 'hashlens');
    expect([existsSync(program), existsSync('/usr/bin/hashlens')]).toEqual([false, false]);
    expect(existsSync(path.join(library, 'library.db'))).toBe(true);
  });
});
