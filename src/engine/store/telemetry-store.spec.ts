import Database from 'better-sqlite3';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordEvents } from '../../../test/support/recorded-events.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { removeTelemetryStore, telemetryFolder } from './telemetry-store.ts';

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

describe('removeTelemetryStore', () => {
  it('removes the folder with its device id when every event is ours', async () => {
    recordEvents(folder, 'node_modules/.bin/node', '/opt/hashlens/node');
    expect(await removeTelemetryStore(folder, '/opt/hashlens/node')).toBe(2);
    expect(existsSync(folder)).toBe(false);
  });

  it('keeps the events and the device id of other programs', async () => {
    recordEvents(folder, '/opt/hashlens/node', '/usr/bin/another-program');
    expect(await removeTelemetryStore(folder, '/opt/hashlens/node')).toBe(1);
    expect(existsSync(join(folder, 'deviceid'))).toBe(true);
    const db = new Database(join(folder, 'onnxruntime.db'));
    expect(db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    db.close();
  });

  it('leaves a folder alone that has no store, or an unreadable one', async () => {
    expect(await removeTelemetryStore(folder)).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'onnxruntime.db'), 'no database');
    expect(await removeTelemetryStore(folder)).toBeNull();
    expect(existsSync(join(folder, 'onnxruntime.db'))).toBe(true);
  });

  it('leaves a store alone that another program is writing to', async () => {
    recordEvents(folder, '/opt/hashlens/node');
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
