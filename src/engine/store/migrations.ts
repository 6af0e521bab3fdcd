// The database schema as an ordered list of steps; `user_version` says how many have been taken.
import type { Database } from 'better-sqlite3';
import { HashlensError } from '../../shared/errors.ts';

/** A change to codes makes its block's packed copy void; a change to who is there only makes it worth reading again. */
const codeTriggers = (['photo', 'caption', 'tag'] as const)
  .map((kind) => {
    const block = (row: 'NEW' | 'OLD') => `'${kind}', ${row}.${kind}_id >> 12, ${row}.model_id`;
    return `
      INSERT INTO code_blocks SELECT '${kind}', block, model_id, random(), random()
        FROM (SELECT DISTINCT ${kind}_id >> 12 AS block, model_id FROM ${kind}_codes);
      CREATE TRIGGER ${kind}_codes_added AFTER INSERT ON ${kind}_codes BEGIN
        INSERT INTO code_blocks VALUES (${block('NEW')}, random(), random())
        ON CONFLICT DO UPDATE SET codes_stamp = random(), rows_stamp = random();
      END;
      CREATE TRIGGER ${kind}_codes_changed AFTER UPDATE ON ${kind}_codes BEGIN
        UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = (${block('NEW')});
      END;
      CREATE TRIGGER ${kind}_codes_removed AFTER DELETE ON ${kind}_codes BEGIN
        UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = (${block('OLD')});
      END;`;
  })
  .join('');

/**
 * Rows of a model lie together: its number in the upper half of the key, the id in the lower. No foreign key can follow
 * such a key; these triggers do: what stands beside a code goes with it and with the model, and is written anew after it.
 */
const vectorTables = (['photo', 'caption', 'tag'] as const)
  .map((kind) => {
    const remove = `DELETE FROM ${kind}_vectors
          WHERE key = (SELECT (id << 32) | OLD.${kind}_id FROM vector_sets WHERE model_id = OLD.model_id);`;
    return `
      CREATE TABLE ${kind}_vectors (key INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
      CREATE TRIGGER ${kind}_vectors_code_changed AFTER UPDATE ON ${kind}_codes BEGIN
        ${remove}
      END;
      CREATE TRIGGER ${kind}_vectors_code_removed AFTER DELETE ON ${kind}_codes BEGIN
        ${remove}
      END;
      CREATE TRIGGER ${kind}_vectors_model_removed AFTER DELETE ON vector_sets BEGIN
        DELETE FROM ${kind}_vectors WHERE key BETWEEN OLD.id << 32 AND (OLD.id << 32) | 4294967295;
      END;`;
  })
  .join('');

interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Append only: a step that has been released is never edited. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

      CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        folder_names_as_tags INTEGER NOT NULL DEFAULT 1,
        caption_stamp TEXT NOT NULL DEFAULT '',
        added_at INTEGER NOT NULL,
        last_scan_at INTEGER
      ) STRICT;

      -- present = 0: the file is gone from its online folder. Features and codes are kept for the day it returns.
      CREATE TABLE photos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ms REAL NOT NULL,
        sidecar_stamp TEXT NOT NULL DEFAULT '',
        content_hash TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        format TEXT NOT NULL,
        captured_at INTEGER,
        camera TEXT,
        present INTEGER NOT NULL DEFAULT 1,
        indexed_at INTEGER NOT NULL,
        UNIQUE (folder_id, path)
      ) STRICT;
      CREATE INDEX photos_content ON photos(content_hash);
      CREATE INDEX photos_recent ON photos(coalesce(captured_at, mtime_ms) DESC, id DESC);

      CREATE TABLE captions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (photo_id, source, text)
      ) STRICT;

      CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT;
      CREATE TABLE photo_tags (
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        PRIMARY KEY (photo_id, tag_id, source)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX photo_tags_tag ON photo_tags(tag_id);

      -- Encoders beyond the built-in one: where their files lie.
      CREATE TABLE encoders (id TEXT PRIMARY KEY, info TEXT NOT NULL, path TEXT NOT NULL) STRICT;

      -- Feature rows, float16, one table a kind of thing so that foreign keys hold.
      CREATE TABLE photo_features (
        encoder_id TEXT NOT NULL,
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        row BLOB NOT NULL,
        PRIMARY KEY (encoder_id, photo_id)
      ) STRICT;
      CREATE INDEX photo_features_photo ON photo_features(photo_id);
      CREATE TABLE caption_features (
        encoder_id TEXT NOT NULL,
        caption_id INTEGER NOT NULL REFERENCES captions(id) ON DELETE CASCADE,
        row BLOB NOT NULL,
        PRIMARY KEY (encoder_id, caption_id)
      ) STRICT;
      CREATE INDEX caption_features_caption ON caption_features(caption_id);
      CREATE TABLE tag_features (
        encoder_id TEXT NOT NULL,
        tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
        row BLOB NOT NULL,
        PRIMARY KEY (encoder_id, tag_id)
      ) STRICT;
      CREATE INDEX tag_features_tag ON tag_features(tag_id);

      CREATE TABLE models (
        id TEXT PRIMARY KEY,
        method TEXT NOT NULL,
        bits INTEGER NOT NULL,
        encoder_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('training', 'ready', 'failed', 'cancelled')),
        options TEXT NOT NULL,
        evaluation TEXT,
        best_epoch INTEGER,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE epochs (
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        metrics TEXT NOT NULL,
        PRIMARY KEY (model_id, epoch)
      ) STRICT, WITHOUT ROWID;

      -- Packed codes: bits / 8 bytes, bit i is byte i >> 3, bit i & 7.
      CREATE TABLE photo_codes (
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
        code BLOB NOT NULL,
        PRIMARY KEY (model_id, photo_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX photo_codes_photo ON photo_codes(photo_id);
      CREATE TABLE caption_codes (
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        caption_id INTEGER NOT NULL REFERENCES captions(id) ON DELETE CASCADE,
        code BLOB NOT NULL,
        PRIMARY KEY (model_id, caption_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX caption_codes_caption ON caption_codes(caption_id);
      CREATE TABLE tag_codes (
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
        code BLOB NOT NULL,
        PRIMARY KEY (model_id, tag_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX tag_codes_tag ON tag_codes(tag_id);

      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        params TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
        message TEXT NOT NULL DEFAULT '',
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        owner_pid INTEGER,
        created_at INTEGER NOT NULL,
        finished_at INTEGER,
        error TEXT,
        result TEXT
      ) STRICT;

      -- One row a file that could not be used, until it can or is gone.
      CREATE TABLE failures (
        folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ms REAL NOT NULL,
        code TEXT NOT NULL,
        message TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 1,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (folder_id, path)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    // Codes stay where they are, one row a code, for foreign keys to keep honest. Beside them, for loading: blocks of 4096
    // ids. A million rows take SQLite's binding 3 to 6 s to hand over one by one, 245 packed blocks 11 ms.
    version: 2,
    sql: `
      -- One row a block that has or had codes. Stamps are random numbers, new at each change: a copy or an index made under
      -- another stamp is out of date, whichever process or cascade made the change.
      CREATE TABLE code_blocks (
        kind TEXT NOT NULL,
        block INTEGER NOT NULL,
        model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
        codes_stamp INTEGER NOT NULL,
        rows_stamp INTEGER NOT NULL,
        PRIMARY KEY (kind, block, model_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX code_blocks_model ON code_blocks(model_id);

      -- Copies of whole blocks: ids as 32-bit numbers, ascending, and their codes in the same order.
      CREATE TABLE packed_codes (
        kind TEXT NOT NULL,
        block INTEGER NOT NULL,
        model_id TEXT NOT NULL,
        codes_stamp INTEGER NOT NULL,
        ids BLOB NOT NULL,
        codes BLOB NOT NULL,
        PRIMARY KEY (kind, block, model_id),
        FOREIGN KEY (kind, block, model_id) REFERENCES code_blocks ON DELETE CASCADE
      ) STRICT;

      -- The few photos that are gone are what loading leaves out.
      CREATE INDEX photos_gone ON photos(id) WHERE NOT present;
      ${codeTriggers}
      CREATE TRIGGER photos_present AFTER UPDATE OF present ON photos WHEN NEW.present <> OLD.present BEGIN
        UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'photo' AND block = NEW.id >> 12;
        UPDATE code_blocks SET rows_stamp = random()
          WHERE kind = 'caption' AND block IN (SELECT id >> 12 FROM captions WHERE photo_id = NEW.id);
        UPDATE code_blocks SET rows_stamp = random()
          WHERE kind = 'tag' AND block IN (SELECT tag_id >> 12 FROM photo_tags WHERE photo_id = NEW.id);
      END;
      CREATE TRIGGER photo_tags_added AFTER INSERT ON photo_tags BEGIN
        UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'tag' AND block = NEW.tag_id >> 12;
      END;
      CREATE TRIGGER photo_tags_removed AFTER DELETE ON photo_tags BEGIN
        UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'tag' AND block = OLD.tag_id >> 12;
      END;
    `,
  },
  {
    // Searching by words: full text, the searches made, and searches kept.
    version: 3,
    sql: `
      -- rowid is the photo's id. Holds the index only, no text; fulltext.ts writes it. Stemming is English and takes
      -- "climbing" for "climbs": R@1 of held-out Flickr8k captions 57 instead of 53 percent (bench/retrieval.ts).
      CREATE VIRTUAL TABLE photo_text USING fts5(
        caption, tag, name, folder, camera,
        content = '', contentless_delete = 1, prefix = '2 3 4',
        tokenize = 'porter unicode61 remove_diacritics 2'
      );
      -- Photos whose row in photo_text is not as their texts are.
      CREATE TABLE photo_text_stale (photo_id INTEGER PRIMARY KEY) STRICT;
      INSERT INTO photo_text_stale SELECT id FROM photos;

      CREATE TRIGGER photo_text_photo_new AFTER INSERT ON photos BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (new.id);
      END;
      CREATE TRIGGER photo_text_photo_changed AFTER UPDATE OF path, folder_id, camera ON photos
      WHEN old.path IS NOT new.path OR old.folder_id IS NOT new.folder_id OR old.camera IS NOT new.camera BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (new.id);
      END;
      CREATE TRIGGER photo_text_photo_gone AFTER DELETE ON photos BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (old.id);
      END;
      CREATE TRIGGER photo_text_folder_moved AFTER UPDATE OF path ON folders WHEN old.path IS NOT new.path BEGIN
        INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos WHERE folder_id = new.id;
      END;
      CREATE TRIGGER photo_text_caption_new AFTER INSERT ON captions BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (new.photo_id);
      END;
      CREATE TRIGGER photo_text_caption_changed AFTER UPDATE OF text, photo_id, source ON captions BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (old.photo_id), (new.photo_id);
      END;
      CREATE TRIGGER photo_text_caption_gone AFTER DELETE ON captions BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (old.photo_id);
      END;
      CREATE TRIGGER photo_text_tag_added AFTER INSERT ON photo_tags BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (new.photo_id);
      END;
      CREATE TRIGGER photo_text_tag_removed AFTER DELETE ON photo_tags BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (old.photo_id);
      END;
      CREATE TRIGGER photo_text_tag_renamed AFTER UPDATE OF name ON tags WHEN old.name IS NOT new.name BEGIN
        INSERT OR IGNORE INTO photo_text_stale SELECT photo_id FROM photo_tags WHERE tag_id = new.id;
      END;

      CREATE TABLE query_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        text TEXT NOT NULL,
        hits INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE saved_searches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    // Ratings and places. Photos known before get theirs on the next index run.
    version: 4,
    sql: `
      ALTER TABLE photos ADD COLUMN rating INTEGER;
      ALTER TABLE photos ADD COLUMN place TEXT;
      -- No scan has this stamp, so every photo is read again. Its bytes are as they were: features and codes stay.
      UPDATE photos SET sidecar_stamp = 'before ratings and places';

      -- A contentless table takes no column more.
      DROP TABLE photo_text;
      CREATE VIRTUAL TABLE photo_text USING fts5(
        caption, tag, name, folder, camera, place,
        content = '', contentless_delete = 1, prefix = '2 3 4',
        tokenize = 'porter unicode61 remove_diacritics 2'
      );
      INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos;

      DROP TRIGGER photo_text_photo_changed;
      CREATE TRIGGER photo_text_photo_changed AFTER UPDATE OF path, folder_id, camera, place ON photos
      WHEN old.path IS NOT new.path OR old.folder_id IS NOT new.folder_id OR old.camera IS NOT new.camera
        OR old.place IS NOT new.place
      BEGIN
        INSERT OR IGNORE INTO photo_text_stale VALUES (new.id);
      END;
    `,
  },
  {
    // What comparing closely needs, side by side: shared features and real outputs, float16. Things coded before get
    // theirs on the next index run; until then these are computed (vectors.ts).
    version: 5,
    sql: `
      CREATE TABLE vector_sets (
        id INTEGER PRIMARY KEY,
        model_id TEXT NOT NULL UNIQUE REFERENCES models(id) ON DELETE CASCADE
      ) STRICT;
      ${vectorTables}
    `,
  },
  {
    // Sketches of photos: in memory they say which of very many near codes are worth comparing closely (search/sketch).
    version: 6,
    sql: `
      CREATE TABLE sketch_sets (
        model_id TEXT PRIMARY KEY REFERENCES models(id) ON DELETE CASCADE,
        stamp INTEGER NOT NULL,
        photos INTEGER NOT NULL,
        basis BLOB NOT NULL
      ) STRICT;
      -- kind is 'photo'. As with packed codes, another stamp than the block's makes a row void.
      CREATE TABLE packed_sketches (
        kind TEXT NOT NULL,
        block INTEGER NOT NULL,
        model_id TEXT NOT NULL,
        codes_stamp INTEGER NOT NULL,
        rows BLOB NOT NULL,
        PRIMARY KEY (kind, block, model_id),
        FOREIGN KEY (kind, block, model_id) REFERENCES code_blocks ON DELETE CASCADE
      ) STRICT;
    `,
  },
];

export const schemaVersion = Math.max(...migrations.map((m) => m.version));

/**
 * Brings a database to the newest schema, each step in a transaction of its own.
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
  for (const migration of migrations) {
    if (migration.version <= current || migration.version > target) continue;
    db.transaction(() => {
      // Another process may have taken the step while this one waited for its turn.
      if (version() >= migration.version) return;
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}
