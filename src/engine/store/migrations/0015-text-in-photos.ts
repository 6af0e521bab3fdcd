// The text in photos, as optical character recognition reads it, with a full-text index of its own.
export const sql = `
  -- A photo without a row has not been read. Lines are divided by line feeds; '' where there is no text.
  CREATE TABLE ocr_texts (
    photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    -- Why the photo could not be read; NULL where it could.
    error TEXT
  ) STRICT;
  -- rowid is the photo's id. Apart from photo_text: a receipt's hundred words would make its caption count for less.
  CREATE VIRTUAL TABLE ocr_words USING fts5(
    text,
    content = '', contentless_delete = 1, prefix = '2 3 4',
    tokenize = 'ascii'
  );
  CREATE TRIGGER ocr_text_gone AFTER DELETE ON ocr_texts BEGIN
    DELETE FROM ocr_words WHERE rowid = old.photo_id;
  END;
  CREATE TRIGGER ocr_photo_changed AFTER UPDATE OF content_hash ON photos
  WHEN old.content_hash IS NOT new.content_hash BEGIN
    DELETE FROM ocr_texts WHERE photo_id = new.id;
  END;
`;
