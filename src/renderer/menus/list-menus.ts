// Context menus of lists other than the grid: missing photos, texts found for a photo, hash models, and photos of a shared
// library.
import { m } from '../../language/language.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import type { TextHit } from '../../shared/contract/search.ts';
import type { SharedHit } from '../../shared/contract/shared-library.ts';
import type { AppState } from '../state/app.svelte.ts';
import { tagged, worded } from '../text/as-query.ts';
import { tidied, type MenuItem } from './menu.ts';

/** A missing photo: its file cannot be copied, opened or moved. */
export function missingMenu(photo: {
  readonly isMarked: boolean;
  readonly open: () => void;
  readonly mark: () => void;
  readonly remove: () => void;
}): readonly MenuItem[] {
  return [
    { label: m.photo_commands_open(), shortcut: 'Enter', run: photo.open },
    { label: photo.isMarked ? m.list_menus_unmark() : m.list_menus_mark(), shortcut: 'Space', run: photo.mark },
    'line',
    { label: m.list_menus_remove(), shortcut: 'Delete', run: photo.remove },
  ];
}

/** A caption or tag that describes an image. */
export function textMenu(app: AppState, { text, photoId, path }: TextHit): readonly MenuItem[] {
  const { search } = app;
  const written = search.target === 'tags' ? tagged(text) : worded(text);
  return tidied([
    { label: m.list_menus_search_text(), shortcut: 'Enter', run: () => void search.words(written) },
    { label: m.list_menus_copy_text(), shortcut: 'CmdOrCtrl+C', run: () => app.desktop.copyText(text) },
    'line',
    ...(photoId === null
      ? []
      : [
          { label: m.list_menus_open_photo(), shortcut: 'O', run: () => void app.openPhoto(photoId) },
          { label: m.photo_commands_similar(), shortcut: 'S', run: () => app.findSimilar(photoId, path) },
        ]),
  ]);
}

/** Commands of a model's row; those that do not apply now are null. */
export function modelMenu(
  app: AppState,
  model: HashModelSummary,
  run: {
    readonly compare: (() => void) | null;
    readonly use: (() => void) | null;
    readonly export: (() => void) | null;
    /** Asks whether to remove it. */
    readonly remove: () => void;
  },
): readonly MenuItem[] {
  const { training } = app;
  const isRemovable = model.state !== 'training' && !model.active;
  const nothing = (): void => undefined;
  return [
    { label: m.list_menus_curve(), enabled: model.epochs.length > 0, run: () => training.show(model.id) },
    { label: m.list_menus_compare(), enabled: run.compare !== null, run: run.compare ?? nothing },
    { label: m.list_menus_use(), enabled: run.use !== null, run: run.use ?? nothing },
    { label: m.list_menus_export(), enabled: run.export !== null, run: run.export ?? nothing },
    'line',
    { label: m.list_menus_remove_model(), enabled: isRemovable, run: run.remove },
  ];
}

/** A photo of a shared library: its published thumbnail can be searched for, here and there. */
export function sharedMenu(app: AppState, hit: SharedHit, open: (() => void) | null): readonly MenuItem[] {
  const { photoId } = hit;
  return tidied([
    ...(open === null ? [] : [{ label: m.photo_commands_open(), shortcut: 'Enter', run: open }]),
    ...(photoId === null
      ? []
      : [{ label: m.list_menus_open_own(), shortcut: 'O', run: () => void app.openPhoto(photoId) }]),
    'line',
    { label: m.list_menus_search_here(), shortcut: 'H', run: () => void app.findLikeShared(hit) },
    { label: m.list_menus_search_own(), shortcut: 'S', run: () => void app.exemplifyShared(hit, null) },
    { label: m.photo_commands_more({ count: 1 }), shortcut: 'M', run: () => void app.exemplifyShared(hit, 1) },
    { label: m.photo_commands_less({ count: 1 }), shortcut: 'L', run: () => void app.exemplifyShared(hit, -1) },
  ]);
}
