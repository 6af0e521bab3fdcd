import { describe, expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import { shortcutGroups } from '../menus/shortcut-list.ts';
import { shownShortcut } from '../menus/shortcuts.ts';
import ShortcutList from './ShortcutList.svelte';

const sources = import.meta.glob<string>(['../**/*.{ts,svelte}', '!../**/*.spec.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Names in the list of keys that are compared; `=` types a plus without Shift. */
const keyNames: Readonly<Record<string, string>> = {
  ...{
    ' ': 'space',
    Escape: 'esc',
    ContextMenu: 'menu',
    '=': '+',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: 'arrows',
    ArrowDown: 'arrows',
  },
};

describe('ShortcutList', () => {
  it('gives the focus back to where it was', async () => {
    const { app, user } = await show(ShortcutList, {});
    const before = document.body.appendChild(document.createElement('button'));
    before.focus();
    app.shortcutsOpen = true;
    const close = await screen.findByRole('button', { name: 'Close the shortcuts', hidden: true });
    close.focus();
    await user.click(close);
    await expect.poll(() => document.activeElement).toBe(before);
    expect(screen.queryByRole('dialog', { hidden: true })).toBeNull();
    before.remove();
  });

  it('is opened by the question mark, and names the keys of the menu of photos among others', async () => {
    const { user } = await show(ShortcutList, {});
    expect(screen.queryByRole('dialog', { hidden: true })).toBeNull();
    await user.keyboard('?');
    const names = (await screen.findAllByRole('term', { hidden: true })).map((term) => term.textContent);
    expect(names).toEqual(expect.arrayContaining(['Back and forward', 'More like this', 'Move to the bin…']));
  });

  it('names the keys of tags, albums, folders and models', async () => {
    const { user } = await show(ShortcutList, {});
    await user.keyboard('?');
    const names = (await screen.findAllByRole('term', { hidden: true })).map((term) => term.textContent);
    const rows = ['Leave these out', 'Rescan', 'Rename…', 'Compare…', 'Use for search'];
    expect(names).toEqual(expect.arrayContaining(rows));
  });

  it('has each key that the window handles, and each command once in its group', async () => {
    const { app } = await show(ShortcutList, {});
    const groups = shortcutGroups(app);
    for (const { shortcuts } of groups) {
      expect(shortcuts.map(({ does }) => does)).toEqual([...new Set(shortcuts.map(({ does }) => does))]);
    }
    const listed = groups.flatMap(({ shortcuts }) => shortcuts.map(({ keys }) => keys));
    const code = Object.values(sources).join('\n');
    const all = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map(([, found = '']) => found);
    const commands = [...all(/shortcut: '([^']+)'/g), ...all(/entry\(m\.\w+\(\), '([^']+)'/g)];
    expect(commands.length).toBeGreaterThan(30);
    expect(commands.filter((shortcut) => !listed.includes(shownShortcut(shortcut)))).toEqual([]);
    const parts = listed.flatMap((keys) => keys.split(/[ ,]+|(?<=.)\+/)).map((part) => part.toLowerCase());
    // Other values that are compared with a name `key` begin with a small letter.
    const pressed = all(/\bkey(?:\.toLowerCase\(\))? === '(.|[A-Z][A-Za-z]+)'/g);
    expect(pressed.length).toBeGreaterThan(20);
    const shown = (key: string): string => keyNames[key] ?? key.toLowerCase();
    expect(pressed.filter((key) => !parts.includes(shown(key)))).toEqual([]);
  });

  it('leaves a question mark that is typed alone', async () => {
    const { user, container } = await show(ShortcutList, {});
    const box = document.createElement('input');
    container.append(box);
    await user.type(box, 'who?');
    expect([box.value, screen.queryByRole('dialog', { hidden: true })]).toEqual(['who?', null]);
  });
});
