// Finds the versions of one photo among the files of a folder: a RAW and its JPEG, an iPhone's original and its
// edited copy, a still and the video of a Live Photo.
import { extensionOf, isRawName } from './file-kinds.ts';
import { itemAt } from '../../../shared/at.ts';

/** Formats that cameras and phones write beside a RAW or a video of the same name. */
const besides = new Set(['jpg', 'jpeg', 'jpe', 'heic', 'heif', 'hif', 'jxl', 'avif', 'tif', 'tiff', 'png', 'webp']);
/** Stills of Live Photos. */
const liveStills = new Set(['jpg', 'jpeg', 'heic', 'heif']);
/** An iPhone calls the edited copy of `IMG_1234.JPG` `IMG_E1234.JPG`. */
const appleEdited = /^(img_)e(\d{4})$/;
const appleName = /^img_e?\d{4}$/;
/** A Pixel writes `PXL_….RAW-01.COVER.jpg` and `PXL_….RAW-02.ORIGINAL.dng`. */
const pixelPart = /\.(?:raw|portrait|night)-0\d\.(?:cover|original)$/;

const stemOf = (name: string): string => {
  const lower = name.toLowerCase();
  const dot = lower.lastIndexOf('.');
  return (dot > 0 ? lower.slice(0, dot) : lower).replace(pixelPart, '');
};

/**
 * Photo name -> names of its other versions, for photos with any. The key is the version to view: an edited photo
 * before its original, a developed one before its RAW.
 * @param names of the folder's photos, including videos if these are indexed
 * @param names all files of the folder
 */
export function versionsOf(photos: readonly string[], names: readonly string[]): Map<string, string[]> {
  const byStem = new Map<string, string[]>();
  for (const name of photos) {
    const stem = stemOf(name);
    const same = byStem.get(stem);
    if (same === undefined) byStem.set(stem, [name]);
    else same.push(name);
  }
  const videos = new Map<string, string>();
  // Google exports the video of a Live Photo as .MP4.
  for (const name of names) {
    const stem = stemOf(name);
    if (extensionOf(name) === 'mov' || (extensionOf(name) === 'mp4' && appleName.test(stem))) videos.set(stem, name);
  }

  const versions = new Map<string, string[]>();
  for (const [stem, files] of byStem) {
    const developed = files.filter((name) => besides.has(extensionOf(name)));
    const raws = files.filter(isRawName);
    // Two developed files of one name may be different photos; a RAW then belongs to the first.
    const [main, ...others] = developed.length > 0 ? [developed[0], ...raws] : raws;
    if (main === undefined) continue;
    const video = liveStills.has(extensionOf(main)) ? videos.get(stem) : undefined;
    const all = [...others, ...(video === undefined ? [] : [video])].filter((name) => name !== undefined);
    if (all.length > 0) versions.set(main, all);
  }
  for (const [stem, files] of byStem) {
    const edited = appleEdited.exec(stem);
    const main = files.find((name) => besides.has(extensionOf(name)));
    if (edited === null || main === undefined) continue;
    const original = byStem.get(itemAt(edited, 1) + itemAt(edited, 2))?.find((name) => besides.has(extensionOf(name)));
    if (original === undefined) continue;
    versions.set(main, [...(versions.get(main) ?? []), original, ...(versions.get(original) ?? [])]);
    versions.delete(original);
  }
  return versions;
}
