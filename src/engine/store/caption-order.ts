// Order in which the captions of a photo are listed, whenever they were read.
import type { CaptionSource } from './texts.ts';

/** The most deliberate first: what the person wrote here, then by the precedence of files (docs/metadata.md). */
const sources: readonly CaptionSource[] = [
  ...(['own', 'sidecar', 'text-file', 'xmp', 'iptc', 'exif', 'png', 'comment'] as const),
  ...(['takeout', 'picasa', 'caption-file', 'own-title', 'tags'] as const),
];

/** SQL to order rows of `captions` by. @param alias of the table */
export const captionOrder = (alias: string): string =>
  `instr('|${sources.join('|')}|', '|' || ${alias}.source || '|'), ${alias}.id`;
