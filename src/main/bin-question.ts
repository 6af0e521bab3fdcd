// The question before photos are moved to the bin.
import path from 'node:path';
import { m } from '../language/language.ts';
import type { PhotoFiles } from '../shared/contract/photos.ts';
import { printable } from '../shared/printable.ts';
import type { Question } from './question.ts';

/** Names the file of a single photo. */
export function binQuestion(photos: readonly [PhotoFiles, ...PhotoFiles[]]): Question {
  const count = photos.length;
  const files = photos.reduce((sum, { versions }) => sum + 1 + versions.length, 0);
  return {
    message: m.photo_desktop_move({ count, name: printable(path.basename(photos[0].path)) }),
    detail: [...(files === count ? [] : [m.photo_desktop_versions({ files })]), m.photo_desktop_detail({ count })].join(
      ' ',
    ),
    yes: m.photo_desktop_bin(),
    no: m.common_keep(),
  };
}
