import { createEvent, fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import type { SidebarItem } from '../text/sidebar-items.ts';
import SidebarList from './SidebarList.svelte';

const item = (n: number, more: Partial<SidebarItem> = {}): SidebarItem => ({
  ...{ key: `tag ${n}`, label: `tag ${n}`, text: `tag:${n}`, photos: n, depth: 0, ...more },
});
const ignored = () => undefined;
const base = { title: 'Tags', shown: '', open: true, onsearch: ignored, menu: () => [] };

describe('SidebarList', () => {
  it('searches for an entry that is pressed, and marks the one of the present search', async () => {
    const onsearch = vi.fn();
    const items = [item(1), item(2, { photos: null })];
    const { user } = await show(SidebarList, { ...base, items, shown: 'tag:1', onsearch });
    expect(button('tag 1, 1 photo').getAttribute('aria-current')).toBe('page');
    expect(button('tag 2').getAttribute('aria-current')).toBeNull();
    await user.click(button('tag 2'));
    expect(onsearch).toHaveBeenCalledExactlyOnceWith('tag:2');
  });

  it('shows the first forty entries, and all when asked', async () => {
    const items = Array.from({ length: 41 }, (_, i) => item(i + 1));
    const { user } = await show(SidebarList, { ...base, items });
    expect(screen.getAllByRole('listitem')).toHaveLength(40);
    await user.click(button('All 41'));
    expect(screen.getAllByRole('listitem')).toHaveLength(41);
    expect(screen.queryByRole('button', { name: 'All 41' })).toBeNull();
  });

  it('opens the menu of an entry instead of the one of the browser, and takes its keys', async () => {
    const rename = vi.fn();
    const menu = ({ label }: SidebarItem) => [{ label, shortcut: 'F2', run: rename }];
    const { user, sent } = await show(SidebarList, { ...base, items: [item(1)], menu });
    const opened = createEvent.contextMenu(button(/tag 1/));
    await fireEvent(button(/tag 1/), opened);
    expect(opened.defaultPrevented).toBe(true);
    expect(sent('app.menu')).toMatchObject([{ items: [{ label: 'tag 1', shortcut: 'F2' }] }]);
    button(/tag 1/).focus();
    await user.keyboard('{F2}');
    expect(rename).toHaveBeenCalledOnce();
  });

  it.each([
    ['takes photos that are dropped on an entry', true, [[item(1)]], true],
    ['leaves alone anything else that is dragged over it', false, [], false],
  ])('%s', async (_, dragging, calls, prevented) => {
    const ondropped = vi.fn();
    await show(SidebarList, { ...base, items: [item(1)], ondropped, dragging });
    const over = createEvent.dragOver(button(/tag 1/));
    await fireEvent(button(/tag 1/), over);
    expect([over.defaultPrevented, button(/tag 1/).classList.contains('over')]).toEqual([prevented, prevented]);
    await fireEvent.drop(button(/tag 1/));
    expect(ondropped.mock.calls).toEqual(calls);
    expect(button(/tag 1/).classList.contains('over')).toBe(false);
  });
});
