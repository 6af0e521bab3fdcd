// Opens the library's SQLite file and gathers its queries, one class a subject.
import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { HashlensError } from '../../shared/errors.ts';
import { AlbumStore } from './albums.ts';
import { CodeStore } from './codes.ts';
import { EncoderStore } from './encoders.ts';
import { EditStore } from './edits.ts';
import { FacetStore } from './facets.ts';
import { FailureStore } from './failures.ts';
import { FeatureStore } from './features.ts';
import { FolderStore } from './folders.ts';
import { FullTextStore } from './fulltext.ts';
import { JudgementStore } from './judgements.ts';
import { JobStore } from './jobs.ts';
import { libraryFileOf } from './library-file.ts';
import { ModelStore } from './models.ts';
import { openDatabase } from './open-database.ts';
import { makePrivate } from './private-files.ts';
import { OcrStore } from './ocr.ts';
import { PhotosInReadingStore } from './photos-in-reading.ts';
import { PhotoStore } from './photos.ts';
import { PhotoFactStore } from './photo-facts.ts';
import { QueryLogStore } from './query-log.ts';
import { registerDatabase } from './raw-database.ts';
import { SettingsStore } from './settings.ts';
import { SketchStore } from './sketches.ts';
import { TextStore } from './texts.ts';
import { VectorStore } from './vectors.ts';
import { present } from '../../shared/at.ts';

export interface Store {
  readonly file: string;
  /** True for a library that can be read and searched, but not written. */
  readonly readOnly: boolean;
  /** @throws HashlensError `library-gone` once the file was replaced or removed */
  requireThere(): void;
  readonly settings: SettingsStore;
  readonly folders: FolderStore;
  readonly photos: PhotoStore;
  readonly photosInReading: PhotosInReadingStore;
  readonly photoFacts: PhotoFactStore;
  readonly texts: TextStore;
  readonly edits: EditStore;
  readonly judgements: JudgementStore;
  readonly fullText: FullTextStore;
  readonly ocr: OcrStore;
  readonly facets: FacetStore;
  readonly albums: AlbumStore;
  readonly queryLog: QueryLogStore;
  readonly encoders: EncoderStore;
  readonly features: FeatureStore;
  readonly models: ModelStore;
  readonly codes: CodeStore;
  readonly vectors: VectorStore;
  readonly sketches: SketchStore;
  readonly jobs: JobStore;
  readonly failures: FailureStore;
  /** Runs `work` in one write transaction: all of it or nothing, full text included. */
  transaction<T>(work: () => T): T;
  /** Runs `work` as in `transaction`; after its return the changes survive a power cut too. */
  durably<T>(work: () => T): T;
  /** Frees the space of deleted rows. @returns the freed bytes */
  compact(): number;
  /** Result of SQLite's quick check; null for a sound file. */
  quickCheck(): string | null;
  /** Version of SQLite in use. */
  sqliteVersion(): string;
  /** Changes with every commit of another process to the file. */
  dataVersion(): number;
  close(): void;
}

/** A database up to this size is rewritten without its free pages; a larger one reuses them. */
const vacuumBytes = 256 * 1024 * 1024;

function compact(db: Database, fullText: FullTextStore): number {
  const number = (name: string) => Number(db.pragma(name, { simple: true }));
  fullText.compact();
  const page = number('page_size');
  const free = number('freelist_count') * page;
  try {
    if (number('page_count') * page <= vacuumBytes) db.exec('VACUUM');
    // The log still has the earlier pages.
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Another process is reading, or the disk is full. Deleted data has been overwritten anyway.
  }
  return free;
}

/**
 * @param libraryDir folder of the library; created if it does not exist
 * @throws HashlensError `library-damaged` for an empty file, one that is not a database, or damaged pages;
 * `unreadable` when it cannot be opened; `database-newer`
 */
export function openStore(libraryDir: string): Store {
  const file = libraryFileOf(libraryDir);
  const opened = openDatabase(file);
  const { db, readOnly } = opened;
  const identity = identityOf(file);
  const requireThere = () => {
    if (identity !== null && identityOf(file) === identity) return;
    throw new HashlensError(
      'library-gone',
      `The library ${libraryDir} was deleted or moved while it was in use; open it again where it is now.`,
    );
  };
  if (!readOnly) makePrivate(libraryDir);
  const settings = new SettingsStore(db);
  const fullText = new FullTextStore(db);
  const texts = new TextStore(db);
  const whole = <T>(work: () => T): T => {
    const result = work();
    fullText.refresh();
    return result;
  };
  const store: Store = {
    file,
    readOnly,
    requireThere,
    settings,
    fullText,
    ocr: new OcrStore(db),
    facets: new FacetStore(db),
    albums: new AlbumStore(db),
    queryLog: new QueryLogStore(db, settings),
    folders: new FolderStore(db),
    photos: new PhotoStore(db),
    photosInReading: new PhotosInReadingStore(db),
    photoFacts: new PhotoFactStore(db),
    texts,
    edits: new EditStore(db, texts),
    judgements: new JudgementStore(db),
    encoders: new EncoderStore(db, libraryDir),
    features: new FeatureStore(db),
    models: new ModelStore(db),
    codes: new CodeStore(db),
    vectors: new VectorStore(db),
    sketches: new SketchStore(db),
    jobs: new JobStore(db),
    failures: new FailureStore(db),
    transaction: (work) => {
      requireThere();
      return db.transaction(() => whole(work)).immediate();
    },
    durably: (work) => {
      db.pragma('synchronous = FULL');
      try {
        return store.transaction(work);
      } finally {
        db.pragma('synchronous = NORMAL');
      }
    },
    compact: () => compact(db, fullText),
    quickCheck: () => {
      const result = String(db.pragma('quick_check', { simple: true }));
      return result === 'ok' ? null : result;
    },
    sqliteVersion: () => present(db.prepare<[], string>('SELECT sqlite_version()').pluck().get()),
    dataVersion: () => Number(db.pragma('data_version', { simple: true })),
    close: () => {
      try {
        db.pragma('optimize');
      } catch {
        // These are only statistics for the planner; a full or read-only disk is no reason to fail now.
      }
      opened.close();
    },
  };
  registerDatabase(store, db);
  return store;
}

/** Distinguishes a file from another of the same name; null for a missing file. */
function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : null;
}
