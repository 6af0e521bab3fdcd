// Commands for photos, each with its name and its key: for context menus, and for the keys themselves.
import { m } from '../../language/language.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { AppState } from '../state/app.svelte.ts';
import { mostExamples, type PhotoSource } from '../state/shown-query.ts';
import { fileName } from '../text/format.ts';
import { shownName } from '../text/shown-text.ts';
import { tidied, type MenuEntry, type MenuItem } from './menu.ts';
import { isPressed } from './shortcuts.ts';

/** Largest number of albums in a menu; all of them are in a dialog. */
const mostAlbums = 40;

/** Photos that a command applies to. */
export interface PhotoTarget {
  readonly photoIds: readonly PhotoId[];
  /** Path of the first, if known. */
  readonly path: string | null;
  /** Opens the photo; null if it is open. */
  readonly open: (() => void) | null;
  /** Key that opens it, where Enter does something else. */
  readonly openKey?: string;
  /** Adds the photo to the selection or removes it; null without a selection. */
  readonly select: { readonly isSelected: boolean; readonly run: () => void; readonly label?: string } | null;
  /** The photos are in a list other than the results, where they are not judged or removed from the shown album. */
  readonly isElsewhere?: true;
  /** The digits are the keys of something else there. */
  readonly hasNoStarKeys?: true;
}

/** Entries of the menu of these photos. Grid and viewer handle the keys alike. */
export function photoMenu(app: AppState, target: PhotoTarget): readonly MenuItem[] {
  const { photoIds, path, open, openKey = 'Enter', select, isElsewhere = false, hasNoStarKeys = false } = target;
  const [first] = photoIds;
  if (first === undefined) return [];
  const isOne = photoIds.length === 1;
  const shownAlbum = isElsewhere ? null : app.albums.shownBy(app.search.text);
  const many = { count: photoIds.length };
  const sources = photoIds.slice(0, mostExamples).map((photoId, i): PhotoSource => ({
    kind: 'photo',
    photoId,
    name: i === 0 && path !== null ? fileName(path) : m.photo_commands_photo({ id: photoId }),
  }));
  const exemplify = (weight: number) => (): void => {
    app.showPhotos();
    void app.search.addExamples(sources, weight);
  };
  const stars = [5, 4, 3, 2, 1].map((rating) => ({
    label: '★'.repeat(rating),
    ...(hasNoStarKeys ? {} : { shortcut: String(rating) }),
    run: () => app.mark(photoIds, String(rating)),
  }));
  const entries: readonly (MenuItem | null)[] = [
    open === null ? null : { label: m.photo_commands_open(), shortcut: openKey, enabled: isOne, run: open },
    select === null
      ? null
      : {
          label: select.label ?? (select.isSelected ? m.photo_commands_unselect() : m.photo_commands_select()),
          shortcut: 'Space',
          run: select.run,
        },
    'line',
    ...((app.judgements.query === null && app.judgements.obstacle === null) || isElsewhere
      ? []
      : ([
          { label: m.photo_commands_is_it(many), shortcut: 'Y', run: () => app.judge(photoIds, 'match') },
          {
            label: m.photo_commands_not_it(many),
            shortcut: 'N',
            run: () => app.judge(photoIds, 'no-match'),
          },
          'line',
        ] as const)),
    { label: m.photo_commands_favourite(), shortcut: 'F', run: () => app.mark(photoIds, 'f') },
    {
      label: m.photo_commands_rating(),
      submenu: [
        ...stars,
        {
          label: m.photo_commands_no_stars(),
          ...(hasNoStarKeys ? {} : { shortcut: '0' }),
          run: () => app.mark(photoIds, '0'),
        },
      ],
    },
    {
      label: m.photo_commands_add_album(),
      submenu: [
        ...app.albums.list.slice(0, mostAlbums).map((album) => ({
          label: shownName(album.name),
          run: () => void app.albums.add(album.id, photoIds),
        })),
        ...(app.albums.list.length === 0
          ? []
          : ([
              'line',
              {
                label: m.photo_commands_choose_album(),
                shortcut: 'Shift+A',
                run: () => app.albums.choose(photoIds),
              },
            ] as const)),
        { label: m.photo_commands_new_album(), shortcut: 'A', run: () => app.albums.create(photoIds) },
      ],
    },
    shownAlbum === null
      ? null
      : {
          label: m.photo_commands_take_out({ album: shownName(shownAlbum.name) }),
          shortcut: 'R',
          run: () => {
            void app.albums.removePhotos(shownAlbum.id, photoIds);
          },
        },
    // Another word would take the place of the one being taught.
    app.teaching.isOpen
      ? null
      : { label: m.photo_commands_teach(), shortcut: 'W', run: () => app.teaching.open(photoIds) },
    { label: m.photo_commands_details(), shortcut: 'T', run: () => app.writeAbout(photoIds) },
    'line',
    isOne ? { label: m.photo_commands_similar(), shortcut: 'S', run: () => app.findSimilar(first, path) } : null,
    isOne && (app.shared.connections ?? []).length > 0
      ? { label: m.photo_commands_shared(), shortcut: 'H', run: () => app.findShared(first, path) }
      : null,
    { label: m.photo_commands_more(many), shortcut: 'M', run: exemplify(1) },
    { label: m.photo_commands_less(many), shortcut: 'L', run: exemplify(-1) },
    'line',
    isOne
      ? {
          label: m.photo_commands_copy_image(),
          shortcut: 'CmdOrCtrl+Shift+C',
          run: () => app.desktop.copy(photoIds, 'image'),
        }
      : null,
    {
      label: m.photo_commands_copy_files(many),
      shortcut: 'CmdOrCtrl+C',
      run: () => app.desktop.copy(photoIds, 'files'),
    },
    {
      label: m.photo_commands_copy_paths(many),
      shortcut: 'CmdOrCtrl+Alt+C',
      run: () => app.desktop.copy(photoIds, 'paths'),
    },
    'line',
    {
      label: m.photo_commands_open_default(),
      shortcut: 'CmdOrCtrl+Enter',
      run: () => app.desktop.open(photoIds),
    },
    isOne ? { label: m.photo_commands_open_with(), shortcut: 'P', run: () => app.desktop.openWith(first) } : null,
    {
      label: m.common_show_in_folder(),
      shortcut: 'CmdOrCtrl+Shift+Enter',
      run: () => app.desktop.showInFolder(photoIds),
    },
    { label: m.photo_commands_export(many), shortcut: 'E', run: () => app.desktop.askToExport(photoIds) },
    {
      label: m.photo_commands_sidecars(),
      shortcut: 'X',
      run: () => app.sidecars.open({ of: 'photos', photoIds: [...photoIds] }, photoIds),
    },
    'line',
    { label: m.photo_commands_bin(), shortcut: 'Delete', run: () => app.desktop.moveToBin(photoIds) },
  ];
  return tidied(entries.filter((entry) => entry !== null));
}

/** Entries of the menu of one photo of a list other than the results, which is opened alone. */
export function otherPhotoMenu(
  app: AppState,
  { photoId, path }: { readonly photoId: PhotoId; readonly path: string | null },
  more: Partial<Pick<PhotoTarget, 'openKey' | 'select' | 'hasNoStarKeys'>> = {},
): readonly MenuItem[] {
  const open = (): void => void app.openPhoto(photoId);
  return photoMenu(app, { photoIds: [photoId], path, open, select: null, isElsewhere: true, ...more });
}

/** Runs the entry of a pressed key; false without one. */
export function runByKey(event: KeyboardEvent, items: readonly MenuItem[]): boolean {
  // Text selected with the mouse is copied as usual.
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
