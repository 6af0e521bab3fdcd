// The database schema as an ordered list of steps; `user_version` is the number of steps taken.
import type { Database } from 'better-sqlite3';
import { HashlensError } from '../../shared/errors.ts';
import * as library from './migrations/0001-library.ts';
import * as packedCodes from './migrations/0002-packed-codes.ts';
import * as fullText from './migrations/0003-full-text.ts';
import * as ratingsAndPlaces from './migrations/0004-ratings-and-places.ts';
import * as vectors from './migrations/0005-vectors.ts';
import * as sketches from './migrations/0006-sketches.ts';
import * as jobRequests from './migrations/0007-job-requests.ts';
import * as ownTerms from './migrations/0008-own-terms.ts';
import * as photoFiles from './migrations/0009-photo-files.ts';
import * as describedPhotos from './migrations/0010-described-photos.ts';
import * as versions from './migrations/0011-versions.ts';
import * as years from './migrations/0012-years.ts';
import * as jobStarts from './migrations/0013-job-starts.ts';
import * as ownWords from './migrations/0014-own-words.ts';
import * as textInPhotos from './migrations/0015-text-in-photos.ts';
import * as tries from './migrations/0016-tries.ts';
import * as albums from './migrations/0017-albums.ts';
import * as judgements from './migrations/0018-judgements.ts';
import * as foldedScripts from './migrations/0019-folded-scripts.ts';
import * as ignoredFailures from './migrations/0020-ignored-failures.ts';
import * as modelNotes from './migrations/0021-model-notes.ts';
import * as addedAt from './migrations/0022-added-at.ts';
import * as compounds from './migrations/0023-compounds.ts';
import * as outdatedWords from './migrations/0024-outdated-words.ts';
import * as sharpS from './migrations/0025-sharp-s.ts';
import * as wordsPassedOn from './migrations/0026-words-passed-on.ts';
import * as separatedNumbers from './migrations/0027-separated-numbers.ts';
import * as wordForms from './migrations/0028-word-forms.ts';
import * as wordsPassedAt from './migrations/0029-words-passed-at.ts';

/**
 * Append only. Each step is plain SQL in a separate file that is never edited once it was released: its spec keeps the
 * checksum. A step shares nothing with other code, so that no later change alters what an old library goes through.
 */
const steps: readonly { readonly sql: string }[] = [
  library,
  packedCodes,
  fullText,
  ratingsAndPlaces,
  vectors,
  sketches,
  jobRequests,
  ownTerms,
  photoFiles,
  describedPhotos,
  versions,
  years,
  jobStarts,
  ownWords,
  textInPhotos,
  tries,
  albums,
  judgements,
  foldedScripts,
  ignoredFailures,
  modelNotes,
  addedAt,
  compounds,
  outdatedWords,
  sharpS,
  wordsPassedOn,
  separatedNumbers,
  wordForms,
  wordsPassedAt,
];

export const schemaVersion = steps.length;

/**
 * Brings a database to the newest schema, each step in a separate transaction.
 * @param target an older schema to stop at, so that the steps from there on can be tested
 * @throws HashlensError `database-newer` when a later version of Hashlens has written it.
 */
export function migrate(db: Database, file: string, target = schemaVersion): void {
  const version = () => Number(db.pragma('user_version', { simple: true }));
  const current = version();
  if (current > schemaVersion) {
    throw new HashlensError(
      'database-newer',
      `The library ${file} was written by a newer Hashlens (schema ${current}, this one knows ${schemaVersion}); update Hashlens to open it.`,
    );
  }
  for (const [before, { sql }] of steps.slice(0, target).entries()) {
    if (before < current) continue;
    db.transaction(() => {
      // Another process may have taken the step while this one waited for its turn.
      if (version() > before) return;
      db.exec(sql);
      db.pragma(`user_version = ${before + 1}`);
    }).immediate();
  }
}
