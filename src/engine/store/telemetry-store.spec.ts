import Database from 'better-sqlite3';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTelemetryStore, telemetryFolder } from './telemetry-store.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hashlens-telemetry-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store with the columns ONNX Runtime 1.30.0 gives it. */
function storeOf(...programs: string[]): void {
  const db = new Database(join(folder, 'onnxruntime.db'));
  db.exec('CREATE TABLE events (record_id TEXT, tenant_token TEXT NOT NULL, timestamp INTEGER, payload BLOB)');
  const add = db.prepare('INSERT INTO events VALUES (?, ?, 1, ?)');
  for (const program of programs) add.run('id', 'token', Buffer.from(`\x00ProcessInfo\x01${program}\x02`));
  db.close();
  writeFileSync(join(folder, 'deviceid'), 'a-device');
}

describe('removeTelemetryStore', () => {
  it('removes the folder with its device id when every event is ours', async () => {
    storeOf('node_modules/.bin/node', '/opt/hashlens/node');
    expect(await removeTelemetryStore(folder, '/opt/hashlens/node')).toBe(2);
    expect(existsSync(folder)).toBe(false);
  });

  it('keeps the events and the device id of other programs', async () => {
    storeOf('/opt/hashlens/node', '/usr/bin/another-program');
    expect(await removeTelemetryStore(folder, '/opt/hashlens/node')).toBe(1);
    expect(existsSync(join(folder, 'deviceid'))).toBe(true);
    const db = new Database(join(folder, 'onnxruntime.db'));
    expect(db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    db.close();
  });

  it('leaves a folder without a readable store alone', async () => {
    expect(await removeTelemetryStore(folder)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'onnxruntime.db'), 'no database');
    expect(await removeTelemetryStore(folder)).toBeNull();
    expect(existsSync(join(folder, 'onnxruntime.db'))).toBe(true);
  });

  it('leaves a store alone that another program is writing to', async () => {
    storeOf('/opt/hashlens/node');
    const db = new Database(join(folder, 'onnxruntime.db'));
    db.exec('BEGIN EXCLUSIVE');
    expect(await removeTelemetryStore(folder, '/opt/hashlens/node')).toBeNull();
    db.exec('ROLLBACK');
    expect(db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    db.close();
  });

  it('looks below the cache folder that the environment names, else below that of the system', () => {
    const { platform } = process;
    const place = 'Microsoft/DeveloperTools/.onnxruntime';
    try {
      Object.defineProperty(process, 'platform', { value: 'linux' });
      expect(telemetryFolder({ XDG_CACHE_HOME: '/cache' })).toBe(join('/cache', place));
      for (const env of [{}, { XDG_CACHE_HOME: '' }])
        expect(telemetryFolder(env)).toBe(join(homedir(), '.cache', place));
      Object.defineProperty(process, 'platform', { value: 'darwin' });
      expect(telemetryFolder({ XDG_CACHE_HOME: '/cache' })).toBe(join(homedir(), 'Library/Caches', place));
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });
});
