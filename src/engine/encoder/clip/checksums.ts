// checksums.json, the record that a download writes into its folder: source, size and SHA-256 of each file.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../runtime/atomic-write.ts';
import { readPlainText, sha256OfFile } from '../../runtime/plain-file.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { parseJson } from '../../../shared/json.ts';

export const checksumsFile = 'checksums.json';

/** A hub repository, `owner/name`. The pattern also keeps a record from putting odd text into an encoder's id. */
export const repoSchema = z.string().regex(/^[\w-][\w.-]*\/[\w-][\w.-]*$/, 'is not of the form owner/name');

/** A relative path that stays inside its folder on every system. */
export const relativeFileSchema = z
  .string()
  .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'is not a plain relative path')
  .refine((file) => file !== checksumsFile, 'is the name of the record itself');

const checksumsSchema = z.object({
  repo: repoSchema,
  revision: z.string(),
  /** The commit that the hub named; null if it named none. */
  commit: z.string().nullable(),
  files: z.record(
    relativeFileSchema,
    z.object({ size: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

export type Checksums = z.infer<typeof checksumsSchema>;

export async function writeChecksums(dir: string, checksums: Checksums): Promise<void> {
  await writeFileAtomic(join(dir, checksumsFile), `${JSON.stringify(checksums, null, 2)}\n`);
}

function damaged(dir: string, what: string, cause?: unknown): HashlensError {
  return new HashlensError('encoder-invalid', `The encoder folder ${dir} ${what}; download the encoder again.`, {
    cause,
  });
}

/** The record of a downloaded folder; null for a folder that a person put together by hand. */
export async function readChecksums(dir: string): Promise<Checksums | null> {
  let text: string;
  try {
    text = await readPlainText(join(dir, checksumsFile));
  } catch {
    return null;
  }
  try {
    return parseJson(checksumsSchema, text);
  } catch (error) {
    throw damaged(dir, `has a damaged ${checksumsFile}`, error);
  }
}

/**
 * Compares file sizes with the record. This is cheap and finds half-copied files at every start. A folder without a
 * record passes.
 */
export async function checkSizes(dir: string): Promise<void> {
  const checksums = await readChecksums(dir);
  if (checksums === null) return;
  for (const [file, { size }] of Object.entries(checksums.files)) {
    const found = await stat(join(dir, file)).catch(() => null);
    if (found === null) throw damaged(dir, `lacks ${file}`);
    if (found.size !== size) throw damaged(dir, `has ${file} with ${found.size} bytes instead of ${size}`);
  }
}

/**
 * Reads every recorded file and compares its SHA-256, about a second a gigabyte. Used by `hashlens doctor` and after
 * copying.
 * @returns number of verified files; 0 for a folder without a record
 * @throws HashlensError `encoder-invalid` naming the first file that is missing or differs
 */
export async function verifyEncoderFolder(dir: string, signal?: AbortSignal): Promise<number> {
  await checkSizes(dir);
  const checksums = await readChecksums(dir);
  if (checksums === null) return 0;
  const files = Object.entries(checksums.files);
  for (const [file, { sha256 }] of files) {
    if ((await sha256OfFile(join(dir, file), signal)) !== sha256) {
      throw damaged(dir, `has a damaged ${file}, whose checksum differs from the downloaded one`);
    }
  }
  return files.length;
}
