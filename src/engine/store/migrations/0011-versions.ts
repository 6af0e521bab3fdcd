// Other versions of a photo: its RAW, the original of an edited one, the film of a Live Photo.
export const sql = `
  -- JSON list of paths relative to the folder.
  ALTER TABLE photos ADD COLUMN versions TEXT NOT NULL DEFAULT '[]';
`;
