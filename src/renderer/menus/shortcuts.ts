// Keyboard shortcuts, written as Electron writes them in menus: `F`, `CmdOrCtrl+Shift+C`.
import { m } from '../../language/language.ts';
import { takesCharacters } from '../text-box.ts';

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether the machine is a Mac, whose menus have other modifiers. */
export const isMac = (): boolean => navigator.userAgent.includes('Mac');

const keyNames: Readonly<Record<string, string>> = { ' ': 'Space', ArrowLeft: 'Left', ArrowRight: 'Right' };

/** Whether a key press is this shortcut. Letters are compared by the character they type, for every keyboard layout. */
export function isPressed(event: Keys, shortcut: string, mac = isMac()): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  const command = wants('CmdOrCtrl');
  const pressed = keyNames[event.key] ?? event.key;
  return (
    pressed.toLowerCase() === key.toLowerCase() &&
    event.ctrlKey === (wants('Ctrl') || (command && !mac)) &&
    event.metaKey === (command && mac) &&
    event.altKey === wants('Alt') &&
    event.shiftKey === wants('Shift')
  );
}

/** Whether a key press is this shortcut of the page: it types no character, and no dialog is over the page. */
export const isPressedOnPage = (event: KeyboardEvent, shortcut: string): boolean =>
  isPressed(event, shortcut) && !takesCharacters(event.target) && document.querySelector('dialog[open]') === null;

/** The shortcut in the notation of the system's menus. */
export function shownShortcut(shortcut: string, mac = isMac()): string {
  const names: Readonly<Record<string, string>> = mac
    ? { CmdOrCtrl: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃', Left: '←', Right: '→' }
    : { CmdOrCtrl: m.shortcuts_ctrl(), Ctrl: m.shortcuts_ctrl(), Shift: m.shortcuts_shift(), Left: '←', Right: '→' };
  const keys: Readonly<Record<string, string>> = {
    Space: m.shortcuts_space(),
    Enter: m.shortcuts_enter(),
    Delete: m.shortcuts_delete(),
  };
  return shortcut
    .split('+')
    .map((part) => names[part] ?? keys[part] ?? part)
    .join(mac ? '' : '+');
}
