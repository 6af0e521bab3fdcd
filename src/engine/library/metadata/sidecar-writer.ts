// Writes a person's words to the XMP sidecar of a photo, never to the photo. A kill at any moment leaves the old sidecar or
// the new one.
import { readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SidecarField } from '../../../shared/contract/metadata.ts';
import { HashlensError, toErrorData } from '../../../shared/errors.ts';
import { isTemporary, sweepTemporary, writeFileAtomic } from '../../runtime/atomic-write.ts';
import { isBelow } from '../../runtime/below.ts';
import { openInside } from '../open-inside.ts';
import { systemCode } from '../photo-errors.ts';
import { stampOf } from '../scan/scan.ts';
import { pairSidecars } from './sidecar-names.ts';
import { changedXmp, NotChangeable, type ChangedXmp, type XmpChanges } from './write-xmp.ts';
import { decodeXmp, maxXmp } from './xmp.ts';

export interface WrittenSidecar {
  /** Relative to the folder. */
  readonly path: string;
  /** False if it already had everything. */
  readonly isChanged: boolean;
  /** In the form of a scan. */
  readonly stamp: string;
  /** Milliseconds since 1970; null where there is none. */
  readonly modifiedAt: number | null;
  /** Fields in which it says something else, which was kept. */
  readonly kept: readonly SidecarField[];
}

/**
 * Changes the photo's first XMP sidecar, or creates `photo.jpg.xmp`. Merges with the present content, which another
 * program may have changed since it was last read.
 * @param keeps leaves the sidecar's own caption, rating and date unchanged
 * @throws HashlensError `unreadable`, `disk-full`, `read-only`, `io-error`, or `bad-argument` when the sidecar leads out of the
 *   folder
 */
export async function writeSidecar(
  root: string,
  photo: string,
  changes: XmpChanges,
  keeps = false,
): Promise<WrittenSidecar> {
  try {
    return await write(root, photo, changes, keeps);
  } catch (error) {
    throw systemCode(error) === undefined ? error : notWritten(path.join(root, photo), error);
  }
}

/** Errors name the photo's disk, because the library may be on another one. */
function notWritten(photo: string, cause: unknown): HashlensError {
  const { code } = toErrorData(cause);
  const reason =
    code === 'disk-full'
      ? 'there is no room left on its disk; free some and try again'
      : code === 'read-only' || /^E(ACCES|PERM)$/.test(systemCode(cause) ?? '')
        ? 'its folder may not be written to; check the permissions and the disk'
        : `check its folder and its disk (${systemCode(cause)})`;
  return new HashlensError(code, `The sidecar of ${photo} was not written: ${reason}.`, { cause });
}

async function write(root: string, photo: string, wanted: XmpChanges, keeps: boolean): Promise<WrittenSidecar> {
  const folder = path.join(root, path.dirname(photo));
  const real = await realpath(folder);
  const inside = await realpath(root);
  if (real !== inside && !isBelow(real, inside)) {
    throw new HashlensError('bad-argument', `${folder} leads out of its folder, so nothing was written.`);
  }
  const base = path.basename(photo);
  const names = await readdir(folder);
  if (!names.includes(base)) throw photoNotFound(path.join(root, photo));
  const pairs = pairSidecars([base], names, { isOther: () => false, versions: new Map() });
  const name = pairs.get(base)?.find((sidecar) => /\.xmp$/i.test(sidecar)) ?? `${base}.xmp`;
  const file = path.join(folder, name);
  const relative = path.posix.join(path.posix.dirname(photo), name);
  const existing = await textOf(root, relative);
  const { text, kept } = changed(name, existing, wanted, keeps);
  if (text === (existing ?? '')) return { path: relative, isChanged: false, kept, ...(await stampAt(file)) };
  // A drive that was pulled out and a run that was killed leave unfinished files.
  if (names.some(isTemporary)) await sweepTemporary(folder, leftOverMs, name);
  await writeFileAtomic(file, text, { mode: 0o644 });
  // A drive that was taken out meanwhile may have left its mount point, an empty folder of another disk.
  if ((await stat(path.join(folder, base)).catch(() => null)) === null) {
    if (existing === null) await rm(file, { force: true });
    throw photoNotFound(path.join(root, photo));
  }
  return { path: relative, isChanged: true, kept, ...(await stampAt(file)) };
}

const photoNotFound = (photo: string): HashlensError =>
  new HashlensError(
    'offline',
    `The sidecar of ${photo} was not written: the photo is not there; connect its disk, or index its folder again.`,
  );

/** Age from which an unfinished sidecar counts as abandoned: a disk may have to wake up, and a write then takes no time. */
const leftOverMs = 60_000;

function changed(name: string, existing: string | null, changes: XmpChanges, keeps: boolean): ChangedXmp {
  try {
    return changedXmp(existing, changes, keeps);
  } catch (error) {
    if (!(error instanceof NotChangeable)) throw error;
    const message = `${name} was not changed because ${error.message}; open it with the program that wrote it.`;
    throw new HashlensError('unreadable', message, { cause: error });
  }
}

async function stampAt(file: string): Promise<Pick<WrittenSidecar, 'stamp' | 'modifiedAt'>> {
  const stats = await stat(file).catch(() => undefined);
  return { stamp: stampOf(path.basename(file), stats), modifiedAt: stats?.mtimeMs ?? null };
}

/** Null for a missing file and for one that a crash has left empty. */
async function textOf(root: string, relative: string): Promise<string | null> {
  try {
    await using file = await openInside(root, relative);
    if ((await file.stat()).size > maxXmp) {
      throw new HashlensError('unreadable', `${path.basename(relative)} is too large to be changed.`);
    }
    const bytes = await file.readFile();
    return bytes.every((byte) => byte === 0) ? null : decodeXmp(bytes);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
