// Files that could not be used and that the person does not want to hear of, each with a number to name it by.
export const sql = `
  -- 1 until the file has changed or can be used.
  ALTER TABLE failures ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE failures ADD COLUMN id INTEGER;
  UPDATE failures SET id = numbered.n
    FROM (SELECT folder_id, path, row_number() OVER () AS n FROM failures) AS numbered
    WHERE numbered.folder_id = failures.folder_id AND numbered.path = failures.path;
  CREATE UNIQUE INDEX failures_id ON failures(id);
`;
