// Full text takes terms as src/engine/text makes them: characters of scripts without spaces, emoji, folded letters and
// machine-made names are told apart there, which no tokenizer of SQLite does. This one only splits at spaces.
export const sql = `
  DROP TABLE photo_text;
  CREATE VIRTUAL TABLE photo_text USING fts5(
    caption, tag, name, folder, camera, place,
    content = '', contentless_delete = 1, prefix = '2 3 4',
    tokenize = 'ascii'
  );
  INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos;
`;
