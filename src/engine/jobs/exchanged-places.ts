// Detects photos whose files have exchanged names, singly or with their folders. A renamed file keeps its size and
// time, so each photo follows its file with all texts, and no photo gets the words of another.

interface Stamped {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Result of a scan of one folder of the library. */
export interface ScannedFolder<K extends Stamped, F> {
  readonly folder: F;
  /** Photos by path. */
  readonly known: ReadonlyMap<string, K>;
  readonly files: readonly Stamped[];
  /** Whether a photo without a file in the list is known to be missing. */
  readonly isMissing: (path: string) => boolean;
}

/** The present place of a known photo. */
export interface NewPlace<K extends Stamped, F> {
  readonly photo: K;
  readonly from: F;
  readonly to: F;
  readonly path: string;
}

const keyOf = ({ size, mtimeMs }: Stamped): string => `${size} ${mtimeMs}`;

/** Items by size and time, without those that share both, because these cannot be distinguished. */
function unique<T>(items: readonly T[], stampOf: (item: T) => Stamped): Map<string, T> {
  const found = new Map<string, T>();
  const several = new Set<string>();
  for (const item of items) {
    const key = keyOf(stampOf(item));
    if (found.has(key)) several.add(key);
    found.set(key, item);
  }
  for (const key of several) found.delete(key);
  return found;
}

/** Files of a folder that are new or differ from the known photo at their path, and the photos that they replace. */
export function changedFiles<K extends Stamped>({ known, files }: Pick<ScannedFolder<K, unknown>, 'known' | 'files'>) {
  const replaced: K[] = [];
  const others: Stamped[] = [];
  for (const file of files) {
    const photo = known.get(file.path);
    if (photo !== undefined && photo.size === file.size && photo.mtimeMs === file.mtimeMs) continue;
    others.push(file);
    if (photo !== undefined) replaced.push(photo);
  }
  return { files: others, replaced };
}

/**
 * Finds photos that have exchanged places, in one folder of the library or between several: the place of each has
 * the file of another one, and its own file is at another place. A photo whose file was replaced and is lost
 * stays in place, like an edited one.
 */
export function exchangedPlaces<K extends Stamped, F>(folders: readonly ScannedFolder<K, F>[]): NewPlace<K, F>[] {
  const looked = folders.map((scanned) => ({ scanned, ...changedFiles(scanned) }));
  if (looked.every(({ replaced }) => replaced.length === 0)) return [];
  const photos: { photo: K; from: F }[] = [];
  const files: { file: Stamped; to: F; replaced: K | undefined }[] = [];
  for (const { scanned, files: others, replaced } of looked) {
    const { folder, known, isMissing } = scanned;
    const listed = new Set(scanned.files.map(({ path }) => path));
    const missing = [...known.values()].filter(({ path }) => !listed.has(path) && isMissing(path));
    for (const photo of [...replaced, ...missing]) photos.push({ photo, from: folder });
    for (const file of others) files.push({ file, to: folder, replaced: known.get(file.path) });
  }
  const photosByStamp = unique(photos, ({ photo }) => photo);
  const filesByStamp = unique(files, ({ file }) => file);
  const folderOf = new Map(Array.from(photosByStamp.values(), ({ photo, from }) => [photo, from]));
  const moves = new Map<K, NewPlace<K, F>>();
  for (const first of folderOf.keys()) {
    if (moves.has(first)) continue;
    const chain: NewPlace<K, F>[] = [];
    // Follow the chain: each photo is at the place of the next, until one is at a new place or at that of the
    // first.
    for (let photo: K | undefined = first; photo !== undefined;) {
      const from = folderOf.get(photo);
      const place = filesByStamp.get(keyOf(photo));
      if (from === undefined || place === undefined) {
        chain.length = 0;
        break;
      }
      chain.push({ photo, from, to: place.to, path: place.file.path });
      photo = place.replaced === first || place.replaced === photo ? undefined : place.replaced;
      if (chain.length > folderOf.size) break;
    }
    // A photo that only moved to a new place is recognised by its content.
    if (chain.length > 1) for (const move of chain) moves.set(move.photo, move);
  }
  return [...moves.values()];
}
