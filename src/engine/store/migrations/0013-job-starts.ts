// The first start of a job, so that a job that was paused can tell what it has done itself.
export const sql = `
  -- NULL until it is started, and for jobs from before.
  ALTER TABLE jobs ADD COLUMN started_at INTEGER;
`;
