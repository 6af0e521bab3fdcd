// Requests to a job that another process runs, the stack of a failed job, and what an encoder's files were when it was added.
export const sql = `
  -- Set by a process that does not run the job; the process that does obeys and clears it.
  ALTER TABLE jobs ADD COLUMN request TEXT CHECK (request IN ('pause', 'cancel'));
  -- Stack and causes of the error, for the log and a report; the error itself has what a person reads.
  ALTER TABLE jobs ADD COLUMN error_detail TEXT;

  -- JSON: size, modification time and SHA-256 of each file, by relative path. NULL until the encoder is opened next.
  ALTER TABLE encoders ADD COLUMN files TEXT;
`;
