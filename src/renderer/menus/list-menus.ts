// Context menus of lists other than the grid: missing photos, texts found for a photo, jobs, unreadable files, encoders, hash
// models, and photos of a shared library.
import { m } from '../../language/language.ts';
import type { FileFailure } from '../../shared/contract/indexing.ts';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { TextHit } from '../../shared/contract/search.ts';
import type { SharedHit } from '../../shared/contract/shared-library.ts';
import type { AppState } from '../state/app.svelte.ts';
import { tagged, worded } from '../text/as-query.ts';
import { fileName } from '../text/format.ts';
import { tidied, type MenuItem } from './menu.ts';

function exampleEntries(app: AppState, photoId: PhotoId, path: string | null): readonly MenuItem[] {
  const name = path === null ? m.photo_commands_photo({ id: photoId }) : fileName(path);
  const exemplify = (weight: number) => (): void => {
    app.showPhotos();
    void app.search.addExamples([{ kind: 'photo', photoId, name }], weight);
  };
  return [
    { label: m.photo_commands_similar(), shortcut: 'S', run: () => app.findSimilar(photoId, path) },
    { label: m.photo_commands_more({ count: 1 }), shortcut: 'M', run: exemplify(1) },
    { label: m.photo_commands_less({ count: 1 }), shortcut: 'L', run: exemplify(-1) },
  ];
}

/** A missing photo: its file cannot be copied, opened or moved; what it shows is known. */
export function missingMenu(
  app: AppState,
  photo: {
    readonly photoId: PhotoId;
    readonly path: string;
    readonly isMarked: boolean;
    readonly open: () => void;
    readonly mark: () => void;
    readonly remove: () => void;
  },
): readonly MenuItem[] {
  return [
    { label: m.photo_commands_open(), shortcut: 'Enter', run: photo.open },
    { label: photo.isMarked ? m.list_menus_unmark() : m.list_menus_mark(), shortcut: 'Space', run: photo.mark },
    'line',
    ...exampleEntries(app, photo.photoId, photo.path),
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
          ...exampleEntries(app, photoId, path),
        ]),
  ]);
}

/** A running or waiting job. */
export function jobMenu({ jobs }: AppState, job: Job): readonly MenuItem[] {
  const toggle = job.state === 'paused' ? m.job_row_resume() : m.job_row_pause();
  return [
    { label: toggle, shortcut: 'P', run: () => void jobs.togglePause(job) },
    { label: m.common_cancel(), shortcut: 'Delete', run: () => void jobs.cancel(job.id) },
  ];
}

/** A file that could not be read. */
export function failureMenu({ library }: AppState, failure: FileFailure, isScanning: boolean): readonly MenuItem[] {
  const { id, isIgnored } = failure;
  return [
    {
      label: m.common_show_in_folder(),
      shortcut: 'CmdOrCtrl+Shift+Enter',
      run: () => void library.showFailure(id),
    },
    {
      label: m.common_try_again(),
      shortcut: 'R',
      enabled: !isScanning,
      run: () => void library.retryFailures([failure]),
    },
    'line',
    {
      label: isIgnored ? m.failure_list_unignore() : m.failure_list_ignore(),
      shortcut: 'Delete',
      run: () => void library.ignoreFailures([failure], !isIgnored),
    },
  ];
}

/** A known shared library. @param remove asks whether to remove it */
export function connectionMenu(open: (() => void) | null, remove: () => void): readonly MenuItem[] {
  return [entry(m.photo_commands_open(), 'Enter', open), 'line', entry(m.list_menus_remove_more(), 'Delete', remove)];
}

/** A program that was chosen for photos. */
export const programMenu = ({ desktop }: AppState, path: string): readonly MenuItem[] => [
  { label: m.search_menus_forget(), shortcut: 'Delete', run: () => desktop.forgetProgram(path) },
];

/** A caption of the person's own. */
export function captionMenu(app: AppState, photoIds: readonly PhotoId[], text: string): readonly MenuItem[] {
  return [
    { label: m.list_menus_copy_text(), shortcut: 'CmdOrCtrl+C', run: () => app.desktop.copyText(text) },
    'line',
    {
      label: m.list_menus_remove_caption(),
      shortcut: 'Delete',
      run: () => void app.edits.removeCaption(photoIds, text),
    },
  ];
}

type Command = (() => void) | null;

const entry = (label: string, shortcut: string, command: Command): MenuItem => ({
  label,
  shortcut,
  enabled: command !== null,
  run: () => command?.(),
});

/** Copies a model's files into a folder that the person chooses, and says where they are. */
export async function saveModelFiles({ training, toasts }: AppState, model: ModelId): Promise<void> {
  const folder = await training.exportModel(model);
  if (folder !== null) toasts.note(m.model_table_exported({ model, folder: fileName(folder) }));
}

/** Commands of an encoder; those that do not apply now are null. */
export function encoderMenu(encoder: {
  readonly isInstalled: boolean;
  /** Asks whether to use or to download it. */
  readonly get: Command;
  /** Asks whether to remove its data. */
  readonly remove: Command;
}): readonly MenuItem[] {
  return [
    encoder.isInstalled
      ? entry(m.encoder_row_use_more(), 'U', encoder.get)
      : entry(m.encoder_row_download_more(), 'D', encoder.get),
    'line',
    entry(m.encoder_row_remove_more(), 'Delete', encoder.remove),
  ];
}

/** The encoder in use. */
export const encoderInUseMenu = (measure: Command): readonly MenuItem[] => [
  entry(m.encoder_device_measure(), 'M', measure),
];

/** Commands of a model's row; those that do not apply now are null. */
export function modelMenu(run: {
  readonly draw: Command;
  readonly compare: Command;
  readonly use: Command;
  readonly export: Command;
  /** Asks whether to remove it. */
  readonly remove: Command;
}): readonly MenuItem[] {
  return [
    entry(m.list_menus_curve(), 'Enter', run.draw),
    entry(m.list_menus_compare(), 'C', run.compare),
    entry(m.list_menus_use(), 'U', run.use),
    entry(m.list_menus_export(), 'E', run.export),
    'line',
    entry(m.list_menus_remove_more(), 'Delete', run.remove),
  ];
}

/** Commands of a row of the compared trainings; those that do not apply now are null. */
export function runMenu(run: {
  readonly isDrawn: boolean;
  readonly draw: Command;
  readonly describe: Command;
  readonly use: Command;
  readonly export: Command;
}): readonly MenuItem[] {
  return [
    entry(run.isDrawn ? m.list_menus_undraw() : m.list_menus_draw(), 'D', run.draw),
    entry(m.list_menus_name(), 'F2', run.describe),
    'line',
    entry(m.list_menus_use(), 'U', run.use),
    entry(m.list_menus_export(), 'E', run.export),
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
