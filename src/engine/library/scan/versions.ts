// Finds the versions of one photo among the files of a folder: a RAW and its JPEG, an edited photo and its original,
// a still and the video of a Live Photo. Only names that programs give to versions count, and where people give such names,
// too, the time of the shot: two photos that share a name by chance stay two.
import { editedStemOf } from '../metadata/sidecar-names.ts';
import { extensionOf, isRawName, isVideoName } from './file-kinds.ts';
import { itemAt, present } from '../../../shared/at.ts';

/** Formats that cameras and phones write beside a RAW or a video of the same name. */
const besides = new Set(['jpg', 'jpeg', 'jpe', 'heic', 'heif', 'hif', 'jxl', 'avif', 'tif', 'tiff', 'png', 'webp']);
/** Stills of Live Photos. */
const liveStills = new Set(['jpg', 'jpeg', 'heic', 'heif']);
/** An iPhone calls the edited copy of `IMG_1234.JPG` `IMG_E1234.JPG`. */
const appleEdited = /^(img_)e(\d{4})$/;
const appleName = /^img_e?\d{4}$/;
/** Apple's own libraries call the video of `<UUID>.heic` `<UUID>_3.mov`, and its RAW `<UUID>_4.dng`. */
const appleId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/**
 * A Pixel writes `PXL_….RAW-01.COVER.jpg` and `PXL_….RAW-02.ORIGINAL.dng`, also `….RAW-01.MP.COVER.jpg` and
 * `….PORTRAIT-COVER.jpg`.
 */
const pixelPart = /\.(raw|portrait|night|motion|action_pan|long_exposure)(?:-0\d)?(?:\.mp)?[.-](cover|original)$/;
/** Names of a Pixel with the time to a thousandth of a second, and of motion photos of its forerunners. */
const motionName = /^(?:pxl_\d{8}_\d{9}|mvimg_\d{8}_\d{6})(?:[._~(-]|$)/;
/** Google exports the video of `….MP.jpg` as `….MP`, of `….MP~2.jpg` as `….MP~2`, and of `MVIMG_….jpg` without an extension. */
const motionMark = /\.mp(?:~\d+)?(?:\(\d+\))?$/;
const bareMotion = /^(?:pxl_\d{8}_\d{9}|mvimg_\d{8}_\d{6})(?:~\d+)?(?:\(\d+\))?$/;
const isMotionVideo = (lower: string): boolean => motionMark.test(lower) || bareMotion.test(lower);
/**
 * Portraits of Google's older cameras: `00000PORTRAIT_00000_BURST20190203….jpg`, and `00100lPORTRAIT_00100_BURST….jpg`
 * with `_COVER` behind it. Other photos of a burst are different ones.
 */
const portraitBurst = /^\d{5}[a-z]?portrait_\d{5}_burst(\d{14,20})(_cover)?$/;

/** Names of the video of which an action camera has made a small copy, `GX010123.MP4` for `GL010123.LRV`; none for others. */
function largeVideosOf(stem: string, extension: string): string[] {
  const [, numbers] = /^gl(\d{6})$/.exec(stem) ?? [];
  const [, time = '', number] = /^lrv_(\d{8}_\d{6})_[01]1_(\d{3})$/.exec(stem) ?? [];
  if (number !== undefined) return [`vid_${time}_00_${number}`, `vid_${time}_10_${number}`];
  if (extension !== 'lrv') return [];
  return numbers === undefined ? [stem] : [`gx${numbers}`, `gh${numbers}`];
}

interface NamedFile {
  readonly name: string;
  /** Name without extension, in lower case. */
  readonly stem: string;
  /** The same without the part that tells versions of a shot apart. */
  readonly shot: string;
  /** Part of the shot, if its name says so, with the camera's mode. */
  readonly part: { readonly mode: string; readonly isCover: boolean } | null;
}

function namedFile(name: string): NamedFile {
  const lower = name.normalize('NFC').toLowerCase();
  const dot = lower.lastIndexOf('.');
  const stem = dot > 0 && !isMotionVideo(lower) ? lower.slice(0, dot) : lower;
  const [part, mode, role] = pixelPart.exec(stem) ?? [];
  if (part !== undefined && mode !== undefined)
    return { name, stem, shot: stem.slice(0, -part.length), part: { mode, isCover: role === 'cover' } };
  if (isRawName(name) && stem.endsWith('_4') && appleId.test(stem.slice(0, -2)))
    return { name, stem, shot: stem.slice(0, -2), part: null };
  const [, burst, cover] = portraitBurst.exec(stem) ?? [];
  if (burst !== undefined)
    return { name, stem, shot: `portrait_burst${burst}`, part: { mode: 'burst', isCover: cover !== undefined } };
  return { name, stem, shot: stem, part: null };
}

const isDeveloped = ({ name }: NamedFile): boolean => besides.has(extensionOf(name));
const isRaw = ({ name }: NamedFile): boolean => isRawName(name);

/** The version to view of a shot, and its others. */
function versionsOfShot(files: readonly NamedFile[]): { main: NamedFile; others: NamedFile[] } | null {
  const developed = files.filter(isDeveloped);
  const raws = files.filter(isRaw);
  const cover = developed.find(({ part }) => part?.isCover === true);
  // Two developed files of one name may be different photos; a RAW then belongs to the first.
  const main = cover ?? developed[0] ?? raws[0];
  if (main === undefined) return null;
  const originals = developed.filter(
    ({ part }) => cover !== undefined && part?.isCover === false && part.mode === cover.part?.mode,
  );
  return { main, others: [...originals, ...raws].filter((file) => file !== main) };
}

/** Keys, of name without extension and extension, that the video of a still may have. */
function videoKeysOf({ name, stem, shot }: NamedFile): string[] {
  const extension = extensionOf(name);
  if (!liveStills.has(extension)) return [];
  const keys = [`${shot}/mov`];
  // Google exports the video of a Live Photo as .MP4.
  if (appleName.test(shot)) keys.push(`${shot}/mp4`);
  // iCloud's exports call the video of a HEIC so.
  if (extension === 'heic' || extension === 'heif') keys.push(`${stem}_hevc/mov`);
  if (appleId.test(stem)) keys.push(`${stem}_3/mov`);
  if (motionName.test(stem)) {
    const bare = shot.replace(motionMark, '');
    keys.push(`${shot}/`, `${bare}.mp/`, `${shot}/mp4`, `${bare}.mp/mp4`, `${bare}/mp4`, `${bare}/`);
  }
  return keys;
}

/** The name without extension of the photo of which this is an edited copy; null for others. */
function originalOf(stem: string): string | null {
  const apple = appleEdited.exec(stem);
  return apple === null ? editedStemOf(stem) : itemAt(apple, 1) + itemAt(apple, 2);
}

/**
 * The file among those of an original's name that was edited; undefined where several may be.
 * @param edited the edited copy
 */
function editedFrom(files: readonly NamedFile[], edited: NamedFile): NamedFile | undefined {
  if (isVideoName(edited.name)) {
    const videos = files.filter(({ name }) => isVideoName(name));
    return videos.length === 1 ? videos[0] : undefined;
  }
  const developed = files.filter((file) => isDeveloped(file) && file.part?.isCover !== false);
  const same = developed.filter(({ name }) => extensionOf(name) === extensionOf(edited.name));
  const [found, ...others] = same.length > 0 ? same : developed.length > 0 ? developed : files.filter(isRaw);
  return others.length > 0 ? undefined : found;
}

/** Whether the name of an edited copy may be that of another picture: Google's words behind a name are words of people, too. */
const isDoubtful = (edited: NamedFile, original: NamedFile): boolean =>
  isDeveloped(edited) && isDeveloped(original) && !appleEdited.test(edited.stem);

/** Photos whose shot must be known to tell edited copies from other photos: the copies by their names, and their originals. */
export function doubtfulCopies(photos: readonly string[]): string[] {
  const files = photos.map(namedFile).filter(isDeveloped);
  const byShot = Map.groupBy(files, ({ shot }) => shot);
  const doubtful = files.flatMap((edited) => {
    const stem = originalOf(edited.stem);
    const originals = stem === null ? [] : (byShot.get(namedFile(`${stem}.jpg`).shot) ?? []);
    return originals.some((original) => isDoubtful(edited, original)) ? [edited, ...originals] : [];
  });
  return [...new Set(doubtful.map(({ name }) => name))];
}

/**
 * Photo name -> names of its other versions, for photos with any. The key is the version to view: an edited photo
 * before its original, a developed one before its RAW.
 * @param photos of the folder, including videos if these are indexed
 * @param names all files of the folder
 * @param isSameShot whether a copy by its name and its original, both among `doubtfulCopies`, are of one shot
 * @param recordings videos that belong to no photo, whatever their names
 */
export function versionsOf(
  photos: readonly string[],
  names: readonly string[],
  isSameShot: (edited: string, original: string) => boolean,
  recordings: ReadonlySet<string> = new Set(),
): Map<string, string[]> {
  const smallVideos = smallVideosAmong(photos);
  const shots = Map.groupBy(photos.filter((name) => !smallVideos.has(name)).map(namedFile), ({ shot }) => shot);
  const videos = new Map<string, string>();
  for (const name of names) {
    if (recordings.has(name)) continue;
    if (isVideoName(name)) videos.set(`${namedFile(name).stem}/${extensionOf(name)}`, name);
    else if (isMotionVideo(name.toLowerCase())) videos.set(`${namedFile(name).stem}/`, name);
  }
  const versions = new Map<string, string[]>();
  const mains: NamedFile[] = [];
  for (const files of shots.values()) {
    const found = versionsOfShot(files);
    if (found === null) {
      mains.push(...files.filter(({ name }) => isVideoName(name)));
      continue;
    }
    mains.push(found.main);
    const video = videoKeysOf(found.main)
      .map((key) => videos.get(key))
      .find((name) => name !== undefined);
    const all = [...found.others.map(({ name }) => name), ...(video === undefined ? [] : [video])];
    if (all.length > 0) versions.set(found.main.name, all);
  }
  const shotOf = new Map([...shots.values()].flat().map(({ stem, shot }) => [stem, shot]));
  const hidden = new Set([...versions.values()].flat());
  // An edited copy of an edited copy has a longer name.
  for (const edited of mains.toSorted((a, b) => a.stem.length - b.stem.length)) {
    const stem = originalOf(edited.stem);
    const shot = stem === null ? undefined : shotOf.get(stem);
    if (shot === undefined || hidden.has(edited.name)) continue;
    const original = editedFrom(shots.get(shot) ?? [], edited);
    if (original === undefined || hidden.has(original.name)) continue;
    if (isDoubtful(edited, original) && !isSameShot(edited.name, original.name)) continue;
    hidden.add(original.name);
    versions.set(edited.name, [
      ...(versions.get(edited.name) ?? []),
      original.name,
      ...(versions.get(original.name) ?? []),
    ]);
    versions.delete(original.name);
  }
  const mainOf = new Map([...versions].flatMap(([main, others]) => others.map((other) => [other, main] as const)));
  for (const [small, large] of smallVideos) {
    const main = mainOf.get(large) ?? large;
    versions.set(main, [...(versions.get(main) ?? []), small]);
  }
  return versions;
}

/** Small copies of videos with the videos of which they are copies. */
function smallVideosAmong(photos: readonly string[]): Map<string, string> {
  const videos = photos.filter(isVideoName).map(namedFile);
  const large = new Map(videos.filter(({ name }) => extensionOf(name) !== 'lrv').map(({ stem, name }) => [stem, name]));
  return new Map(
    videos.flatMap(({ name, stem }): [string, string][] => {
      const found = largeVideosOf(stem, extensionOf(name)).find((one) => large.has(one));
      return found === undefined ? [] : [[name, present(large.get(found))]];
    }),
  );
}

/** Videos among the versions that `versionsOf` has found for stills. */
export const videosOfStills = (versions: ReadonlyMap<string, readonly string[]>): string[] =>
  [...versions].flatMap(([main, others]) => (isVideoName(main) ? [] : others.filter(isVideoName)));
