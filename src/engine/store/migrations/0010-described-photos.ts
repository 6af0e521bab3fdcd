// The precision of a photo's date and its source, the photo's position, the people on it, and which reader read it.
export const sql = `
  -- Behind a year, month or day that is all that is known; NULL for a time of day.
  ALTER TABLE photos ADD COLUMN captured_until INTEGER;
  -- Minutes from UTC to the clock on the wall.
  ALTER TABLE photos ADD COLUMN utc_offset INTEGER;
  ALTER TABLE photos ADD COLUMN date_source TEXT;
  ALTER TABLE photos ADD COLUMN latitude REAL;
  ALTER TABLE photos ADD COLUMN longitude REAL;
  -- In words, of the position.
  ALTER TABLE photos ADD COLUMN position_place TEXT;
  -- A photo read by an older reader is read again, without being encoded again.
  ALTER TABLE photos ADD COLUMN metadata_reader INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX photos_partial_date ON photos(captured_until, captured_at) WHERE captured_until IS NOT NULL;

  CREATE TABLE photo_people (
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    source TEXT NOT NULL,
    PRIMARY KEY (photo_id, name, source)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX photo_people_name ON photo_people(name);

  -- A contentless table takes no column more.
  DROP TABLE photo_text;
  CREATE VIRTUAL TABLE photo_text USING fts5(
    caption, tag, name, folder, camera, place, person,
    content = '', contentless_delete = 1, prefix = '2 3 4',
    tokenize = 'ascii'
  );
  INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos;

  DROP TRIGGER photo_text_photo_changed;
  CREATE TRIGGER photo_text_photo_changed AFTER UPDATE OF path, folder_id, camera, place, position_place ON photos
  WHEN old.path IS NOT new.path OR old.folder_id IS NOT new.folder_id OR old.camera IS NOT new.camera
    OR old.place IS NOT new.place OR old.position_place IS NOT new.position_place
  BEGIN
    INSERT OR IGNORE INTO photo_text_stale VALUES (new.id);
  END;
  CREATE TRIGGER photo_text_person_added AFTER INSERT ON photo_people BEGIN
    INSERT OR IGNORE INTO photo_text_stale VALUES (new.photo_id);
  END;
  CREATE TRIGGER photo_text_person_removed AFTER DELETE ON photo_people BEGIN
    INSERT OR IGNORE INTO photo_text_stale VALUES (old.photo_id);
  END;
`;
