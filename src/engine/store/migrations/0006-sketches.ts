// Sketches of photos: they say which of very many near codes are worth comparing closely (search/sketch).
export const sql = `
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
`;
