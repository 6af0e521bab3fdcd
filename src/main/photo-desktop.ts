// Desktop actions on photos: open, copy, drag, move to the bin. The page names photos by their ids; the engine gives
// the files, which must be inside the library's folders.
import electron, { clipboard, nativeImage, shell } from 'electron';
import { realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { FolderId, PhotoId } from '../shared/contract/ids.ts';
import type { PhotoFiles } from '../shared/contract/photos.ts';
import { HashlensError } from '../shared/errors.ts';
import type { EngineProcess } from './engine-process.ts';
import { binQuestion } from './bin-question.ts';
import { firstOfEachFolder, hasPhotoName, uriList } from './file-lists.ts';
import type { FolderRoots } from './photo-files.ts';
import { mostOpened, type BinOutcome } from '../shared/contract/page.ts';
import { agrees } from './question.ts';
import { binPlaces, deletedFiles, takeOutOfBin } from './trash.ts';
import { copyFilesOnWindows } from './windows-clipboard.ts';
import { frontWindow } from './window.ts';

export class PhotoDesktop {
  readonly #engine: Pick<EngineProcess, 'request'>;
  readonly #roots: FolderRoots;
  /** Shown beside the pointer while photos are dragged. */
  readonly #icon: string;
  readonly #bin = binPlaces(process.env);
  /** Photos of each move to the bin. */
  readonly #moves: (readonly PhotoFiles[])[] = [];

  constructor(engine: Pick<EngineProcess, 'request'>, roots: FolderRoots, icon: string) {
    this.#engine = engine;
    this.#roots = roots;
    this.#icon = icon;
  }

  /** Absolute path of a photo's file, for another program. */
  async file(photoId: PhotoId): Promise<string> {
    const [{ path }] = await this.#files([photoId]);
    // The system chooses a program by the name alone, so a name without a photo's extension could run one.
    if (!hasPhotoName(path)) {
      throw new HashlensError('not-allowed', `${path} is not opened, as its name is not that of a photo or video.`);
    }
    return path;
  }

  /** Opens each of them that can be opened. @throws HashlensError of the first that cannot */
  async open(photoIds: readonly PhotoId[]): Promise<void> {
    const failures: unknown[] = [];
    for (const photoId of photoIds) await this.#open(photoId).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  async #open(photoId: PhotoId): Promise<void> {
    const path = await this.file(photoId);
    const problem = await shell.openPath(path);
    if (problem !== '') throw new HashlensError('io-error', `${path} could not be opened: ${problem}.`);
  }

  /** Shows the first photo of each folder; those in the way of a limit are counted. */
  async showInFolder(photoIds: readonly PhotoId[]): Promise<{ folders: number; left: number }> {
    const files = firstOfEachFolder((await this.#files(photoIds)).map(({ path }) => path));
    const shown = files.slice(0, mostOpened);
    for (const file of shown) shell.showItemInFolder(file);
    return { folders: shown.length, left: files.length - shown.length };
  }

  async copy(photoIds: readonly PhotoId[], what: 'image' | 'files' | 'paths'): Promise<number> {
    const [first] = photoIds;
    if (what === 'image') {
      if (first === undefined) return 0;
      const jpeg = await this.#engine.request('photos.jpeg', { photoId: first });
      const image = nativeImage.createFromBuffer(Buffer.from(jpeg));
      if (earlier !== null) earlier.writeImage(image);
      else await writeItem('image/png', Buffer.from(image.toPNG()), 'image/png');
      return 1;
    }
    const paths = (await this.#files(photoIds)).map(({ path }) => path);
    if (what === 'paths') await clipboard.writeText(paths.join('\n'));
    else await writeFiles(paths);
    return paths.length;
  }

  async drag(photoIds: readonly PhotoId[]): Promise<void> {
    const files = (await this.#files(photoIds)).map(({ path }) => path);
    const [file = ''] = files;
    const icon = nativeImage.createFromPath(this.#icon).resize({ width: 48 });
    frontWindow()?.webContents.startDrag({ file, files, icon });
  }

  /** Null if the person declined. */
  async moveToBin(photoIds: readonly PhotoId[]): Promise<BinOutcome | null> {
    const photos = await this.#files(photoIds);
    if (!(await agrees(binQuestion(photos)))) return null;
    const moved: PhotoFiles[] = [];
    for (const photo of photos) {
      try {
        await shell.trashItem(photo.path);
      } catch {
        continue;
      }
      for (const version of photo.versions) await shell.trashItem(version).catch(() => undefined);
      moved.push(photo);
    }
    await this.#scan(moved);
    const move = this.#bin === null ? null : this.#moves.push(moved) - 1;
    return { moved: moved.map(({ photoId }) => photoId), failed: photos.length - moved.length, move };
  }

  /** Takes the photos of an earlier move out of the bin. */
  async takeOutOfBin(move: number): Promise<{ restored: number; failed: number }> {
    const moved = this.#moves[move] ?? [];
    const files = moved.flatMap(({ path, versions }) => [path, ...versions]);
    const deleted = this.#bin === null ? null : await deletedFiles(files, this.#bin);
    const takeOut = async (file: string): Promise<boolean> => {
      const found = deleted?.get(file);
      return found !== undefined && (await takeOutOfBin(found, file));
    };
    const restored: PhotoFiles[] = [];
    for (const photo of moved) {
      if (!(await takeOut(photo.path))) continue;
      for (const version of photo.versions) await takeOut(version);
      restored.push(photo);
    }
    await this.#scan(restored);
    return { restored: restored.length, failed: moved.length - restored.length };
  }

  /** Scans the folders of these photos now, including those that are not watched. */
  async #scan(photos: readonly PhotoFiles[]): Promise<void> {
    const folderIds = [...new Set<FolderId>(photos.map(({ folderId }) => folderId))];
    if (folderIds.length > 0) await this.#engine.request('folders.index', { folderIds });
  }

  /** Existing files inside a folder of the library. @throws HashlensError `not-found` without any */
  async #files(photoIds: readonly PhotoId[]): Promise<readonly [PhotoFiles, ...PhotoFiles[]]> {
    const inside = async (file: string): Promise<boolean> => {
      const place = await this.#roots.around(file);
      if (place === null) return false;
      // A link may have replaced the file since the engine checked it.
      const real = await this.#roots.gate.run(place, () => realpath(file)).catch(() => null);
      return real !== null && (await this.#roots.around(real)) !== null;
    };
    const found: PhotoFiles[] = [];
    for (const files of await this.#engine.request('photos.files', { photoIds: [...photoIds] })) {
      if (!(await inside(files.path))) continue;
      const versions: string[] = [];
      for (const version of files.versions) if (await inside(version)) versions.push(version);
      found.push({ ...files, versions });
    }
    const [first, ...rest] = found;
    if (first !== undefined) return [first, ...rest];
    throw new HashlensError(
      'not-found',
      `${photoIds.length === 1 ? 'The file of this photo is' : 'The files of these photos are'} not there now. Connect the disk and try again.`,
    );
  }
}

/** The clipboard of an Electron without `ClipboardItem`, in which the application may run during development. */
interface EarlierClipboard {
  writeImage(image: Electron.NativeImage): void;
  writeBuffer(format: string, bytes: Buffer): void;
}

const earlier = 'ClipboardItem' in electron ? null : (clipboard as unknown as EarlierClipboard);

/** Accessed through the module, so that the application also starts in an Electron without it. */
function writeItem(format: string, bytes: Buffer<ArrayBuffer>, type: string): Promise<void> {
  return clipboard.write([new electron.ClipboardItem({ [format]: new Blob([bytes], { type }) })]);
}

/** @param format as the system names it */
async function write(format: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  if (earlier !== null) earlier.writeBuffer(format, bytes);
  else await writeItem(`electron application/osclipboard;format="${format}"`, bytes, 'application/octet-stream');
}

/** Each system has its own format for copied files. */
async function writeFiles(paths: readonly string[]): Promise<void> {
  const urls = paths.map((file) => pathToFileURL(file).href);
  if (process.platform === 'darwin') {
    const list = paths.map((file) => `<string>${file.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</string>`).join('');
    const plist = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><array>${list}</array></plist>`;
    await write('NSFilenamesPboardType', Buffer.from(plist));
  } else if (process.platform === 'win32') {
    await copyFilesOnWindows(paths);
  } else await write('text/uri-list', Buffer.from(uriList(urls)));
}
