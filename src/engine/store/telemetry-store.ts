// Removes events recorded by ONNX Runtime's telemetry: releases before 1.0.0 did not switch it off.
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** Folder below the user's cache where ONNX Runtime 1.29 and later keep a device id and an event store. */
export function telemetryFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'];
  const below = cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache');
  const base = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : below;
  return join(base, 'Microsoft', 'DeveloperTools', '.onnxruntime');
}

const countSchema = z.object({ n: z.number() });

/**
 * Deletes the events that a Node program recorded; other programs' events stay. The folder, device id included, is
 * removed when no event is left. A store that cannot be read or is in use stays unchanged.
 * @param program path of the Node program whose events are deleted
 * @returns number of deleted events, 0 without a store, null where a store cannot be read or is in use
 */
export async function removeTelemetryStore(folder: string, program = process.execPath): Promise<number | null> {
  const file = join(folder, 'onnxruntime.db');
  if (!existsSync(file)) return 0;
  let deleted: number;
  let left: number;
  try {
    const db = new Database(file, { timeout: 1000 });
    try {
      // Each payload names the program as it was called, with or without its folder.
      deleted = db
        .prepare('DELETE FROM events WHERE instr(payload, CAST(? AS BLOB)) > 0')
        .run(basename(program)).changes;
      left = countSchema.parse(db.prepare('SELECT count(*) AS n FROM events').get()).n;
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
  if (left === 0) await rm(folder, { recursive: true, force: true });
  return deleted;
}
