// Words that the step before has made again wait for the next index job, because they only lack compounds until then; so do
// those of text in photos, which that step left out.
/** Whether not the words of all photos are missing, as they are after earlier steps. */
const someAreThere = `EXISTS (SELECT 1 FROM photos WHERE id NOT IN (SELECT photo_id FROM photo_text_stale))`;
const affected = `text GLOB '*[^ ][-.' || char(0x27, 0x60, 0xB4, 0x2BC, 0x2010, 0x2011, 0x2018, 0x2019) || '][^ ]*'`;

export const sql = `
  -- Photos that are found by their words, but not by all of them.
  CREATE TABLE photo_text_outdated (photo_id INTEGER PRIMARY KEY) STRICT;
  INSERT INTO photo_text_outdated SELECT photo_id FROM photo_text_stale WHERE ${someAreThere};
  DELETE FROM photo_text_stale WHERE photo_id IN (SELECT photo_id FROM photo_text_outdated);
  INSERT OR IGNORE INTO photo_text_outdated SELECT photo_id FROM ocr_texts WHERE ${affected};
`;
