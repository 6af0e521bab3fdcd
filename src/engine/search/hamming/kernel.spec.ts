// The binary that is checked in matches its source.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileWat } from '../../../../scripts/compile-wat.ts';
import { hammingKernelSource } from './hamming-kernel-source.ts';

it('holds exactly what npm run build:kernel makes of the source', async () => {
  const built = await compileWat('hamming.wat', hammingKernelSource());
  expect(Buffer.from(built).equals(readFileSync(new URL('./kernel.wasm', import.meta.url)))).toBe(true);
});
