// Data of photos that the library has and their sidecars lack, for writing them there.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { SidecarConflict, SidecarExample, SidecarPlan, SidecarScope } from '../../shared/contract/metadata.ts';
import { parseCaptureDate } from '../library/metadata/capture.ts';
import type { XmpChanges } from '../library/metadata/write-xmp.ts';
import { Yielder } from '../runtime/yielder.ts';
import type { Store } from '../store/database.ts';
import { absolutePath, type PhotoRow } from '../store/photos.ts';

/** Sources of words that other programs do not see. */
const elsewhere = ['caption-file', 'text-file', 'takeout', 'picasa', 'apple', 'own', 'own-title'];
/** Photos and conflicts that a plan shows. */
const mostExamples = 8;

export interface KnownElsewhere {
  readonly caption?: string;
  readonly tags: readonly string[];
  readonly people: readonly string[];
  readonly rating?: number;
  readonly date?: string;
}

/**
 * Data of the photo from other sources. The caption is one written in the application or, where the photo itself has no
 * caption, one from another source.
 */
export function knownElsewhere(store: Store, id: PhotoId): KnownElsewhere {
  const captions = store.texts.captionsOf(id).filter(({ source }) => source !== 'tags');
  const own = captions.filter(({ source }) => source === 'own' || source === 'own-title');
  const [first] = captions.every(({ source }) => elsewhere.includes(source)) ? captions : own;
  const { rating, date: written } = store.edits.factsOf(id);
  const date = written ?? dateOfExport(store.photos.get(id));
  const { tags, people } = store.texts.namesFrom(id, elsewhere);
  return {
    ...(first && { caption: first.text }),
    ...(rating !== null && { rating }),
    ...(date !== null && { date }),
    tags,
    people,
  };
}

/** Date from a Google or Apple export for a photo whose file has no date; in UTC, as in these exports. */
function dateOfExport(row: PhotoRow | null): string | null {
  if (row === null || row.capturedAt === null || !/^(?:Google Takeout|Apple export) /.test(row.dateSource ?? ''))
    return null;
  return new Date(row.capturedAt).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Present photos of the scope that may have something to write. */
export function photosOf(store: Store, scope: SidecarScope): PhotoId[] {
  return store.texts.photosFrom(elsewhere, {
    folderId: scope.of === 'folder' ? scope.folderId : null,
    photoIds: scope.of === 'photos' ? scope.photoIds : null,
  });
}

/** Data to write, compared with sidecars as they were read last. */
export async function planSidecars(store: Store, scope: SidecarScope): Promise<SidecarPlan> {
  const yielder = new Yielder();
  const counts = { toWrite: 0, newSidecars: 0, captions: 0, tags: 0, people: 0, ratings: 0, dates: 0, conflicts: 0 };
  const examples: SidecarExample[] = [];
  const conflictExamples: SidecarConflict[] = [];
  for (const photoId of photosOf(store, scope)) {
    await yielder.yieldIfDue();
    const row = store.photos.get(photoId);
    if (row === null) continue;
    const { missing, conflicts } = unwritten(store, row);
    const isEmpty = exampleIsEmpty(missing);
    if (isEmpty && conflicts.length === 0) continue;
    counts.toWrite++;
    counts.conflicts += conflicts.length;
    conflictExamples.push(...conflicts.slice(0, mostExamples - conflictExamples.length));
    if (isEmpty) continue;
    if (!hasXmp(row)) counts.newSidecars++;
    if (missing.caption !== null) counts.captions++;
    if (missing.rating !== null) counts.ratings++;
    if (missing.date !== null) counts.dates++;
    counts.tags += missing.tags.length;
    counts.people += missing.people.length;
    if (examples.length < mostExamples) examples.push(missing);
  }
  return { photos: photosIn(store, scope), ...counts, examples, conflictExamples };
}

function photosIn(store: Store, scope: SidecarScope): number {
  if (scope.of === 'photos') return scope.photoIds.filter((id) => store.photos.get(id)?.present === 1).length;
  const folders = store.folders.list().filter(({ id }) => scope.of === 'library' || id === scope.folderId);
  return folders.reduce((sum, { photos }) => sum + photos, 0);
}

const exampleIsEmpty = ({ caption, tags, people, rating, date }: SidecarExample): boolean =>
  caption === null && rating === null && date === null && tags.length + people.length === 0;

const hasXmp = ({ sidecarStamp }: PhotoRow): boolean =>
  sidecarStamp.split('\n').some((stamp) => /\.xmp \d/i.test(stamp));

const fold = (name: string): string => name.normalize('NFC').toLowerCase();
const others = (names: readonly string[], there: readonly string[]): string[] => {
  const known = new Set(there.map(fold));
  return names.filter((name) => !known.has(fold(name)));
};

/** Data that the sidecar of a photo lacks, and conflicting ones. */
function unwritten(store: Store, row: PhotoRow): { missing: SidecarExample; conflicts: readonly SidecarConflict[] } {
  const { caption, tags, people, rating, date } = knownElsewhere(store, row.id);
  const sidecar = store.texts.inSidecar(row.id);
  const files = store.edits.fileFacts(row.id);
  const photo = absolutePath(row);
  const conflicts: SidecarConflict[] = [];
  /** The library's value where the sidecar has none. */
  const compare = <T extends string | number>(
    field: SidecarConflict['field'],
    library: T | undefined,
    there: string | null,
    isSame: boolean,
  ): T | null => {
    if (library === undefined || isSame) return null;
    if (there === null) return library;
    conflicts.push({ photo, field, sidecar: there, library: String(library) });
    return null;
  };
  const [firstCaption = null] = sidecar.captions;
  // The library does not know which file a rating comes from.
  const stars = hasXmp(row) ? (files?.rating ?? null) : null;
  const taken = files?.dateSource?.startsWith('sidecar ') === true ? files.capturedAt : null;
  const wanted = date === undefined ? null : parseCaptureDate(date);
  const missing = {
    photo,
    caption: compare('caption', caption, firstCaption, caption !== undefined && sidecar.captions.includes(caption)),
    tags: others(tags, sidecar.tags),
    people: others(people, sidecar.people),
    rating: compare('rating', rating, stars === null ? null : String(stars), rating === (stars ?? undefined)),
    date: compare(
      ...(['date', date] as const),
      taken === null ? null : new Date(taken).toISOString().replace(/:00\.000Z$|\.000Z$/, ''),
      taken !== null && wanted?.time === taken && wanted.until === files?.capturedUntil,
    ),
  };
  return { missing, conflicts };
}

/** The words as a change of a sidecar. */
export const asChanges = ({ tags, people, ...facts }: KnownElsewhere): XmpChanges => ({ ...facts, tags, people });
