// The tables of the first library: folders, photos, texts, features, models, codes, jobs and failures.
export const sql = `
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
`;
