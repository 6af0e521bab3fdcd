// Ratings and places. Photos known before get theirs on the next index run.
export const sql = `
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
`;
