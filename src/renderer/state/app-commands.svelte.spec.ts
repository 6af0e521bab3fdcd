// Effects of the menu bar and of links on the page, and values that it remembers.
import { expect, it } from 'vitest';
import { job, queryAnswer } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';

it('only puts the words of a link into the search box; Enter searches for them', async () => {
  const { app, tell, sent } = await startPage({ 'search.query': ({ text = '' }) => queryAnswer(text, []) });
  tell({ type: 'link', query: 'dogs' });
  expect(app.search.text).toBe('dogs');
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(sent('search.query')).toEqual([]);
  await app.search.submit();
  expect(sent('search.query')).toMatchObject([{ text: 'dogs' }]);
});

it('does what the menu bar asks for', async () => {
  const { app, tell, sent } = await startPage({ 'folders.index': job() });
  tell({ type: 'command', command: 'settings' });
  expect(app.view).toBe('settings');
  tell({ type: 'command', command: 'shortcuts' });
  expect(app.shortcutsOpen).toBe(true);
  tell({ type: 'command', command: 'rescan' });
  expect(sent('folders.index')).toEqual([{}]);
});

it('remembers the size of photos and the sidebar', async () => {
  const { app, sent } = await startPage();
  app.setRowHeight(300);
  app.sidebarOpen = true;
  await expect.poll(() => sent('app.preferences')).toContainEqual({ rowHeight: 300, sidebarOpen: true });
});
