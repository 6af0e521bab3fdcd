import { describe, expect, it } from 'vitest';
import { show } from '../../../test/support/render.ts';
import Icon from './Icon.svelte';

describe('Icon', () => {
  it('is drawn at its size and hidden from screen readers, since the button beside it has a name', async () => {
    const { container } = await show(Icon, { name: 'close', size: 30 });
    const icon = container.querySelector('svg');
    expect(icon?.getAttribute('aria-hidden')).toBe('true');
    expect(icon?.getAttribute('width')).toBe('30');
    expect(icon?.querySelector('path')?.getAttribute('d')).toBe('m5 5 10 10M15 5 5 15');
  });
});
