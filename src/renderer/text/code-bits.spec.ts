import { expect, it } from 'vitest';
import type { ModelId } from '../../shared/contract/ids.ts';
import { codeBits } from './code-bits.ts';

it('reads the bits of a code from the highest of its first byte on', () => {
  const bits = codeBits({ code: '81f0', bits: 16, modelId: 'm' as ModelId });
  expect(bits.map(Number).join('')).toBe('1000000111110000');
});
