// Pipes, sockets and devices where files are expected: nothing waits for them, and what is beside them is read.
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceSettings } from '../../src/engine/shared-library/service-file.ts';
import { tlsOptions } from '../../src/engine/shared-library/tls-options.ts';
import { plainTextOf, plainTextNow } from '../../src/main/plain-text.ts';
import { PreferenceFile } from '../../src/main/preferences.ts';
import { installedPrograms } from '../../src/main/programs.ts';
import { testEngine } from '../support/engine.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';
import { temporaryFolder } from '../support/temporary.ts';

const photos = ['pipe.jpg', 'pipe.heic', 'pipe.mp4', 'pipe.dng', 'without-ending'];
const sidecars = [
  ...['a.jpg.xmp', 'a.xmp', 'a.jpg.txt', 'a.txt', 'a.caption', 'a.jpg.json', 'a.jpg.supplemental-metadata.json'],
  ...['.picasa.ini', 'Photo Details.csv'],
];
const captionFiles = [
  ...['captions.txt', 'captions.csv', 'captions.json', 'captions.jsonl', 'metadata.csv', 'metadata.jsonl'],
  ...['dataset.json', 'results.csv', 'flickr.token.txt'],
];
const names = [...photos, ...sidecars, ...captionFiles];
const pipe = (...parts: readonly string[]): string => {
  const path = join(...parts);
  execFileSync('mkfifo', [path]);
  return path;
};

describe.skipIf(process.platform === 'win32')('nothing waits for', () => {
  it('pipes among photos, sidecars and caption files, nor for links to them', async () => {
    for (const isLink of [false, true]) {
      const folder = await folderOf({ 'a.jpg': await jpeg() });
      const outside = pipe(temporaryFolder(), 'pipe');
      for (const name of names) {
        if (isLink) symlinkSync(outside, join(folder, name));
        else pipe(folder, name);
      }
      const engine = testEngine();
      expect(await engine.index(folder)).toMatchObject({ indexed: 1, failed: 0 });
    }
  });

  it('sockets and devices in their places', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg() });
    const servers = names.slice(0, 8).map((name) => createServer().listen(join(folder, name)));
    try {
      for (const name of names.slice(8)) symlinkSync('/dev/zero', join(folder, name));
      const engine = testEngine();
      expect(await engine.index(folder)).toMatchObject({ indexed: 1, failed: 0 });
    } finally {
      for (const server of servers) server.close();
    }
  });

  it('pipes that come in the place of files that were read', async () => {
    const other = { 'b.jpg': await jpeg({ red: 90 }) };
    const folder = await folderOf({
      ...other,
      'a.jpg': await jpeg(),
      'a.txt': 'A dog',
      'captions.txt': 'a.jpg\tA cat\n',
    });
    const engine = testEngine();
    await engine.index(folder);
    for (const name of ['a.txt', 'captions.txt', 'a.jpg']) {
      execFileSync('rm', [join(folder, name)]);
      pipe(folder, name);
      await engine.index(folder);
    }
    expect(await engine.api['library.status']({})).toMatchObject({ offlineFolders: 0 });
  });

  it('pipes among the desktop entries, their associations and the preferences', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'viewer.desktop'),
      '[Desktop Entry]\nType=Application\nName=Viewer\nExec=viewer %f\nMimeType=image/png;\n',
    );
    pipe(folder, 'pipe.desktop');
    const associations = [{ path: pipe(folder, 'mimeapps.list'), isOfDesktop: false }];
    const places = { folders: [folder], associations, desktops: [], commands: [] };
    expect((await installedPrograms('image/png', places, [])).map(({ name }) => name)).toEqual(['Viewer']);
    const preferences = pipe(folder, 'preferences.json');
    expect([await plainTextOf(preferences), plainTextNow(preferences)]).toEqual(['', '']);
    expect(new PreferenceFile(preferences, () => undefined).now.sidebarOpen).toBe(false);
  });

  it('pipes in the places of a service file and a certificate of a shared library', () => {
    const path = pipe(temporaryFolder(), 'pipe');
    expect(() => serviceSettings('archive', { PGSERVICEFILE: path })).toThrow('archive is not described in');
    const url = `postgres://server/library?sslmode=verify-full&sslrootcert=${path}`;
    expect(() => tlsOptions(url)).toThrow(`The root certificate ${path} cannot be read (it is a pipe)`);
  });
});
