// The program that tried a file that could not be used: another one may read it.
export const sql = `
  -- '' for failures from before.
  ALTER TABLE failures ADD COLUMN tried_by TEXT NOT NULL DEFAULT '';
`;
