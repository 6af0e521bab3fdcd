// The contents of the package, and files that must not be in it.
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { executableName } from '../../scripts/package/electron-builder.ts';

const unpacked = inject('unpacked');
const engine = path.join(unpacked, 'resources/engine');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hashlens-contents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = readdirSync(engine, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(engine, path.join(entry.parentPath, entry.name)));

describe('the unpacked application', () => {
  it('has the fuses that keep other programs from using its Electron', async () => {
    const wire = await getCurrentFuseWire(path.join(unpacked, executableName));
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const on = [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseV1Options.OnlyLoadAppFromAsar];
    expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FuseState.DISABLE));
    expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => FuseState.ENABLE));
  });

  it('has no launcher of a development Electron beside its archive', () => {
    expect(existsSync(path.join(unpacked, 'resources/app.asar'))).toBe(true);
    expect(existsSync(path.join(unpacked, 'resources/app'))).toBe(false);
  });

  it('has no TypeScript, no tests, no browser runtime and no source of native code', () => {
    const unwanted =
      /\.tsx?$|\.spec\.|^node_modules\/(onnxruntime-web|typescript|vite|electron|usearch)\/|\.(c|cc|cpp|gyp)$/;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  });

  it('has native files of this system only', () => {
    const native = files.filter((file) => /\.(node|so|dylib|dll)(\.[\d.]+)?$/.test(file));
    expect(native.length).toBeGreaterThan(4);
    for (const file of native) {
      const header = readFileSync(path.join(engine, file)).subarray(0, 20);
      expect([header.toString('latin1', 1, 4), header[18]], file).toEqual([
        'ELF',
        process.arch === 'x64' ? 0x3e : 0xb7,
      ]);
    }
  });

  it('starts no file that it does not have: compiled programs and kernels are found beside their callers', () => {
    const named = files
      .filter((file) => file.startsWith('src/') && file.endsWith('.js'))
      .flatMap((file) => {
        const text = readFileSync(path.join(engine, file), 'utf8');
        return [...text.matchAll(/new URL\(['"`](\.[^'"`]+)['"`], import\.meta\.url\)/g)].map(([, target]) =>
          path.join(path.dirname(file), target ?? ''),
        );
      });
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((file) => !existsSync(path.join(engine, file)))).toEqual([]);
  });

  it('names each package it contains, with its licence, in the notices', () => {
    const notices = readFileSync(path.join(engine, 'share/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const contained = files.flatMap(
      (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1] ?? [],
    );
    expect(contained.length).toBeGreaterThan(20);
    expect(contained.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
  });

  it('has the licences of models, photos and the map', () => {
    for (const file of ['starter/CREDITS.md', 'sample-album/CREDITS.md', 'map/LICENSE.world-atlas.txt'])
      expect([file, existsSync(path.join(engine, 'resources', file))]).toEqual([file, true]);
  });

  it('lists its packages as CycloneDX with the versions of the lock file', () => {
    const bill = parseJson(
      z.object({
        bomFormat: z.string(),
        components: z.array(z.object({ name: z.string(), version: z.string() })),
      }),
      readFileSync(path.join(engine, 'share/sbom.cdx.json'), 'utf8'),
    );
    expect(bill.bomFormat).toBe('CycloneDX');
    const versions = new Map(bill.components.map(({ name, version }) => [name, version]));
    expect(versions.get('sharp')).toBe(packageFile.dependencies.sharp);
    expect(versions.get('onnxruntime-node')).toBe(packageFile.dependencies['onnxruntime-node']);
  });

  it('runs its command line through a link, from another folder', () => {
    const link = path.join(folder, 'hashlens');
    symlinkSync(path.join(engine, 'bin/hashlens'), link);
    const run = (...args: string[]): string =>
      execFileSync(link, [...args, '--library', path.join(folder, 'library')], { cwd: folder, encoding: 'utf8' });
    expect(execFileSync(link, ['--version'], { encoding: 'utf8' }).trim()).toBe(packageFile.version);
    run('index', path.join(engine, 'resources/sample-album'));
    const hits = parseJson(z.array(z.object({ path: z.string() })), run('search', 'text', 'a cat', '--json'));
    expect(hits[0]?.path).toMatch(/cat|kitten/);
  });

  it('has a manual page and completions that the shells can read', () => {
    const page = path.join(engine, 'share/man/hashlens.1');
    expect(readFileSync(page, 'utf8')).toContain('.SS hashlens search text');
    const script = path.join(engine, 'share/completions/hashlens.bash');
    const complete = (line: string): string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          'source "$1"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hashlens; printf "%s\\n" "${COMPREPLY[@]}"',
          'bash',
          script,
          line,
        ],
        { encoding: 'utf8' },
      ).split('\n');
    expect(complete('hashlens se')).toEqual(expect.arrayContaining(['search', 'serve']));
    expect(complete('hashlens search te')).toContain('text');
    expect(complete('hashlens train --epo')).toContain('--epochs');
  });
});
