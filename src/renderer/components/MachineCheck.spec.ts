import { describe, expect, it } from 'vitest';
import type { Check } from '../../shared/contract/library.ts';
import { inGerman } from '../../../test/support/german.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import MachineCheck from './MachineCheck.svelte';

const checks: readonly Check[] = [
  { name: 'SQLite', state: 'ok', detail: '3.50' },
  { name: 'Chosen', state: 'error', detail: 'The encoder is damaged.' },
  { name: 'Chosen', state: 'error', detail: 'The model is damaged.' },
];

async function linesOf(container: Element): Promise<string[]> {
  const fold = container.querySelector('details');
  if (fold === null) throw new Error('no fold');
  fold.open = true;
  return (await screen.findAllByRole('listitem')).map(textOf);
}

describe('MachineCheck', () => {
  it('looks only when it is opened, and says in words what is wrong', async () => {
    const { sent, container } = await show(MachineCheck, {}, { 'library.doctor': checks });
    expect(sent('library.doctor')).toEqual([]);
    const items = await linesOf(container);
    expect(sent('library.doctor')).toHaveLength(1);
    expect(items).toEqual([
      'SQLite, fine 3.50',
      'Chosen, error The encoder is damaged.',
      'Chosen, error The model is damaged.',
    ]);
  });

  it('says in the language of the window what was found, down to the reasons of self-tests', () =>
    inGerman(async () => {
      const found: readonly Check[] = [
        { name: 'Encoder on webgpu', state: 'ok', detail: '3.5 ms a photo, 2.0 ms a text; the reference' },
        {
          name: 'Device cuda',
          state: 'warning',
          detail: 'ONNX Runtime 1.30.0: not usable: its rows are not finite numbers',
        },
        { name: 'Database', state: 'error', detail: 'catalogue.db is damaged.', code: 'unreadable' },
      ];
      const { container } = await show(MachineCheck, {}, { 'library.doctor': found });
      expect(await linesOf(container)).toEqual([
        'Encoder auf webgpu, in Ordnung 3,5 ms je Foto, 2,0 ms je Text; der Maßstab',
        'Gerät cuda, Warnung ONNX Runtime 1.30.0: nicht verwendbar: seine Zeilen sind keine endlichen Zahlen',
        'Datenbank, Fehler Die Datei ist beschädigt oder nicht lesbar. (catalogue.db is damaged.)',
      ]);
    }));
});
