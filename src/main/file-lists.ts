// Names, types and lists of files for other programs.
import path from 'node:path';

/** Types of photos and videos by the endings of their names, as desktop entries have them. */
const typesByEnding: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ '3gp': 'video/3gpp', arw: 'image/x-sony-arw', avi: 'video/x-msvideo', avif: 'image/avif', bmp: 'image/bmp' },
    ...{ cr2: 'image/x-canon-cr2', cr3: 'image/x-canon-cr3', crw: 'image/x-canon-crw', dng: 'image/x-adobe-dng' },
    ...{ gif: 'image/gif', heic: 'image/heif', heif: 'image/heif', hif: 'image/heif', jpe: 'image/jpeg' },
    ...{ jpeg: 'image/jpeg', jpg: 'image/jpeg', jxl: 'image/jxl', m4v: 'video/mp4', mkv: 'video/x-matroska' },
    ...{ mov: 'video/quicktime', mp4: 'video/mp4', mpeg: 'video/mpeg', mpg: 'video/mpeg', mts: 'video/mp2t' },
    ...{ nef: 'image/x-nikon-nef', nrw: 'image/x-nikon-nrw', ogv: 'video/ogg', orf: 'image/x-olympus-orf' },
    ...{ pef: 'image/x-pentax-pef', png: 'image/png', qt: 'video/quicktime', raf: 'image/x-fuji-raf' },
    ...{ rw2: 'image/x-panasonic-rw2', srw: 'image/x-samsung-srw', tif: 'image/tiff', tiff: 'image/tiff' },
    ...{ webm: 'video/webm', webp: 'image/webp', wmv: 'video/x-ms-wmv' },
  }),
);

/** Type of a file by its name; null for other names. */
export const typeOf = (file: string): string | null =>
  typesByEnding.get(/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '') ?? null;

/** Whether a name is one that a desktop opens with a viewer or player, and never runs. */
export const hasPhotoName = (file: string): boolean => typeOf(file) !== null;

/** Addresses as RFC 2483 has them: a line break after each. */
export const uriList = (urls: readonly string[]): string => urls.map((url) => `${url}\r\n`).join('');

/** Those of the files that are the first of their folder. */
export function firstOfEachFolder(files: readonly string[]): string[] {
  const folders = new Map<string, string>();
  for (const file of files) if (!folders.has(path.dirname(file))) folders.set(path.dirname(file), file);
  return [...folders.values()];
}
