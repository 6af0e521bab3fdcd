// Every spelling of an app:// address names a file of the page or no file.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { appFile } from './app-files.ts';

const folder = path.resolve('/app/out/renderer');

describe('appFile', () => {
  it('names the files of the page', () => {
    expect(appFile('app://hashlens/index.html', folder)).toEqual({
      ok: true,
      path: path.join(folder, 'index.html'),
      type: 'text/html; charset=utf-8',
    });
    expect(appFile('app://hashlens/assets/index-1.js?x#y', folder)).toMatchObject({
      ok: true,
      path: path.join(folder, 'assets', 'index-1.js'),
    });
  });

  it.each([
    ['app://hashlens/%', 400],
    ['app://hashlens/%ff.js', 400],
    ['app://hashlens/%c0%ae%c0%ae/a.js', 400],
    ['not an address', 400],
    ['app://evil/index.html', 403],
    ['app://hashlens.evil/index.html', 403],
    ['app://hashlens:81/index.html', 403],
    ['app://x@hashlens/index.html', 403],
    ['app://hashlens/', 404],
    ['app://hashlens/a%00.js', 404],
    ['app://hashlens/..%2f..%2fpackage.json', 404],
    ['app://hashlens/page.exe', 404],
  ])('refuses %s', (address, status) => {
    expect(appFile(address, folder)).toEqual({ ok: false, status });
  });

  it('keeps a path with dots or a second slash inside the folder', () => {
    for (const address of [
      'app://hashlens/../main/index.js',
      'app://hashlens/..%2f..%2fmain%2findex.js',
      'app://hashlens/%2e%2e%2f%2e%2e%2fmain%2findex.js',
      'app://hashlens//etc/passwd.js',
      'app://hashlens/%2fetc%2fa.html',
    ]) {
      const found = appFile(address, folder);
      expect(found).toMatchObject({ ok: true, path: expect.stringMatching(/^\/app\/out\/renderer\//) as string });
    }
  });
});
