// Lists the files of a folder and their kinds, by names and sizes. Only a file that may be a photo under another
// name is opened, for its first bytes.
import { statSync, type Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import { isBelow } from '../../runtime/below.ts';
import { isCaptionFileName, isLemmaFile } from '../captions/caption-names.ts';
import { isPicasaName, pairSidecars } from '../metadata/sidecar-names.ts';
import { systemCode } from '../photo-errors.ts';
import {
  isHiddenName,
  isOriginalsName,
  isPhotoName,
  isPhotoPackage,
  isPreviewFolder,
  isSystemBackup,
  isExportTrash,
  isVideoName,
  leftOutName,
  mayBeText,
  mayBePhoto,
  skipReasonOf,
  type SkipReason,
} from './file-kinds.ts';
import { kindBytes, kindOf } from '../../imaging/image-kind.ts';
import { beginningOf, beginningOfLocal } from './beginning.ts';
import { haveSameShot, shotBytes, shotTimes } from './shot-times.ts';
import { isRecording } from './companion-video.ts';
import { doubtfulCopies, versionsOf, videosOfStills } from './versions.ts';
import { itemAt } from '../../../shared/at.ts';

export type { SkipReason } from './file-kinds.ts';

export interface FoundPhoto {
  /** Relative to the root, `/` between names, spelled as the file system spells it (no Unicode normalisation). */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /**
   * Time of the last change of the file's content or permissions. Programs cannot set it, so it shows changes that
   * keep mtime.
   */
  readonly ctimeMs: number;
  /** Whether it is a link to a file inside the folder. */
  readonly link: boolean;
  /** Relative paths of the `photo.jpg.xmp`, `photo.xmp` and `photo.txt` that belong to it, in this order. */
  readonly sidecars: readonly string[];
  /** Changes when a sidecar or a version is added, removed, or changed in size or time; empty without them. */
  readonly sidecarStamp: string;
  /** Relative paths of other versions of the photo, which are not separate photos. */
  readonly versions: readonly string[];
}

/** A folder with a change, by its path relative to the root, `''` for the root. */
export interface ChangedFolder {
  readonly path: string;
  /** Whether everything below it has changed too, as in a new folder. */
  readonly deep: boolean;
}

/** The part covered by a scan of changed folders. All paths are relative to the root. */
export interface ScannedPart {
  /** Folders whose files were listed. */
  readonly listed: readonly string[];
  /** Sub-folders of those that exist and were not listed. */
  readonly there: readonly string[];
}

export interface FolderScan {
  readonly photos: FoundPhoto[];
  /**
   * Files left out. A hidden folder (`.git`, `@eaDir`), a linked folder and an excluded folder are one entry each:
   * their content is never listed, as it may be huge and no person put it there to view.
   */
  readonly skipped: { path: string; reason: SkipReason }[];
  /** Folders that could not be listed and photos without a readable size. */
  readonly failures: { path: string; error: HashlensError }[];
  /** Absolute paths, with those one level above the root: Flickr8k ships `captions.txt` beside its folder of images. */
  readonly captionFiles: string[];
  /** Changes when a caption file is added, removed, or changed. */
  readonly captionStamp: string;
  /** Null for a scan of the whole folder. */
  readonly scannedPart: ScannedPart | null;
}

export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Called now and then with the number of files found so far, and once at the end. */
  readonly onProgress?: (files: number) => void;
  /** Absolute paths of folders to leave out, e.g. the library's own folder. */
  readonly exclude?: readonly string[];
  /** Whether to include videos. */
  readonly videos?: boolean;
  /** Scans only these folders, and for a missing one its nearest existing parent. */
  readonly changed?: readonly ChangedFolder[] | undefined;
}

/**
 * Number of folders listed, and of files of each queried for size and time, at once: enough for a network disk, few
 * enough for memory.
 */
const parallelFolders = 4;
const parallelStats = 16;
const progressEvery = 1000;

/** Deepest nesting of folders: systems resolve each level whenever a file is named, and paths have a limit. */
const mostLevels = 200;

/** A library of Hashlens inside a photo folder: its thumbnails and pictures of models are not the person's photos. */
const libraryFile = 'library.db';
const libraryFolders = new Set(['thumbnails', 'models', 'encoders', 'backups']);

/** By convention, a folder with this file holds a cache (bford.info/cachedir). */
const cacheTag = 'CACHEDIR.TAG';
/** PhotoPrism puts this into its folder of derived files. */
const photoprismMark = '.ppstorage';
/** Immich marks its folders of derived files with `.immich`. */
const immichFolders = new Set(['thumbs', 'encoded-video', 'profile', 'backups']);
/**
 * A bin of Linux is called `Trash` and has both: files, and their former paths (freedesktop.org, Trash
 * specification).
 */
const binFolders = ['files', 'info'] as const;

interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * Lists the folder and everything below it. Each file is in exactly one of photos, skipped and failures; all lists
 * are sorted by path. Throws `folder-missing` without the root, `cancelled` when the signal is aborted.
 */
export async function scanFolder(root: string, options: ScanOptions = {}): Promise<FolderScan> {
  const excluded = (options.exclude ?? []).map((folder) => realpath(folder).catch(() => path.resolve(folder)));
  const walk = new Walk(await realRoot(root), options, new Set(await Promise.all(excluded)));
  const before = await stat(walk.root);
  await walk.run();
  // An unmounted disk leaves an empty mount point; files missing there are not deleted.
  const after = await stat(walk.root).catch((error: unknown) => {
    throw missing(root, error);
  });
  if (after.dev !== before.dev || after.ino !== before.ino) throw missing(root, null);
  const above = options.changed === undefined ? await captionFilesAbove(walk.root) : [];
  const met = [...above, ...walk.captionFiles];
  const names = met.map((file) => path.posix.basename(file.path));
  // The original of a lemma file may be in another folder.
  const captionFiles = met
    .filter((file) => !isLemmaFile(path.posix.basename(file.path), names))
    .sort((a, b) => compare(a.path, b.path));
  options.onProgress?.(walk.files);
  return {
    photos: walk.photos.sort((a, b) => compare(a.path, b.path)),
    skipped: walk.skipped.sort((a, b) => compare(a.path, b.path)),
    failures: walk.failures.sort((a, b) => compare(a.path, b.path)),
    captionFiles: captionFiles.map((file) => path.resolve(walk.root, file.path)),
    captionStamp: captionFiles.map((file) => stampOf(file.path, file)).join('\n'),
    scannedPart: options.changed === undefined ? null : { listed: walk.listed, there: walk.there },
  };
}

interface FolderToList {
  readonly path: string;
  /** Whether it belongs to a program's library of photos, of which only the originals count. */
  readonly inPackage: boolean;
  /** Whether everything below it is scanned. */
  readonly isDeep: boolean;
}

/** The state of one scan: folders still to list, and the results so far. */
class Walk {
  readonly photos: FoundPhoto[] = [];
  readonly skipped: { path: string; reason: SkipReason }[] = [];
  readonly failures: { path: string; error: HashlensError }[] = [];
  readonly captionFiles: (FileStamp & { path: string })[] = [];
  readonly listed: string[] = [];
  readonly there: string[] = [];
  readonly root: string;
  readonly #options: ScanOptions;
  readonly #excluded: ReadonlySet<string>;
  readonly #shallow: ReadonlySet<string>;
  readonly #deep: ReadonlySet<string>;
  files = 0;
  #reported = 0;

  constructor(root: string, options: ScanOptions, excluded: ReadonlySet<string>) {
    this.root = root;
    this.#options = options;
    this.#excluded = excluded;
    const changed = options.changed ?? [{ path: '', deep: true }];
    this.#shallow = new Set(changed.map(({ path }) => path));
    this.#deep = new Set(changed.flatMap(({ path, deep }) => (deep ? [path] : [])));
  }

  /** Names of the folders in `folder` on the way to a changed one. */
  #onTheWay(folder: string): ReadonlySet<string> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const below = [...this.#shallow].filter((path) => path !== folder && path.startsWith(prefix));
    return new Set(below.map((path) => itemAt(path.slice(prefix.length).split('/', 1), 0)));
  }

  /** Only real folders are entered, each once, so that no link can make a loop. */
  async run(): Promise<void> {
    const folders: FolderToList[] = [
      { path: '', inPackage: isPhotoPackage(path.basename(this.root)), isDeep: this.#deep.has('') },
    ];
    while (folders.length > 0) {
      this.#stopIfCancelled();
      const batch = folders.splice(-parallelFolders).map((folder) => this.#folder(folder));
      for (const inside of await Promise.all(batch)) folders.push(...inside);
      if (this.files - this.#reported >= progressEvery) {
        this.#reported = this.files;
        this.#options.onProgress?.(this.files);
      }
    }
  }

  #stopIfCancelled(): void {
    if (this.#options.signal?.aborted === true) {
      throw new HashlensError('cancelled', `Scanning ${this.root} was cancelled; start it again when you like.`);
    }
  }

  #absolute(relative: string): string {
    return path.join(this.root, relative);
  }

  /** Processes one folder's files. @returns the folders in it, to be listed next */
  async #folder({ path: folder, inPackage: packaged, isDeep }: FolderToList): Promise<FolderToList[]> {
    if (folder.split('/', mostLevels + 1).length > mostLevels) {
      const message = `${this.#absolute(folder)} is nested more than ${mostLevels} folders deep, so it was not looked at; move it up.`;
      this.failures.push({ path: folder, error: new HashlensError('unreadable', message) });
      return [];
    }
    let entries: Dirent[];
    try {
      // A folder that was replaced by a link since it was listed is not entered.
      if ((await realpath(this.#absolute(folder))) !== this.#absolute(folder)) {
        this.skipped.push({ path: folder, reason: 'link-to-folder' });
        return [];
      }
      entries = await readdir(this.#absolute(folder), { withFileTypes: true });
    } catch (error) {
      // The root existed before. Losing it now must not look like a folder that has become empty.
      if (folder === '') throw missing(this.root, error);
      // Removed since it was listed.
      if (systemCode(error) === 'ENOENT' && !folder.includes('\uFFFD')) return [];
      this.failures.push({ path: folder, error: unreadable('folder', this.#absolute(folder), error) });
      return [];
    }
    const folders: FolderToList[] = [];
    const names: string[] = [];
    const links = new Set<string>();
    const has = (...wanted: string[]) => wanted.every((name) => entries.some((entry) => entry.name === name));
    if (
      folder !== '' &&
      (has(cacheTag) || has(photoprismMark) || (has('.immich') && immichFolders.has(path.basename(folder))))
    ) {
      this.skipped.push({ path: folder, reason: 'previews' });
      this.files++;
      return [];
    }
    if (path.basename(folder) === 'Trash' && has(...binFolders)) {
      this.skipped.push({ path: folder, reason: 'trash' });
      this.files++;
      return [];
    }
    const onTheWay = isDeep ? new Set<string>() : this.#onTheWay(folder);
    const isMissing = (name: string) => !entries.some((entry) => entry.name === name && !entry.isFile());
    const isListed = isDeep || this.#shallow.has(folder) || [...onTheWay].some(isMissing);
    if (isListed) this.listed.push(folder);
    const isLibrary = has(libraryFile);
    // Old libraries of iPhoto are plain folders.
    const inPackage = packaged || has('AlbumData.xml', 'Originals') || has('AlbumData.xml', 'Masters');
    for (const entry of entries) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!isListed && !onTheWay.has(entry.name)) continue;
      const own = isLibrary && libraryFolders.has(entry.name);
      const kind = own ? 'excluded' : await this.#entryKind(relative, entry, inPackage);
      if (entry.isSymbolicLink()) links.add(entry.name);
      if (kind === 'folder') {
        // Lightroom keeps originals below a folder of 32 hexadecimal digits.
        const stillPackage = inPackage && !isOriginalsName(entry.name);
        const goesDeep = isDeep || this.#deep.has(relative);
        if (!goesDeep && isListed && !this.#shallow.has(relative)) this.there.push(relative);
        if (goesDeep || onTheWay.has(entry.name)) {
          const inside = stillPackage || isPhotoPackage(entry.name);
          folders.push({ path: relative, inPackage: inside, isDeep: goesDeep });
        }
      } else if (kind === 'file') names.push(entry.name);
      else if (kind !== 'failed') this.skipped.push({ path: relative, reason: kind });
      if (kind !== 'folder') this.files++;
    }
    if (isListed) await this.#files(folder, names, links);
    return folders;
  }

  async #entryKind(
    relative: string,
    entry: Dirent,
    inPackage: boolean,
  ): Promise<'folder' | 'file' | 'failed' | SkipReason> {
    if (isHiddenName(entry.name) && !entry.isDirectory() && !isPicasaName(entry.name)) return 'hidden';
    const kind = await this.#kind(relative, entry);
    if (kind !== 'folder') return inPackage && kind === 'file' ? 'previews' : kind;
    const { name } = entry;
    const leftOut = leftOutName(name);
    if (leftOut !== null) return leftOut;
    const parent = path.basename(path.dirname(this.#absolute(relative)));
    if (isExportTrash(name, parent) || isSystemBackup(name, parent)) return 'trash';
    if (isPreviewFolder(name, parent)) return 'previews';
    return inPackage && !isOriginalsName(name) && !/^[0-9a-f]{32}$/.test(name) ? 'previews' : 'folder';
  }

  async #kind(relative: string, entry: Dirent): Promise<'folder' | 'file' | 'failed' | SkipReason> {
    if (entry.isFile()) return 'file';
    if (entry.isDirectory()) return this.#excluded.has(this.#absolute(relative)) ? 'excluded' : 'folder';
    if (entry.isSymbolicLink()) return this.#linkKind(relative);
    // Some network file systems do not give the type of an entry; then all of the above are false.
    if (entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice()) return 'special-file';
    try {
      const stats = await lstat(this.#absolute(relative));
      if (stats.isSymbolicLink()) return await this.#linkKind(relative);
      return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'special-file';
    } catch (error) {
      this.failures.push({ path: relative, error: unreadable('file', this.#absolute(relative), error) });
      return 'failed';
    }
  }

  async #linkKind(relative: string): Promise<'file' | SkipReason> {
    try {
      const target = await realpath(this.#absolute(relative));
      const stats = await stat(target);
      if (stats.isDirectory()) return 'link-to-folder';
      if (!stats.isFile()) return 'special-file';
      return isBelow(target, this.root) ? 'file' : 'link-outside';
    } catch {
      return 'link-broken';
    }
  }

  #isPhoto(name: string): boolean {
    return isPhotoName(name) || (this.#options.videos === true && isVideoName(name));
  }

  /** Findings of `make` in the first bytes of each of these files; null stands for a file that cannot be opened. */
  async #ofBeginnings<T>(
    names: readonly string[],
    inFolder: (name: string) => string,
    length: number,
    make: (beginning: Buffer | null) => T,
  ): Promise<ReadonlyMap<string, T>> {
    const found = new Map<string, T>();
    const disk = new PromptDisk();
    await inParallel(names, async (name) => {
      this.#stopIfCancelled();
      found.set(name, make(await disk.beginning(this.#absolute(inFolder(name)), length)));
    });
    return found;
  }

  /** Those of these files whose beginning `is` what is looked for. Of a file that cannot be opened, the name decides. */
  async #byBeginning(
    names: readonly string[],
    inFolder: (name: string) => string,
    is: (beginning: Buffer) => boolean,
  ): Promise<ReadonlySet<string>> {
    const found = await this.#ofBeginnings(names, inFolder, kindBytes, (head) => head !== null && is(head));
    return new Set(names.filter((name) => found.get(name)));
  }

  /** Sorts one folder's files into photos, their versions and sidecars, caption files and the rest. */
  async #files(folder: string, names: readonly string[], links: ReadonlySet<string>): Promise<void> {
    const inFolder = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    const byContent = await this.#byBeginning(
      names.filter((name) => !this.#isPhoto(name) && mayBePhoto(name) && !links.has(name)),
      inFolder,
      (beginning) => beginsLikePhoto(beginning, this.#options.videos === true),
    );
    const texts = await this.#byBeginning(
      names.filter((name) => mayBeText(name) && !links.has(name)),
      inFolder,
      isText,
    );
    const allPhotos = names.filter((name) => (this.#isPhoto(name) && !texts.has(name)) || byContent.has(name));
    const doubtful = doubtfulCopies(allPhotos).filter((name) => !links.has(name));
    const times = await this.#ofBeginnings(doubtful, inFolder, shotBytes, shotTimes);
    const isSameShot = (a: string, b: string): boolean => haveSameShot(times.get(a), times.get(b));
    const byName = versionsOf(allPhotos, names, isSameShot);
    const stamps = new Map<string, FileStamp>();
    const disk = new PromptDisk();
    // Joined once for all names: joining paths takes a good part of the time of a query.
    const here = this.#absolute(folder);
    const prefix = here.endsWith(path.sep) ? here : here + path.sep;
    const stampFile = async (name: string): Promise<FileStamp> => {
      const { size, mtimeMs, ctimeMs } = await disk.stat(prefix + name);
      const stamp = { size, mtimeMs, ctimeMs };
      stamps.set(name, stamp);
      return stamp;
    };
    /** Videos too long to be versions of photos. */
    const recordings = new Set<string>();
    await inParallel(videosOfStills(byName), async (name) => {
      this.#stopIfCancelled();
      const stamp = await stampFile(name).catch(() => null);
      if (stamp !== null && (await isRecording(prefix + name, stamp.size))) recordings.add(name);
    });
    const versions = recordings.size === 0 ? byName : versionsOf(allPhotos, names, isSameShot, recordings);
    const ofOthers = new Set([...versions.values()].flat());
    const photoNames = allPhotos.filter((name) => !ofOthers.has(name));
    const isPhoto = new Set(photoNames);
    const sidecarsOf = pairSidecars(photoNames, names, { isOther: isCaptionFileName, versions });
    const belonging = new Set([...sidecarsOf.values()].flat());
    const captionNames: string[] = [];

    for (const name of names) {
      if (isPhoto.has(name)) continue;
      let reason: SkipReason;
      if (ofOthers.has(name)) reason = 'version';
      else if (isCaptionFileName(name) && !isLemmaFile(name, names)) {
        reason = 'caption-file';
        captionNames.push(name);
      } else reason = belonging.has(name) ? 'sidecar' : texts.has(name) ? 'not-a-photo' : skipReasonOf(name);
      this.skipped.push({ path: inFolder(name), reason });
    }

    await inParallel([...photoNames, ...ofOthers, ...belonging, ...captionNames], async (name) => {
      this.#stopIfCancelled();
      if (stamps.has(name)) return;
      try {
        await stampFile(name);
      } catch (error) {
        // Entries removed in between no longer exist.
        if (!isPhoto.has(name) || (systemCode(error) === 'ENOENT' && !name.includes('\uFFFD'))) return;
        const absolute = this.#absolute(inFolder(name));
        this.failures.push({ path: inFolder(name), error: unreadable('file', absolute, error) });
      }
    });

    for (const name of photoNames) {
      const stamp = stamps.get(name);
      if (stamp === undefined) continue;
      const sidecars = (sidecarsOf.get(name) ?? []).filter((sidecar) => stamps.has(sidecar));
      const others = (versions.get(name) ?? []).filter((version) => stamps.has(version));
      this.photos.push({
        path: inFolder(name),
        size: stamp.size,
        mtimeMs: stamp.mtimeMs,
        ctimeMs: stamp.ctimeMs,
        link: links.has(name),
        sidecars: sidecars.map(inFolder),
        sidecarStamp: [...sidecars, ...others].map((file) => stampOf(file, stamps.get(file))).join('\n'),
        versions: others.map(inFolder),
      });
    }
    for (const name of captionNames) {
      const stamp = stamps.get(name);
      if (stamp !== undefined) this.captionFiles.push({ path: inFolder(name), ...stamp });
    }
  }
}

/** A disk that answers within this time is queried synchronously; a slower one gets several queries in parallel. */
const promptMs = { stat: 0.3, beginning: 1 };
/** Number of synchronous queries before other work of the process gets a turn. */
const promptTurn = 128;

/**
 * Sizes, times and beginnings of files. A local disk is queried synchronously, which is several times faster than through
 * a thread.
 */
class PromptDisk {
  #isPrompt = true;
  #asked = 0;

  stat(absolute: string): Promise<FileStamp> {
    return this.#ask(
      promptMs.stat,
      () => statSync(absolute),
      () => stat(absolute),
    );
  }

  /** The first bytes; null for a file that cannot be opened. */
  beginning(absolute: string, length: number): Promise<Buffer | null> {
    return this.#ask(
      promptMs.beginning,
      () => beginningOfLocal(absolute, length),
      () => beginningOf(absolute, length),
    );
  }

  async #ask<T>(mostMs: number, local: () => T, remote: () => Promise<T>): Promise<T> {
    if (!this.#isPrompt) return remote();
    if (++this.#asked % promptTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    const started = performance.now();
    const answer = local();
    this.#isPrompt = performance.now() - started < mostMs;
    return answer;
  }
}

/** Whether a file under another name begins like a photo. */
function beginsLikePhoto(beginning: Buffer, videos: boolean): boolean {
  // Two bytes identify a JPEG if the name agrees; without such a name, they may be chance.
  const isPlainJpeg = beginning[0] === 0xff && beginning[1] === 0xd8;
  if (isPlainJpeg && beginning[2] !== 0xff) return false;
  const kind = kindOf(beginning);
  return kind.kind === 'photo' && (kind.format !== 'video' || videos);
}

const isText = (beginning: Buffer): boolean => {
  const kind = kindOf(beginning);
  return kind.kind === 'not-an-image' && kind.what === 'text';
};

async function captionFilesAbove(root: string): Promise<(FileStamp & { path: string })[]> {
  const parent = path.dirname(root);
  if (parent === root) return [];
  // A parent that may not be listed has no usable caption files, and is not an error.
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const found: (FileStamp & { path: string })[] = [];
  const names = entries.map((entry) => entry.name);
  for (const entry of entries) {
    if (!entry.isFile() || isHiddenName(entry.name) || !isCaptionFileName(entry.name)) continue;
    if (isLemmaFile(entry.name, names)) continue;
    const stats = await stat(path.join(parent, entry.name)).catch(() => null);
    if (stats === null) continue;
    const { size, mtimeMs, ctimeMs } = stats;
    found.push({ path: `../${entry.name}`, size, mtimeMs, ctimeMs });
  }
  return found;
}

async function realRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw missing(root, error);
  }
  throw new HashlensError('folder-missing', `${root} is not a folder; choose the folder that holds your photos.`);
}

function missing(root: string, cause: unknown): HashlensError {
  return systemCode(cause) === 'EACCES' || systemCode(cause) === 'EPERM'
    ? new HashlensError('offline', `You may not read the folder ${root}; change its permissions and try again.`, {
        cause,
      })
    : new HashlensError(
        'folder-missing',
        `The folder ${root} is not there; connect its disk, or remove it from the library if it is gone for good.`,
        { cause },
      );
}

function unreadable(what: 'file' | 'folder', absolute: string, cause: unknown): HashlensError {
  const code = systemCode(cause);
  // Node shows bytes that are not UTF-8 as U+FFFD, and the name it then uses does not exist.
  const message =
    code === 'EACCES' || code === 'EPERM'
      ? `You may not read the ${what} ${absolute}; change its permissions and scan again.`
      : absolute.includes('\uFFFD')
        ? `The name of the ${what} ${absolute} is not valid Unicode; rename it and scan again.`
        : `The ${what} ${absolute} cannot be read (${code ?? 'unknown error'}); check the disk and scan again.`;
  return new HashlensError('io-error', message, { cause });
}

/** The library's stamp of a sidecar, to detect changes. */
export function stampOf(name: string, stamp: FileStamp | undefined): string {
  return `${name} ${stamp?.size ?? 0} ${stamp?.mtimeMs ?? 0} ${stamp?.ctimeMs ?? 0}`;
}

/** Order by code unit: the same on every machine, in any language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallelStats, items.length) }, worker));
}
