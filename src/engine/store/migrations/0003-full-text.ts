// Full text, the log of searches, and saved searches.
export const sql = `
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
`;
