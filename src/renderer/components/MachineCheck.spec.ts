import { describe, expect, it } from 'vitest';
import type { Check } from '../../shared/contract/library.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import MachineCheck from './MachineCheck.svelte';

const checks: readonly Check[] = [
  { name: 'SQLite', state: 'ok', detail: '3.50' },
  { name: 'Chosen', state: 'error', detail: 'The encoder is damaged.' },
  { name: 'Chosen', state: 'error', detail: 'The model is damaged.' },
];

describe('MachineCheck', () => {
  it('looks only when it is opened, and says in words what is wrong', async () => {
    const { sent, container } = await show(MachineCheck, {}, { 'library.doctor': checks });
    expect(sent('library.doctor')).toEqual([]);
    const fold = container.querySelector('details');
    if (fold === null) throw new Error('no fold');
    fold.open = true;
    const items = (await screen.findAllByRole('listitem')).map(textOf);
    expect(sent('library.doctor')).toHaveLength(1);
    expect(items).toEqual([
      'SQLite, fine 3.50',
      'Chosen, error The encoder is damaged.',
      'Chosen, error The model is damaged.',
    ]);
  });
});
