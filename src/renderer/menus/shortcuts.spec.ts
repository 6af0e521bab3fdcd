// Key presses, and their notation in menus.
import { expect, it } from 'vitest';
import { isPressed, shownShortcut } from './shortcuts.ts';

const press = (key: string, ...modifiers: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...Object.fromEntries(modifiers.map((name) => [name, true])),
});

it('knows a press by its key and exactly its modifiers', () => {
  expect(isPressed(press('f'), 'F', false)).toBe(true);
  expect(isPressed(press('f', 'ctrlKey'), 'F', false)).toBe(false);
  expect(isPressed(press('C', 'ctrlKey', 'shiftKey'), 'CmdOrCtrl+Shift+C', false)).toBe(true);
  expect(isPressed(press('c', 'ctrlKey'), 'CmdOrCtrl+Shift+C', false)).toBe(false);
  expect(isPressed(press(' '), 'Space', false)).toBe(true);
});

it('takes the command key on a Mac', () => {
  expect(isPressed(press('c', 'metaKey'), 'CmdOrCtrl+C', true)).toBe(true);
  expect(isPressed(press('c', 'ctrlKey'), 'CmdOrCtrl+C', true)).toBe(false);
});

it('is written as the system writes it', () => {
  expect(shownShortcut('CmdOrCtrl+Shift+C', false)).toBe('Ctrl+Shift+C');
  expect(shownShortcut('CmdOrCtrl+Shift+C', true)).toBe('⌘⇧C');
  expect(shownShortcut('Alt+Left', false)).toBe('Alt+←');
});
