// Opens the library's SQLite file and gathers its queries, one class a subject.
import { existsSync } from 'node:fs';
import SQLite, { type Database } from 'better-sqlite3';
import { HashlensError } from '../../shared/errors.ts';
import { CodeStore } from './codes.ts';
import { EncoderStore } from './encoders.ts';
import { FailureStore } from './failures.ts';
import { FeatureStore } from './features.ts';
import { FolderStore } from './folders.ts';
import { FullTextStore } from './fulltext.ts';
import { JobStore } from './jobs.ts';
import { createLibraryFile, damaged, fileFault, isDamage, libraryFileOf } from './library-file.ts';
import { migrate } from './migrations.ts';
import { ModelStore } from './models.ts';
import { makePrivate } from './private-files.ts';
import { PhotosInReadingStore } from './photos-in-reading.ts';
import { PhotoStore } from './photos.ts';
import { QueryLogStore } from './query-log.ts';
import { SettingsStore } from './settings.ts';
import { SketchStore } from './sketches.ts';
import { TextStore } from './texts.ts';
import { VectorStore } from './vectors.ts';

export interface Store {
  readonly db: Database;
  readonly file: string;
  readonly settings: SettingsStore;
  readonly folders: FolderStore;
  readonly photos: PhotoStore;
  readonly photosInReading: PhotosInReadingStore;
  readonly texts: TextStore;
  readonly fullText: FullTextStore;
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
  /** Gives back what deleted rows have left. Returns the bytes that are free. */
  purge(): number;
  /** Changes whenever another process has committed to the file. */
  dataVersion(): number;
  close(): void;
}

/** How long one process waits for another's transaction. */
const patienceMs = 15_000;

/**
 * Sets the journal mode, which SQLite refuses at once, without waiting, while another process does the same: two that open a
 * new library together.
 */
function writeAhead(db: Database): void {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** A database up to this size is written again without its free pages; of a larger one they are used again. */
const vacuumBytes = 256 * 1024 * 1024;

function purge(db: Database, fullText: FullTextStore): number {
  const number = (name: string) => Number(db.pragma(name, { simple: true }));
  fullText.purge();
  const page = number('page_size');
  const free = number('freelist_count') * page;
  try {
    if (number('page_count') * page <= vacuumBytes) db.exec('VACUUM');
    // The log still has the pages as they were.
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Another process is reading, or the disk is full. What was deleted has been overwritten all the same.
  }
  return free;
}

/**
 * @param libraryDir folder of the library; made when it does not exist
 * @throws HashlensError `library-damaged` when the file is empty, no database, or its pages are damaged; `unreadable` when it
 *   cannot be opened; `database-newer`
 */
export function openStore(libraryDir: string): Store {
  const file = libraryFileOf(libraryDir);
  let db: Database;
  try {
    const fault = fileFault(file);
    if (fault !== null) throw damaged(file, fault);
    if (!existsSync(file)) createLibraryFile(file);
    db = new SQLite(file, { fileMustExist: true });
    db.pragma(`busy_timeout = ${patienceMs}`);
    writeAhead(db);
    // WAL with NORMAL loses no committed transaction when the program dies, at most the last one when the power does.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    // What is deleted is overwritten: a removed caption must not stay readable in the file.
    db.pragma('secure_delete = ON');
    db.pragma('cache_size = -65536');
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (isDamage(error)) throw damaged(file, reason, error);
    throw new HashlensError(
      'unreadable',
      `The library ${file} cannot be opened (${reason}); check the folder's permissions or choose another with --library.`,
      { cause: error },
    );
  }
  try {
    migrate(db, file);
  } catch (error) {
    db.close();
    throw isDamage(error) ? damaged(file, error instanceof Error ? error.message : String(error), error) : error;
  }
  makePrivate(libraryDir);
  const settings = new SettingsStore(db);
  const fullText = new FullTextStore(db);
  const whole = <T>(work: () => T): T => {
    const result = work();
    fullText.refresh();
    return result;
  };
  return {
    db,
    file,
    settings,
    fullText,
    queryLog: new QueryLogStore(db, settings),
    folders: new FolderStore(db),
    photos: new PhotoStore(db),
    photosInReading: new PhotosInReadingStore(db),
    texts: new TextStore(db),
    encoders: new EncoderStore(db, libraryDir),
    features: new FeatureStore(db),
    models: new ModelStore(db),
    codes: new CodeStore(db),
    vectors: new VectorStore(db),
    sketches: new SketchStore(db),
    jobs: new JobStore(db),
    failures: new FailureStore(db),
    transaction: (work) => db.transaction(() => whole(work)).immediate(),
    purge: () => purge(db, fullText),
    dataVersion: () => Number(db.pragma('data_version', { simple: true })),
    close: () => {
      db.pragma('optimize');
      db.close();
    },
  };
}
