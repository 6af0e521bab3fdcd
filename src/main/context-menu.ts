// Context menus of the page, drawn by the system.
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { z } from 'zod';
import type { mainRequests } from '../shared/contract/page.ts';
import { frontWindow } from './window.ts';

type Params = z.output<(typeof mainRequests)['app.menu']['params']>;
type Item = Params['items'][number];

/** Some systems report that a menu was closed before they report the choice. */
const choiceMs = 100;

/** Shows the menu; resolves to the id of the chosen entry, null if it was closed without a choice. */
export function chooseFromMenu({ items, at }: Params): Promise<string | null> {
  const window = frontWindow();
  if (window === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    // The page measures in its own pixels, which zooming enlarges.
    const zoom = window.webContents.getZoomFactor();
    Menu.buildFromTemplate(items.map((item) => template(item, resolve))).popup({
      window,
      x: Math.round(at.x * zoom),
      y: Math.round(at.y * zoom),
      callback: () => setTimeout(resolve, choiceMs, null),
    });
  });
}

/** An ampersand would underline the next letter. */
const literal = (label: string): string => label.replaceAll('&', '&&');

function template(item: Item, choose: (id: string) => void): MenuItemConstructorOptions {
  if (item === 'line') return { type: 'separator' };
  if ('submenu' in item) {
    return { label: literal(item.label), submenu: item.submenu.map((inner) => template(inner, choose)) };
  }
  const { id, label, shortcut, enabled, checked } = item;
  return {
    id,
    label: literal(label),
    enabled,
    ...(checked === undefined ? {} : { type: 'checkbox', checked }),
    // The page listens for the keys itself.
    ...(shortcut === undefined ? {} : { accelerator: shortcut, registerAccelerator: false }),
    click: () => choose(id),
  };
}
