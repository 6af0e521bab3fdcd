// The time at which a photo came into the library; its time of reading changes whenever it is read again.
export const sql = `
  -- Milliseconds since 1970.
  ALTER TABLE photos ADD COLUMN added_at INTEGER;
  UPDATE photos SET added_at = indexed_at;
`;
