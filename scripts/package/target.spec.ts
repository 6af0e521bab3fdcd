import { describe, expect, it } from 'vitest';
import { isForTarget } from './target.ts';

const linux = { platform: 'linux', arch: 'x64' } as const;

describe('isForTarget', () => {
  it.each([
    'onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
    'better-sqlite3/prebuilds/linux-x64.node',
    '@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8.18.7',
    'commander/index.js',
    'some-package/lib/linux.js',
  ])('keeps %s for Linux on x64', (file) => expect(isForTarget(file, linux)).toBe(true));

  it.each([
    'onnxruntime-node/bin/napi-v6/linux/arm64/onnxruntime_binding.node',
    'onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime_binding.node',
    'better-sqlite3/prebuilds/linuxmusl-x64.node',
    'better-sqlite3/prebuilds/darwin-arm64.node',
    '@img/sharp-linux-arm/lib/sharp.node',
  ])('leaves out %s for Linux on x64', (file) => expect(isForTarget(file, linux)).toBe(false));
});
