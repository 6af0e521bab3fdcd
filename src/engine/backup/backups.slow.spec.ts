// A day's backup: what is in it, how many are kept, what happens to a damaged one and to an unchanged library.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore, type Store } from '../store/database.ts';
import { backupFolder, backupsKept, isBackupDue, listBackups, makeBackup, newestWholeBackup } from './backups.ts';
import { repairLibrary, restoreLibrary, restoreMissing } from './restore.ts';
import { rawDatabase } from '../store/raw-database.ts';

function library(fill: (store: Store) => void = (store) => store.queryLog.save('first', 'dog')): string {
  const folder = temporaryFolder();
  change(folder, fill);
  return folder;
}

function change(folder: string, work: (store: Store) => void): void {
  const store = openStore(folder);
  work(store);
  store.close();
}

const saved = (folder: string): string[] => {
  const store = openStore(folder);
  try {
    return store.queryLog
      .saved()
      .map(({ name }) => name)
      .sort();
  } finally {
    store.close();
  }
};

describe('makeBackup', () => {
  it('keeps what a person typed and chose, and nothing that is made again', async () => {
    const folder = library((store) => {
      store.queryLog.save('mine', 'dog tag:beach');
      store.settings.set('precision', '0.7');
      store.folders.add('/photos', null);
    });
    const backup = await makeBackup(folder);
    const db = new SQLite(backup?.path ?? '', { readonly: true });
    const tables = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    expect(tables).toEqual(expect.arrayContaining(['captions', 'photo_tags', 'saved_searches', 'settings', 'models']));
    expect(tables.filter((name) => /features|codes|vectors|photo_text|jobs|failures/.test(name))).toEqual([]);
    expect(db.prepare('SELECT name, text FROM saved_searches').all()).toEqual([
      { name: 'mine', text: 'dog tag:beach' },
    ]);
    db.close();
    if (process.platform !== 'win32') {
      expect(statSync(backupFolder(folder)).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(backupFolder(folder))) {
        expect(statSync(join(backupFolder(folder), name)).mode & 0o777).toBe(0o600);
      }
    }
  });

  it('keeps ten, the newest by their number, whatever the clock says', async () => {
    const folder = library();
    for (let n = 0; n < backupsKept + 3; n++) {
      change(folder, (store) => store.queryLog.save(`search ${n}`, 'dog'));
      const backup = await makeBackup(folder);
      // Each is dated one day before the one before it.
      const day = new Date(Date.now() - n * 24 * 60 * 60 * 1000);
      utimesSync(backup?.path ?? '', day, day);
    }
    const kept = await listBackups(folder);
    expect(kept.map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
    expect(readdirSync(backupFolder(folder))).toHaveLength(2 * backupsKept);
  });

  it('makes no second of a library that has not changed, and its age starts again', async () => {
    const folder = library();
    const first = await makeBackup(folder);
    const old = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000);
    utimesSync(first?.path ?? '', old, old);
    expect(await isBackupDue(folder)).toBe(true);
    expect(await makeBackup(folder)).toMatchObject({ path: first?.path });
    expect(await isBackupDue(folder)).toBe(false);
    expect(await listBackups(folder)).toHaveLength(1);
  });

  it('is due again when the newest is from the future', async () => {
    const folder = library();
    const backup = await makeBackup(folder);
    const later = new Date(Date.now() + 40 * 365 * 24 * 60 * 60 * 1000);
    utimesSync(backup?.path ?? '', later, later);
    expect(await isBackupDue(folder)).toBe(true);
  });

  it('makes none of a library that holds nothing yet, and none where there is no library', async () => {
    expect(await makeBackup(library(() => undefined))).toBe(null);
    const nowhere = join(temporaryFolder(), 'nowhere');
    expect(await makeBackup(nowhere)).toBe(null);
    expect(() => statSync(nowhere)).toThrow();
  });

  it('reads the library while another connection writes to it', async () => {
    const folder = library();
    const store = openStore(folder);
    rawDatabase(store).exec('BEGIN IMMEDIATE');
    rawDatabase(store).exec(`INSERT INTO saved_searches (name, text, created_at) VALUES ('half', 'dog', 1)`);
    const backup = await makeBackup(folder);
    rawDatabase(store).exec('ROLLBACK');
    store.close();
    expect(backup).toMatchObject({ savedSearches: 1 });
  });

  it('of a damaged library fails and leaves the earlier backups as they are', async () => {
    const folder = library((store) => {
      for (let n = 0; n < 500; n++) store.queryLog.save(`search ${n}`, 'dog'.repeat(20));
    });
    const first = await makeBackup(folder);
    const file = join(folder, 'library.db');
    const bytes = readFileSync(file);
    bytes.fill(0x41, 4096 * 8);
    writeFileSync(file, bytes);
    change(temporaryFolder(), () => undefined);
    await expect(makeBackup(folder)).rejects.toThrow(/unable to open database/);
    expect((await listBackups(folder)).map(({ path }) => path)).toEqual([first?.path]);
    expect(readdirSync(backupFolder(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('restoreLibrary', () => {
  it('goes back to the newest whole backup and sets the present library aside', async () => {
    const folder = library();
    await makeBackup(folder);
    change(folder, (store) => store.queryLog.save('second', 'cat'));
    const damaged = await makeBackup(folder);
    const bytes = readFileSync(damaged?.path ?? '');
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(damaged?.path ?? '', bytes);
    const { backup, setAside } = await restoreLibrary(folder);
    expect(backup?.path).toMatch(/backup-000001-/);
    expect(saved(folder)).toEqual(['first']);
    expect(saved(setAside ?? '')).toEqual(['first', 'second']);
  });

  it('of a named backup that is damaged changes nothing', async () => {
    const folder = library();
    const backup = await makeBackup(folder);
    writeFileSync(backup?.path ?? '', 'no backup');
    await expect(restoreLibrary(folder, backup?.path)).rejects.toMatchObject({ code: 'backup-damaged' });
    expect(await newestWholeBackup(folder)).toBe(null);
    await expect(restoreLibrary(folder)).rejects.toMatchObject({ code: 'not-found' });
    await expect(restoreLibrary(folder, join(folder, 'library.db'))).rejects.toMatchObject({ code: 'backup-damaged' });
    expect(saved(folder)).toEqual(['first']);
  });

  it('of a backup is refused whichever of its pages is damaged, though nothing tells its checksum', async () => {
    const folder = library();
    const whole = readFileSync((await makeBackup(folder))?.path ?? '');
    const copy = join(temporaryFolder(), 'copy.db');
    const pageSize = whole.readUInt16BE(16);
    expect(whole.length / pageSize).toBeGreaterThan(10);
    for (let at = 0; at < whole.length; at += pageSize) {
      const damaged = Buffer.from(whole);
      damaged.fill(0xa5, at, at + pageSize);
      writeFileSync(copy, damaged);
      await expect(restoreLibrary(folder, copy), `page ${at / pageSize}`).rejects.toMatchObject({
        code: 'backup-damaged',
      });
    }
    expect(saved(folder)).toEqual(['first']);
  });

  it('gives out no id again that a deleted row had', async () => {
    const folder = library();
    change(folder, (store) => store.queryLog.removeSaved(store.queryLog.save('gone', 'x').id));
    await makeBackup(folder);
    await restoreLibrary(folder);
    change(folder, (store) => expect(store.queryLog.save('next', 'x').id).toBe(3));
  });
});

describe('restoreMissing', () => {
  it('restores a library whose file is gone, and touches no other', async () => {
    const folder = library();
    await makeBackup(folder);
    expect(await restoreMissing(folder)).toBe(null);
    rmSync(join(folder, 'library.db'));
    expect(await restoreMissing(folder)).toMatch(/restored from the backup/);
    expect(saved(folder)).toEqual(['first']);
    const empty = temporaryFolder();
    expect(await restoreMissing(empty)).toBe(null);
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe('repairLibrary', () => {
  it('takes newer rows from the damaged file and lost ones from the backup', async () => {
    const folder = library((store) => {
      for (let n = 0; n < 400; n++) store.queryLog.save(`search ${n}`, 'a dog on the beach '.repeat(8));
    });
    await makeBackup(folder);
    change(folder, (store) => store.queryLog.save('typed today', 'cat'));
    const file = join(folder, 'library.db');
    const bytes = readFileSync(file);
    // A leaf (its first byte is 13) that holds nothing but saved searches.
    const pages = Array.from({ length: bytes.length / 4096 }, (_, page) => page * 4096);
    const at = pages.find((page) => bytes[page] === 13 && bytes.subarray(page, page + 4096).includes('a dog on')) ?? 0;
    expect(at).toBeGreaterThan(0);
    bytes.fill(0x99, at, at + 4096);
    writeFileSync(file, bytes);
    const { kept, fromBackup, lossy } = await repairLibrary(folder);
    expect(lossy).toContain('saved_searches');
    expect(kept['saved_searches']).toBeGreaterThan(200);
    expect(fromBackup['saved_searches']).toBeGreaterThan(0);
    expect(saved(folder)).toHaveLength(401);
    expect(saved(folder)).toContain('typed today');
  });

  it('is refused while the library is open', async () => {
    const folder = library();
    mkdirSync(join(folder, 'x'));
    const { Presence } = await import('../runtime/presence.ts');
    const { presenceFile } = await import('./restore.ts');
    const open = new Presence(presenceFile(folder));
    expect(open.share()).toBe(true);
    await expect(repairLibrary(folder)).rejects.toMatchObject({ code: 'library-busy' });
    await expect(restoreLibrary(folder)).rejects.toMatchObject({ code: 'library-busy' });
    open.release();
  });
});
