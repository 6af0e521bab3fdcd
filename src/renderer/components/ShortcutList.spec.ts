import { describe, expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import ShortcutList from './ShortcutList.svelte';

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
    expect(new Set(names).size).toBe(names.length);
  });

  it('names the keys of tags, albums, folders and models', async () => {
    const { user } = await show(ShortcutList, {});
    await user.keyboard('?');
    const names = (await screen.findAllByRole('term', { hidden: true })).map((term) => term.textContent);
    const rows = ['Leave these out', 'Rescan', 'Rename…', 'Compare…', 'Use for search'];
    expect(names).toEqual(expect.arrayContaining(rows));
  });

  it('leaves a question mark that is typed alone', async () => {
    const { user, container } = await show(ShortcutList, {});
    const box = document.createElement('input');
    container.append(box);
    await user.type(box, 'who?');
    expect([box.value, screen.queryByRole('dialog', { hidden: true })]).toEqual(['who?', null]);
  });
});
