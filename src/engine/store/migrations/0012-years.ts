// A photo's year is a word of its full text, so that "Rome 2019" finds it.
export const sql = `
  DROP TRIGGER photo_text_photo_changed;
  CREATE TRIGGER photo_text_photo_changed
  AFTER UPDATE OF path, folder_id, camera, place, position_place, captured_at ON photos
  WHEN old.path IS NOT new.path OR old.folder_id IS NOT new.folder_id OR old.camera IS NOT new.camera
    OR old.place IS NOT new.place OR old.position_place IS NOT new.position_place
    OR old.captured_at IS NOT new.captured_at
  BEGIN
    INSERT OR IGNORE INTO photo_text_stale VALUES (new.id);
  END;
  INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos WHERE captured_at IS NOT NULL;
`;
