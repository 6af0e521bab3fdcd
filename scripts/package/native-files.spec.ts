import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { hostTarget, isForTarget, type PackageTarget } from './target.ts';
import { missingNativeFiles, nativeFiles, supportedTargets } from './native-files.ts';

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ os: z.array(z.string()).optional(), cpu: z.array(z.string()).optional() })),
});
const { packages } = parseJson(
  lockFile,
  readFileSync(path.resolve(import.meta.dirname, '../../package-lock.json'), 'utf8'),
);
const modules = path.resolve(import.meta.dirname, '../../node_modules');
const name = ({ platform, arch }: PackageTarget): string => `${platform}-${arch}`;

/** Files in this checkout of packages that contain those of all systems. */
const ofAllSystems = globSync(['better-sqlite3/prebuilds/*', 'onnxruntime-node/bin/**/*'], { cwd: modules }).map(
  (file) => file.replaceAll('\\', '/'),
);

describe.each(supportedTargets.map((target) => [name(target), target] as const))(
  'a package for %s',
  (_name, target) => {
    it('takes native parts that the lock file has, made for this system', () => {
      for (const part of nativeFiles(target)) {
        const entry = packages[`node_modules/${part.package}`];
        expect(entry, part.package).toBeDefined();
        expect(entry?.os ?? [target.platform], part.package).toContain(target.platform);
        expect(entry?.cpu ?? [target.arch], part.package).toContain(target.arch);
      }
    });

    it('finds the files of packages that bring those of all systems, and keeps them', () => {
      const kept = ofAllSystems.filter((file) => isForTarget(file, target));
      const missing = nativeFiles(target).filter(
        (part) =>
          ['better-sqlite3', 'onnxruntime-node'].includes(part.package) &&
          !part.files.every((pattern) => kept.some((file) => pattern.test(file))),
      );
      expect(missing).toEqual([]);
    });
  },
);

it('has no Macs with Intel processors while ONNX Runtime has no files for them', () => {
  const intel = { platform: 'darwin', arch: 'x64' } as const;
  expect(supportedTargets.map(name)).not.toContain(name(intel));
  expect(ofAllSystems.filter((file) => /darwin\/x64/.test(file))).toEqual([]);
});

it('names the files that are missing', () => {
  expect(missingNativeFiles({ platform: 'win32', arch: 'x64' }, ['better-sqlite3/prebuilds/win32-x64.node'])).toEqual(
    expect.arrayContaining([expect.stringContaining('onnxruntime_binding'), expect.stringContaining('watcher')]),
  );
  const here = globSync(
    ['better-sqlite3/prebuilds/*', 'onnxruntime-node/bin/**/*', '@parcel/watcher-*/*', '@img/*/lib/*', 'node/bin/*'],
    {
      cwd: modules,
    },
  ).map((file) => file.replaceAll('\\', '/'));
  expect(missingNativeFiles(hostTarget(), here)).toEqual([]);
});
