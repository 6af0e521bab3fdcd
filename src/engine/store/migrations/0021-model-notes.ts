// What a person calls a hash model, and what they noted about it.
export const sql = `
  -- Empty where the person gave none.
  ALTER TABLE models ADD COLUMN name TEXT NOT NULL DEFAULT '';
  ALTER TABLE models ADD COLUMN note TEXT NOT NULL DEFAULT '';
`;
