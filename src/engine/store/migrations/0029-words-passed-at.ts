// Times at which photos last passed the words written about them on to a copy: only later words are passed on again.
export const sql = `
  -- Milliseconds since 1970; NULL for never.
  ALTER TABLE photos ADD COLUMN words_passed_at INTEGER;
  -- The time of the update, as the true one was not stored.
  UPDATE photos SET words_passed_at = unixepoch() * 1000 WHERE words_passed_on = 1;
`;
