// What a person said of photos: which are what a search asked for, and which words do not fit.
export const sql = `
  CREATE TABLE judgements (
    -- search: the photo is or is not what the words ask for. tag, caption: the words fit the photo, or do not.
    kind TEXT NOT NULL,
    -- The words, folded.
    key TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
    -- The words as they were written.
    text TEXT NOT NULL,
    fits INTEGER NOT NULL,
    judged_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX judgements_photo ON judgements(photo_id);
`;
