// What a person wrote in the application, apart from what files say.
export const sql = `
  CREATE TABLE own_captions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    written_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (photo_id, text)
  ) STRICT;
  -- Captions of files that the person took away.
  CREATE TABLE removed_captions (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    written_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (photo_id, text)
  ) STRICT, WITHOUT ROWID;
  -- What files say and is not shown, as it was taken away or written in the application as well.
  CREATE TABLE hidden_captions (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (photo_id, source, text)
  ) STRICT, WITHOUT ROWID;

  -- Steps of a tag are divided by slashes: Family/Rex.
  CREATE TABLE own_tags (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    written_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (photo_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX own_tags_name ON own_tags(name);
  CREATE TABLE removed_tags (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    written_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (photo_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE hidden_tags (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    source TEXT NOT NULL,
    PRIMARY KEY (photo_id, name, source)
  ) STRICT, WITHOUT ROWID;

  -- NULL where nothing was written. A rating of 0 is no star, whatever the file says.
  CREATE TABLE own_facts (
    photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE,
    title TEXT,
    title_at INTEGER,
    rating INTEGER,
    rating_at INTEGER,
    -- As it was typed, and what it means as in photos.
    date TEXT,
    date_at INTEGER,
    captured_at INTEGER,
    captured_until INTEGER,
    utc_offset INTEGER
  ) STRICT;
  -- What the files say of the rating and date of photos that have others in the table before.
  CREATE TABLE file_facts (
    photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE,
    rating INTEGER,
    captured_at INTEGER,
    captured_until INTEGER,
    utc_offset INTEGER,
    date_source TEXT
  ) STRICT;
`;
