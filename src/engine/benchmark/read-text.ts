// Reads the text files of a data set: lists, tables and names of labels.
import { readFile } from 'node:fs/promises';
import { decodeUndeclared } from '../text/charset.ts';
import { refuseOtherFormat } from './other-formats.ts';

/**
 * The text without its byte order mark: UTF-8, UTF-16 or the likeliest character set. Bytes of none are read as UTF-8, as
 * they may be in a comment.
 * @throws HashlensError `unsupported-format` where the file is a Git LFS pointer
 */
export async function readText(path: string): Promise<string> {
  await refuseOtherFormat(path);
  const bytes = await readFile(path);
  return decodeUndeclared(bytes)?.text ?? new TextDecoder().decode(bytes);
}
