// Names and lists of files for other programs.

/** Names that a desktop opens with a viewer or player, and never runs. */
const photoName =
  /\.(?:3gp|arw|avif|avi|bmp|cr[23]|crw|dng|gif|hei[cf]|hif|jpe?g|jpe|jxl|m4v|mkv|mov|mp4|mpe?g|mts|nef|nrw|ogv|orf|pef|png|qt|raf|rw2|srw|tiff?|webm|webp|wmv)$/i;

export const hasPhotoName = (file: string): boolean => photoName.test(file);

/** Addresses as RFC 2483 has them: a line break after each. */
export const uriList = (urls: readonly string[]): string => urls.map((url) => `${url}\r\n`).join('');
