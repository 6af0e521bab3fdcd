// What can be done with photos, each with its name and its key: for context menus, and for the keys themselves.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { AppState } from '../state/app.svelte.ts';
import { mostExamples, type PhotoSource } from '../state/shown-query.ts';
import { fileName } from '../text/format.ts';
import type { MenuEntry, MenuItem } from './menu.ts';
import { isPressed } from './shortcuts.ts';

/** Albums that a menu has room for; others are dragged onto. */
const mostAlbums = 40;

/** Photos that a command is for. */
export interface PhotoTarget {
  readonly photoIds: readonly PhotoId[];
  /** Path of the first, where it is known. */
  readonly path: string | null;
  /** Opens the photo; null where it is open. */
  readonly open: (() => void) | null;
  /** Takes the photo in or out of the selection; null where nothing is selected. */
  readonly select: { readonly isSelected: boolean; readonly run: () => void } | null;
}

/** Entries of the menu of these photos. Keys are heard in grid and viewer alike. */
export function photoMenu(app: AppState, target: PhotoTarget): readonly MenuItem[] {
  const { photoIds, path, open, select } = target;
  const [first] = photoIds;
  if (first === undefined) return [];
  const isOne = photoIds.length === 1;
  const shownAlbum = app.albums.shownBy(app.search.text);
  const these = isOne ? 'this' : 'these';
  const sources = photoIds.slice(0, mostExamples).map((photoId, i): PhotoSource => ({
    kind: 'photo',
    photoId,
    name: i === 0 && path !== null ? fileName(path) : `photo ${photoId}`,
  }));
  const exemplify = (weight: number) => (): void => {
    app.viewer.close();
    app.showPhotos();
    void app.search.addExamples(sources, weight);
  };
  const stars = [5, 4, 3, 2, 1].map((rating) => ({
    label: '★'.repeat(rating),
    shortcut: String(rating),
    run: () => app.mark(photoIds, String(rating)),
  }));
  const entries: readonly (MenuItem | null)[] = [
    open === null ? null : { label: 'Open', shortcut: 'Enter', enabled: isOne, run: open },
    select === null
      ? null
      : { label: select.isSelected ? 'Take out of the selection' : 'Select', shortcut: 'Space', run: select.run },
    'line',
    ...(app.feedback.query === null
      ? []
      : ([
          { label: isOne ? 'This is it' : 'These are it', shortcut: 'Y', run: () => app.judge(photoIds, 'match') },
          {
            label: isOne ? 'This is not it' : 'These are not it',
            shortcut: 'N',
            run: () => app.judge(photoIds, 'no-match'),
          },
          'line',
        ] as const)),
    { label: 'Favourite', shortcut: 'F', run: () => app.mark(photoIds, 'f') },
    { label: 'Rating', submenu: [...stars, { label: 'No stars', shortcut: '0', run: () => app.mark(photoIds, '0') }] },
    {
      label: 'Add to album',
      submenu: [
        ...app.albums.list.slice(0, mostAlbums).map((album) => ({
          label: album.name,
          run: () => void app.albums.add(album.id, photoIds),
        })),
        ...(app.albums.list.length === 0 ? [] : (['line'] as const)),
        { label: 'New album…', shortcut: 'A', run: () => app.albums.create(photoIds) },
      ],
    },
    shownAlbum === null
      ? null
      : {
          label: `Take out of “${shownAlbum.name}”`,
          run: () => {
            void app.albums.takeOut(shownAlbum.id, photoIds).then(() => app.search.refresh());
          },
        },
    { label: 'Teach a word…', shortcut: 'W', run: () => app.teaching.open(photoIds) },
    { label: 'Captions, tags, date…', shortcut: 'T', run: () => app.writeAbout(photoIds) },
    'line',
    isOne ? { label: 'Find similar photos', shortcut: 'S', run: () => app.findSimilar(first, path) } : null,
    { label: `More like ${these}`, shortcut: 'M', run: exemplify(1) },
    { label: `Less like ${isOne ? 'that' : 'those'}`, shortcut: 'L', run: exemplify(-1) },
    'line',
    isOne
      ? {
          label: 'Copy image',
          shortcut: 'CmdOrCtrl+Shift+C',
          run: () => app.desktop.copy(photoIds, 'image'),
        }
      : null,
    {
      label: isOne ? 'Copy file' : 'Copy files',
      shortcut: 'CmdOrCtrl+C',
      run: () => app.desktop.copy(photoIds, 'files'),
    },
    {
      label: isOne ? 'Copy path' : 'Copy paths',
      shortcut: 'CmdOrCtrl+Alt+C',
      run: () => app.desktop.copy(photoIds, 'paths'),
    },
    'line',
    isOne
      ? {
          label: 'Open with the default program',
          shortcut: 'CmdOrCtrl+Enter',
          run: () => app.desktop.open(first),
        }
      : null,
    {
      label: 'Show in folder',
      shortcut: 'CmdOrCtrl+Shift+Enter',
      enabled: isOne,
      run: () => app.showInFolder(first),
    },
    { label: isOne ? 'Export a copy…' : 'Export copies…', shortcut: 'E', run: () => app.desktop.askToExport(photoIds) },
    'line',
    { label: 'Move to the bin…', shortcut: 'Delete', run: () => app.desktop.moveToBin(photoIds) },
  ];
  return tidied(entries.filter((entry) => entry !== null));
}

/** Runs the entry whose key was pressed; false where there is none. */
export function runByKey(event: KeyboardEvent, items: readonly MenuItem[]): boolean {
  // Words that were marked with the mouse are copied as everywhere.
  if (event.key.toLowerCase() === 'c' && (getSelection()?.toString() ?? '') !== '') return false;
  const entries = items.flatMap((item): readonly (MenuEntry | 'line')[] =>
    item !== 'line' && 'submenu' in item ? item.submenu : [item],
  );
  const pressed = entries.find(
    (entry): entry is MenuEntry =>
      entry !== 'line' && entry.enabled !== false && entry.shortcut !== undefined && isPressed(event, entry.shortcut),
  );
  if (pressed === undefined) return false;
  event.preventDefault();
  pressed.run();
  return true;
}

/** No line at an end, and no two in a row. */
const tidied = (items: readonly MenuItem[]): readonly MenuItem[] =>
  items.filter((item, i) => item !== 'line' || (i > 0 && i < items.length - 1 && items[i - 1] !== 'line'));
