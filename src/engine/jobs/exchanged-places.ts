// Photos whose files have exchanged names, singly or with their folders: a file keeps its size and time when it is renamed, so
// each photo follows its file, with all that was written about it, and no photo takes over the words of another.

interface Stamped {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Where a known photo is now. */
export interface NewPlace<K extends Stamped> {
  readonly photo: K;
  readonly path: string;
}

const keyOf = ({ size, mtimeMs }: Stamped): string => `${size} ${mtimeMs}`;

/** By size and time, without those that several share: these cannot be told apart. */
function unique<T extends Stamped>(items: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  const several = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (found.has(key)) several.add(key);
    found.set(key, item);
  }
  for (const key of several) found.delete(key);
  return found;
}

/**
 * Finds photos that have exchanged places: each whose place has the file of another one now, where its own file is at a
 * place too. A photo whose file was replaced and is nowhere stays where it is, as one that was edited does.
 * @param known photos by path
 * @param isGone whether a photo that no file of the list is at is known to be gone
 */
export function exchangedPlaces<K extends Stamped>(
  known: ReadonlyMap<string, K>,
  files: readonly Stamped[],
  isGone: (path: string) => boolean,
): NewPlace<K>[] {
  if (known.size === 0) return [];
  const changed: K[] = [];
  const unsettled: Stamped[] = [];
  for (const file of files) {
    const photo = known.get(file.path);
    if (photo !== undefined && photo.size === file.size && photo.mtimeMs === file.mtimeMs) continue;
    unsettled.push(file);
    if (photo !== undefined) changed.push(photo);
  }
  if (changed.length === 0) return [];
  const listed = new Set(files.map(({ path }) => path));
  const gone = [...known.values()].filter(({ path }) => !listed.has(path) && isGone(path));
  const photos = unique([...changed, ...gone]);
  const places = unique(unsettled);
  const placeOf = (photo: K): string | null => {
    const key = keyOf(photo);
    return photos.get(key) === photo ? (places.get(key)?.path ?? null) : null;
  };
  const moves = new Map<K, string>();
  for (const first of photos.values()) {
    if (moves.has(first)) continue;
    const chain: NewPlace<K>[] = [];
    // From photo to photo, each at the place of the next, until one is at a new place or at that of the first.
    for (let photo: K | undefined = first; photo !== undefined;) {
      const path = placeOf(photo);
      if (path === null) {
        chain.length = 0;
        break;
      }
      chain.push({ photo, path });
      const next = known.get(path);
      photo = next === first || next === photo ? undefined : next;
      if (chain.length > photos.size) break;
    }
    // A photo that has only moved to a new place is recognised by its content.
    if (chain.length > 1) for (const { photo, path } of chain) moves.set(photo, path);
  }
  return [...moves].map(([photo, path]) => ({ photo, path }));
}
