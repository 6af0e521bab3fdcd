// Dialogs over the page: the order in which they are closed, and the element that has the focus afterwards.
import { afterEach, expect, it } from 'vitest';
import { closeDialogs, isCovered, openModal } from '../open-modal.ts';

afterEach(() => document.body.replaceChildren());

/** Opens a dialog that removes itself once it is closed, as the components do. */
function opened(name: string, closed: string[]): HTMLDialogElement {
  const dialog = document.body.appendChild(document.createElement('dialog'));
  const end = openModal(dialog);
  dialog.addEventListener('close', () => {
    closed.push(name);
    dialog.remove();
    end();
  });
  return dialog;
}

it('closes all dialogs, the topmost first, and leaves none open', () => {
  const closed: string[] = [];
  const dialogs = ['viewer', 'question', 'name'].map((name) => opened(name, closed));
  closeDialogs();
  expect(closed).toEqual(['name', 'question', 'viewer']);
  expect(dialogs.map((dialog) => dialog.open)).toEqual([false, false, false]);
  closeDialogs();
  expect(closed).toHaveLength(3);
});

it('covers what is outside of the topmost dialog, until that is closed', () => {
  const below = opened('below', []);
  const inside = below.appendChild(document.createElement('button'));
  expect([isCovered(inside), isCovered(document.body)]).toEqual([false, true]);
  const above = opened('above', []);
  expect(isCovered(inside)).toBe(true);
  above.close();
  expect(isCovered(inside)).toBe(false);
  closeDialogs();
  expect(isCovered(document.body)).toBe(false);
});

it('gives the focus back to the element that had it', async () => {
  const button = document.body.appendChild(document.createElement('button'));
  button.focus();
  opened('question', []);
  closeDialogs();
  await Promise.resolve();
  expect(document.activeElement).toBe(button);
});
