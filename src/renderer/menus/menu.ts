// Menus as the page describes them; the system draws them.
import type { PageParams } from '../../shared/contract/page.ts';
import type { Ask } from '../bridge.ts';

export interface MenuEntry {
  readonly label: string;
  /** In Electron's notation; only displayed, the page itself handles the key. */
  readonly shortcut?: string;
  readonly enabled?: boolean;
  readonly checked?: boolean;
  readonly run: () => void;
}

type Line = 'line';

export type MenuItem = MenuEntry | Line | { readonly label: string; readonly submenu: readonly (MenuEntry | Line)[] };

/** No separator at an end, and no two in a row. */
export const tidied = (items: readonly MenuItem[]): readonly MenuItem[] =>
  items.filter((item, i) => item !== 'line' || (i > 0 && i < items.length - 1 && items[i - 1] !== 'line'));

/** Pixels of the page. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

type Shown = PageParams<'app.menu'>['items'][number];

/** Shows a menu and runs the chosen entry. */
export async function showMenu(ask: Ask, items: readonly MenuItem[], { x, y }: MenuPlace): Promise<void> {
  const runs = new Map<string, () => void>();
  const shown = (item: MenuEntry | Line, id: string) => {
    if (item === 'line') return item;
    const { run, ...entry } = item;
    runs.set(id, run);
    return { ...entry, id };
  };
  const sent = items.map((item, i): Shown => {
    if (item === 'line' || !('submenu' in item)) return shown(item, String(i));
    return { label: item.label, submenu: item.submenu.map((inner, j) => shown(inner, `${i}.${j}`)) };
  });
  const { chosen } = await ask('app.menu', {
    items: sent,
    at: { x: Math.max(0, Math.round(x)), y: Math.max(0, Math.round(y)) },
  });
  if (chosen !== null) runs.get(chosen)?.();
}
