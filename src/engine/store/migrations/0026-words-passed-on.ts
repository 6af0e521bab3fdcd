// Missing photos that have passed the words written about them on to a copy.
export const sql = `
  -- 1 where that was done since the photo is missing; without meaning for one that is there.
  ALTER TABLE photos ADD COLUMN words_passed_on INTEGER NOT NULL DEFAULT 0;
`;
