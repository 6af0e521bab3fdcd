// What keeps photos and files in step: times programs cannot set, since when a file is gone, and photos being read.
export const sql = `
  -- NULL until the photo is scanned next.
  ALTER TABLE photos ADD COLUMN ctime_ms REAL;
  -- When a scan first did not find the file; NULL while it is there.
  ALTER TABLE photos ADD COLUMN missing_since INTEGER;
  UPDATE photos SET missing_since = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE NOT present;

  -- Photos that are being read now. A row that is there when an index job starts was left by a program that died.
  CREATE TABLE photos_in_reading (
    folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    -- Whether it was read with no other photo beside it.
    alone INTEGER NOT NULL DEFAULT 0,
    -- How often the program died while it was read alone.
    deaths INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (folder_id, path)
  ) STRICT, WITHOUT ROWID;

  -- Failures of the machine (a full disk, a drive that was away) were counted against photos. Every photo is tried again.
  UPDATE failures SET attempts = 0;
`;
