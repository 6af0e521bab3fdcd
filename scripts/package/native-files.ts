// Native files that the engine needs to run: every package for a system must contain them.
import type { PackageTarget } from './target.ts';

export interface NativeFiles {
  /** npm package of the files. */
  readonly package: string;
  /** Files below `node_modules`; each pattern matches at least one. */
  readonly files: readonly RegExp[];
}

/** Systems and processors for which all native parts exist. ONNX Runtime has none for Macs with Intel processors. */
export const supportedTargets: readonly PackageTarget[] = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
  { platform: 'win32', arch: 'arm64' },
];

export function nativeFiles({ platform, arch }: PackageTarget): NativeFiles[] {
  const system = `${platform}-${arch}`;
  const watcher = `@parcel/watcher-${system}${platform === 'linux' ? '-glibc' : ''}`;
  const sharp = `@img/sharp-${system}`;
  const vips = `@img/sharp-libvips-${system}`;
  const runtime = `onnxruntime-node/bin/napi-v\\d+/${platform}/${arch}`;
  return [
    { package: 'better-sqlite3', files: [new RegExp(`^better-sqlite3/prebuilds/${system}\\.node$`)] },
    {
      package: 'onnxruntime-node',
      files: [
        new RegExp(`^${runtime}/onnxruntime_binding\\.node$`),
        new RegExp(`^${runtime}/(lib)?onnxruntime[\\w.]*\\.(so[\\w.]*|dylib|dll)$`),
      ],
    },
    { package: watcher, files: [new RegExp(`^${watcher}/watcher\\.node$`)] },
    // Windows has libvips inside sharp's own package.
    { package: sharp, files: [new RegExp(`^${sharp}/lib/sharp-${system}[\\w.-]*\\.node$`)] },
    ...(platform === 'win32' ? [] : [{ package: vips, files: [new RegExp(`^${vips}/lib/libvips`)] }]),
    { package: 'node', files: [/^node\/bin\/node(\.exe)?$/] },
  ];
}

/** Patterns of native files that are not among these, which are relative to `node_modules`. */
export function missingNativeFiles(target: PackageTarget, files: readonly string[]): string[] {
  return nativeFiles(target)
    .flatMap((part) => part.files)
    .filter((pattern) => !files.some((file) => pattern.test(file)))
    .map((pattern) => pattern.source);
}
