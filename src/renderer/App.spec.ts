import { fireEvent, render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { encoder, found, hit, photoId, queryAnswer, rankedHit } from '../../test/support/contract-values.ts';
import { startPage, timelineOf } from '../../test/support/page.ts';
import { aboutShared, connection, sharedAnswer, sharedHit } from '../../test/support/shared-values.ts';
import { button, screen } from '../../test/support/render.ts';
import { setLanguage } from '../language/language.ts';
import { listOf } from './state/photo-list.ts';
import App from './App.svelte';

describe('App', () => {
  it('shows one view at a time, and a photo over it', async () => {
    const { app } = await startPage(timelineOf([hit(1)]));
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 1' });
    app.view = 'training';
    await tick();
    expect(screen.queryByRole('form', { name: 'Train a model' })).not.toBeNull();
    expect(screen.queryByRole('button', { name: 'Photo number 1' })).toBeNull();
    app.showDuplicates();
    await tick();
    expect(screen.queryByRole('heading', { name: 'Duplicates' })).not.toBeNull();
    app.showLibrary();
    await app.viewer.open(listOf([hit(1)]), 0);
    await tick();
    expect(screen.queryByRole('region', { name: 'Library', hidden: true })).not.toBeNull();
    expect(screen.queryByRole('dialog', { hidden: true })).not.toBeNull();
  });

  it('goes back and forward over searches and views by its buttons, by keys and by the mouse', async () => {
    const { app, sent } = await startPage({
      ...timelineOf([hit(1)]),
      'search.query': ({ text = '' }) => queryAnswer(text, [rankedHit(text === 'dog' ? 2 : 3)]),
    });
    const user = userEvent.setup();
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 1' });
    expect(button('Back').disabled).toBe(true);
    await app.search.words('dog');
    await screen.findByRole('button', { name: '2. Photo number 2 Looks like it' });
    await app.search.words('cat');
    await tick();
    app.view = 'training';
    await tick();
    await user.click(button('Back'));
    await screen.findByRole('button', { name: '3. Photo number 3 Looks like it' });
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    await screen.findByRole('button', { name: '2. Photo number 2 Looks like it' });
    expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'Search your photos' }).value).toBe('dog');
    await fireEvent.mouseUp(document.body, { button: 4 });
    await screen.findByRole('button', { name: '3. Photo number 3 Looks like it' });
    await user.click(button('Forward'));
    await screen.findByRole('form', { name: 'Train a model' });
    expect(button('Forward').disabled).toBe(true);
    expect(sent('search.query')).toHaveLength(2);
  });

  it('Escape closes a dialog and leaves the photos selected; without a dialog it clears the selection', async () => {
    const { app } = await startPage(timelineOf([hit(1)]));
    const user = userEvent.setup();
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 1' });
    app.selection.add([photoId(1)]);
    app.desktop.askToExport([photoId(1)]);
    await screen.findByRole('dialog', { name: 'Export 1 photo' });
    await user.keyboard('{Escape}');
    expect(app.selection.count).toBe(1);
    app.desktop.exporting = null;
    await tick();
    await user.keyboard('{Escape}');
    expect(app.selection.count).toBe(0);
  });

  it('closes a sidebar over the page at a view, a click beside it or Escape, and in a wide window keeps it', async () => {
    const query = Object.assign(new EventTarget(), { matches: true });
    const media = vi.spyOn(globalThis, 'matchMedia').mockReturnValue(query as unknown as MediaQueryList);
    const width = (narrow: boolean): void => {
      query.matches = narrow;
      query.dispatchEvent(new Event('change'));
    };
    const { app } = await startPage(timelineOf([hit(1)]));
    const user = userEvent.setup();
    render(App, { props: { app } });
    const photo = await screen.findByRole('button', { name: 'Photo number 1' });
    const toggle = (): Promise<void> => user.click(button('Albums, folders and more'));
    try {
      width(true);
      const beside = (): Promise<void> => user.click(photo);
      const escape = (): Promise<void> => user.keyboard('{Escape}');
      const choose = (): Promise<void> => user.click(button('Training'));
      for (const close of [toggle, beside, escape, choose]) {
        await toggle();
        expect(app.sidebarOpen).toBe(true);
        await close();
        expect(app.sidebarOpen).toBe(false);
        app.viewer.close();
      }
      width(false);
      await toggle();
      await user.click(button('Photos'));
      await user.keyboard('{Escape}');
      expect(app.sidebarOpen).toBe(true);
      // A wide page keeps its sidebar while a narrow one opens and closes its own.
      width(true);
      await vi.waitFor(() => expect(app.sidebarOpen).toBe(false));
      await toggle();
      await user.keyboard('{Escape}');
      expect(app.preferences.now.sidebarOpen).toBe(true);
      width(false);
      await vi.waitFor(() => expect(app.sidebarOpen).toBe(true));
    } finally {
      media.mockRestore();
    }
  });

  it('stays where it is while a dialog waits for an answer', async () => {
    const { app } = await startPage(timelineOf([hit(1)]));
    const user = userEvent.setup();
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 1' });
    await user.click(button('Training'));
    app.albums.create([]);
    await screen.findByRole('dialog');
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    await fireEvent.mouseUp(document.body, { button: 3 });
    expect(app.view).toBe('training');
    app.albums.naming = null;
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    expect(app.view).toBe('photos');
  });

  it('stores a choice that was made just before the window closes', async () => {
    const { app, sent } = await startPage();
    render(App, { props: { app } });
    app.preferences.change({ appearance: 'dark' });
    app.preferences.change({ rowHeight: 300 });
    expect(sent('app.preferences')).not.toContainEqual({ appearance: 'dark', rowHeight: 300 });
    await fireEvent(window, new Event('beforeunload'));
    expect(sent('app.preferences')).toContainEqual({ appearance: 'dark', rowHeight: 300 });
  });

  it('changes to another language with all that the person has done', async () => {
    const { app, sent } = await startPage({
      ...timelineOf([hit(1)]),
      'search.query': ({ text = '' }) => queryAnswer(text, [rankedHit(2)]),
      'app.language': 'de',
      'encoders.list': [encoder({ languages: 'more than 50 languages', active: false })],
    });
    const user = userEvent.setup();
    render(App, { props: { app } });
    try {
      await app.search.words('dog');
      app.showSettings();
      await tick();
      await user.selectOptions(screen.getByRole('combobox', { name: 'Language' }), 'Deutsch');
      const box = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Sprache' });
      expect(sent('app.preferences')).toContainEqual({ language: 'de' });
      expect([box.value, document.activeElement, document.documentElement.lang]).toEqual(['de', box, 'de']);
      expect(screen.getByRole('region', { name: 'Einstellungen' }).textContent).toContain('mehr als 50 Sprachen');
      expect([app.search.query, app.view]).toEqual([expect.objectContaining({ text: 'dog' }), 'settings']);
      await app.go(-1);
      await screen.findByRole('button', { name: /Photo number 2/ });
    } finally {
      setLanguage('en');
    }
  });

  it('goes back and forward between searches in a shared library, each as it was answered', async () => {
    const { app, sent } = await startPage({
      'connections.list': [connection],
      'connections.show': aboutShared,
      'connections.search': ({ text }) => sharedAnswer([sharedHit(text === 'a dog' ? 7 : 8)]),
    });
    const user = userEvent.setup();
    render(App, { props: { app } });
    app.view = 'shared';
    await user.click(await screen.findByRole('button', { name: /^family/ }));
    const box = await screen.findByRole<HTMLInputElement>('searchbox', { name: /shared library/i });
    await user.type(box, 'a dog{Enter}');
    await screen.findByRole('button', { name: 'Open 7.jpg' });
    await user.clear(box);
    await user.type(box, 'a cat{Enter}');
    await screen.findByRole('button', { name: 'Open 8.jpg' });
    await app.go(-1);
    await screen.findByRole('button', { name: 'Open 7.jpg' });
    expect([app.view, app.shared.text]).toEqual(['shared', 'a dog']);
    await app.go(-1);
    await vi.waitFor(() => expect(screen.queryByRole('button', { name: /^Open \d\.jpg$/ })).toBeNull());
    expect([app.view, app.shared.open?.name, app.shared.text]).toEqual(['shared', 'family', '']);
    await app.go(1);
    await app.go(1);
    await screen.findByRole('button', { name: 'Open 8.jpg' });
    expect(sent('connections.search').map(({ text }) => text)).toEqual(['a dog', 'a cat']);
  });

  it('goes back from a photo to the page it was opened from', async () => {
    const { app } = await startPage({ ...timelineOf([hit(1)]), 'search.similar': found([hit(2)]) });
    const user = userEvent.setup();
    render(App, { props: { app } });
    await app.search.like(photoId(1), '1.jpg');
    await app.viewer.open(listOf([hit(2)]), 0);
    await tick();
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    expect([app.viewer.hit, app.search.query.kind]).toEqual([null, 'photo']);
  });

  it('undoes, redoes and selects photos by the menu bar, or the text of the box that has the focus', async () => {
    const { app, tell, sent } = await startPage({
      ...timelineOf([hit(1), hit(2)]),
      'search.query': queryAnswer('dog', []),
    });
    const user = userEvent.setup();
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 2' });
    await app.edits.rate([photoId(1)], 3);
    const box = screen.getByRole<HTMLInputElement>('combobox', { name: 'Search your photos' });
    await user.type(box, 'do');
    box.setSelectionRange(2, 2);
    tell({ type: 'command', command: 'selectAll' });
    expect([box.selectionStart, app.selection.count]).toEqual([0, 0]);
    box.blur();
    tell({ type: 'command', command: 'undo' });
    await expect.poll(() => app.edits.canRedo).toBe(true);
    tell({ type: 'command', command: 'redo' });
    await expect.poll(() => app.edits.canUndo).toBe(true);
    expect(sent('edits.restore')).toHaveLength(2);
    await app.search.clear();
    tell({ type: 'command', command: 'selectAll' });
    expect([...app.selection.ids]).toEqual([1, 2]);
  });
});
