// Every view and dialog, light, dark and in forced colours, from 400 pixels to 4K and at 200 % zoom.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('every view', () => {
  let app: HashlensApp;
  const view = (name: string) =>
    app.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name, exact: true }).click();
  const escape = () => app.page.keyboard.press('Escape');
  const press = (name: string | RegExp) => app.page.getByRole('button', { name }).first().click();
  const clear = async () => {
    await press('Clear the search');
    await app.answered('Photos');
  };

  /** Selects the first three photos. */
  const selectThree = async () => {
    if (!(await app.selectionBar.isVisible())) {
      for (const index of [0, 1, 2]) await app.tile(index).click({ modifiers: ['ControlOrMeta'] });
    }
    await app.selected(3);
  };
  const inSelectionBar = (name: string) => app.selectionBar.getByRole('button', { name, exact: true }).click();

  interface View {
    readonly name: string;
    readonly open: () => Promise<unknown>;
    /** Returns to the view in which the next one begins. */
    readonly leave?: () => Promise<unknown>;
  }

  const views: readonly View[] = [
    { name: 'first run', open: () => app.page.getByRole('button', { name: 'Add a folder…' }).waitFor() },
    {
      name: 'time line',
      open: async () => {
        await app.addSampleAlbum();
        await app.answered('Photos');
        await app.loadedThumbnails(8);
      },
    },
    {
      name: 'results',
      open: async () => {
        await app.search('a cat tag:animal');
        await app.page.getByLabel('Show scores').check();
        await app.loadedThumbnails(4);
      },
      leave: () => app.page.getByLabel('Show scores').uncheck(),
    },
    {
      name: 'filters',
      open: async () => {
        await press(/^Filters/);
        await app.page.getByRole('dialog', { name: 'Filters' }).waitFor();
      },
      leave: escape,
    },
    {
      name: 'completions',
      open: async () => {
        await app.type('a cat tag:m');
        await app.option(/^tag:mountain/).waitFor();
      },
      leave: async () => {
        await escape();
        await clear();
      },
    },
    {
      name: 'captions',
      open: async () => {
        const name = 'mountain-lake.jpg';
        await app.drop(await readFile(path.join(root, 'resources/sample-album/places', name)), name, 'image/jpeg');
        await app.answered('Similar photos');
        await app.page.getByRole('button', { name: 'Captions', exact: true }).click();
        await app.answered('Captions that describe it best');
      },
      leave: clear,
    },
    {
      name: 'sidebar',
      open: () => app.openSidebar(),
      leave: () => press('Albums, folders and more'),
    },
    {
      name: 'selection',
      open: async () => {
        await selectThree();
        await inSelectionBar('Captions, tags, date…');
        await app.page.getByRole('textbox', { name: 'Add a caption' }).waitFor();
      },
      leave: () => inSelectionBar('Captions, tags, date…'),
    },
    {
      name: 'export',
      open: async () => {
        await selectThree();
        await inSelectionBar('Export…');
        await app.page.getByRole('dialog', { name: 'Export 3 photos' }).waitFor();
      },
      leave: escape,
    },
    {
      name: 'album name',
      open: async () => {
        await selectThree();
        await app.tile(0).focus();
        await app.page.keyboard.press('a');
        await app.page.getByRole('dialog', { name: /^New album/ }).waitFor();
      },
      leave: escape,
    },
    {
      name: 'sidecars',
      open: async () => {
        await selectThree();
        await app.chooseInMenus('Write to sidecars…');
        await inSelectionBar('More…');
        await app.page
          .getByRole('dialog', { name: 'Write to sidecars' })
          .getByText(/checked:/)
          .waitFor();
      },
      leave: escape,
    },
    {
      name: 'teach a word',
      open: async () => {
        await selectThree();
        await app.tile(0).focus();
        await app.page.keyboard.press('w');
        const dialog = app.page.getByRole('dialog', { name: 'Teach a word' });
        await dialog.getByLabel('Word').fill('Bello');
        await dialog.getByRole('button', { name: 'Learn' }).click();
        await dialog.getByText(/Learned from 3 photos/).waitFor();
      },
      leave: async () => {
        await escape();
        await escape();
      },
    },
    {
      name: 'viewer',
      open: async () => {
        await app.tile(0).click();
        await app.viewer.getByRole('heading', { name: /\.(jpg|png|webp)$/ }).waitFor();
        await app.page.waitForFunction(
          () => (document.querySelector<HTMLImageElement>('dialog img[src^="photo://full/"]')?.naturalWidth ?? 0) > 0,
        );
        await app.page.keyboard.press('b');
        await app.page.getByRole('list', { name: 'Photos before and after' }).waitFor();
      },
      leave: async () => {
        await app.page.keyboard.press('b');
        await escape();
      },
    },
    { name: 'describe', open: () => view('Describe') },
    {
      name: 'words',
      open: async () => {
        await view('Words');
        await app.page
          .getByText(/^finds \d+ of \d+$/)
          .first()
          .waitFor();
      },
    },
    { name: 'library', open: () => view('Library') },
    { name: 'duplicates', open: () => press('Show duplicates') },
    {
      name: 'shared libraries',
      open: async () => {
        await view('Library');
        await press('Show shared libraries');
        await app.page.getByText('No shared library is known here.').waitFor();
      },
    },
    { name: 'server', open: () => press('Add…'), leave: escape },
    {
      name: 'settings',
      open: async () => {
        await view('Settings');
        await app.page.getByText('Other encoders').click();
      },
    },
    {
      name: 'shortcuts',
      open: async () => {
        await app.page.getByRole('heading', { name: 'Settings', exact: true }).click();
        await app.page.keyboard.press('?');
        await app.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      },
      leave: escape,
    },
    { name: 'training before', open: () => view('Training') },
    {
      name: 'training',
      open: async () => {
        await app.page.evaluate(async () => {
          await window.hashlens.request('train.start', { epochs: 2, bits: 32, activate: 'always' });
        });
        const runs = app.page.getByRole('region', { name: 'Compare trainings' });
        await runs.getByRole('checkbox', { name: /^Draw two-tower/ }).check({ timeout: 150_000 });
        await app.page.getByText('In use', { exact: true }).waitFor({ timeout: 60_000 });
      },
    },
    { name: 'name of a training', open: () => press(/^Name and note of /), leave: escape },
    {
      name: 'compared models',
      open: async () => {
        await press('Compare in your own searches…');
        await app.page.getByText(/The first photos differ in/).waitFor({ timeout: 60_000 });
      },
      leave: escape,
    },
  ];

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.fit(1280, 800);
  });
  beforeEach(() => app.awake());
  afterAll(() => app.close());

  it.each(views)('has no violation, and nothing cut off: $name', async ({ name, open, leave }) => {
    if (leave !== undefined) onTestFinished(async () => void (await leave()));
    await open();
    expect(await app.faults(name.replaceAll(' ', '-'))).toEqual([]);
  });
});
