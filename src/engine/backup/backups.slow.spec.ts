// Daily backups: their content and number, damaged ones, and libraries without changes.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { temporaryOf } from '../runtime/atomic-write.ts';
import { openStore, type Store } from '../store/database.ts';
import {
  backupFolder,
  backupsKept,
  isBackupDue,
  listBackups,
  makeBackup,
  newestWholeBackup,
  removeFromBackups,
  verifyBackup,
} from './backups.ts';
import { repairLibrary, restoreLibrary, restoreMissing } from './restore.ts';
import { rawDatabase } from '../store/raw-database.ts';
import { numberAt } from '../../shared/at.ts';

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
  it('keeps typed and chosen data, and nothing that can be made again', async () => {
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
      // Each is dated one day before its predecessor in the loop.
      const day = new Date(Date.now() - n * 24 * 60 * 60 * 1000);
      utimesSync(backup?.path ?? '', day, day);
    }
    const kept = await listBackups(folder);
    expect(kept.map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
    expect(readdirSync(backupFolder(folder))).toHaveLength(2 * backupsKept);
  });

  it('makes no second one of an unchanged library, and restarts its age', async () => {
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

  it('makes none of an empty library, and none without a library', async () => {
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
    bytes[bytes.length - 10] = numberAt(bytes, bytes.length - 10) ^ 1;
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

  it('of a backup without a checksum is refused for damage in any page', async () => {
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

  it('of a file whose rows belong to rows that are not there is refused', async () => {
    const folder = library();
    const path = (await makeBackup(folder))?.path ?? '';
    const copy = join(temporaryFolder(), 'copy.db');
    writeFileSync(copy, readFileSync(path));
    const db = new SQLite(copy);
    db.pragma('foreign_keys = OFF');
    db.exec(`INSERT INTO captions (photo_id, source, text) VALUES (99, 'iptc', 'of no photo')`);
    db.close();
    await expect(restoreLibrary(folder, copy)).rejects.toMatchObject({
      code: 'backup-damaged',
      message: expect.stringContaining('rows belong to rows that are not there') as string,
    });
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

describe('removeFromBackups', () => {
  const described = (): string => {
    const folder = library();
    const store = openStore(folder);
    rawDatabase(store).exec(`
      INSERT INTO folders (id, path, added_at) VALUES (1, '/one', 1), (2, '/two', 1);
      INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
        VALUES (1, 1, 'a.jpg', 1, 2, 'hash-a', 4, 3, 'jpeg', 5), (2, 2, 'b.jpg', 1, 2, 'hash-b', 4, 3, 'jpeg', 5),
          (3, 2, 'c.jpg', 1, 2, 'hash-c', 4, 3, 'jpeg', 5);
      INSERT INTO captions (photo_id, source, text)
        VALUES (1, 'iptc', 'words of the first'), (2, 'iptc', 'words of the second'), (3, 'iptc', 'words of the third');
      INSERT INTO tags (id, name) VALUES (1, 'tag of the first'), (2, 'tag of both');
      INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (1, 1, 'iptc'), (1, 2, 'iptc'), (2, 2, 'iptc');`);
    store.close();
    return folder;
  };
  const textsOf = (file: string): string[] => {
    const db = new SQLite(file, { readonly: true });
    try {
      return db.prepare<[], string>('SELECT text FROM captions UNION ALL SELECT name FROM tags').pluck().all();
    } finally {
      db.close();
    }
  };
  const first = { id: 1, path: 'a.jpg', contentHash: 'hash-a' };

  it('leaves no byte of the photo, all of the others, and a whole backup of the same age', async () => {
    const folder = described();
    const path = (await makeBackup(folder))?.path ?? '';
    const { mtimeMs } = statSync(path);
    expect(await removeFromBackups(folder, { photos: [first], folder: null })).toEqual({ backups: 1, copiesLeft: [] });
    expect(textsOf(path)).toEqual(['words of the second', 'words of the third', 'tag of both']);
    expect(readFileSync(path).includes('of the first')).toBe(false);
    expect(await verifyBackup(path)).toMatchObject({ counts: { photos: 2, captions: 2, folders: 2 } });
    expect(await listBackups(folder)).toMatchObject([{ path, photos: 2, captions: 2, currentAt: Math.floor(mtimeMs) }]);
  });

  it('takes a photo of the same number and other path and content for another one', async () => {
    const folder = described();
    const path = (await makeBackup(folder))?.path ?? '';
    const before = readFileSync(path);
    const none = { backups: 0, copiesLeft: [] };
    const other = { ...first, path: 'z.jpg', contentHash: 'hash-z' };
    expect(await removeFromBackups(folder, { photos: [other], folder: null })).toEqual(none);
    expect(readFileSync(path).equals(before)).toBe(true);
    for (const moved of [
      { ...first, path: 'z.jpg' },
      { ...first, contentHash: 'hash-z' },
    ]) {
      const copy = described();
      await makeBackup(copy);
      expect(await removeFromBackups(copy, { photos: [moved], folder: null })).toMatchObject({ backups: 1 });
    }
  });

  it('removes a folder with its photos', async () => {
    const folder = described();
    const path = (await makeBackup(folder))?.path ?? '';
    expect(await removeFromBackups(folder, { photos: [], folder: '/two' })).toMatchObject({ backups: 1 });
    expect(textsOf(path)).toEqual(['words of the first', 'tag of the first', 'tag of both']);
    expect(readFileSync(path).includes('/two')).toBe(false);
    expect(await removeFromBackups(folder, { photos: [], folder: '/two' })).toMatchObject({ backups: 0 });
  });

  it('names backups that it could not change, and what a repair has set aside', async () => {
    const folder = described();
    const path = (await makeBackup(folder))?.path ?? '';
    writeFileSync(path, 'no backup');
    mkdirSync(join(folder, 'set-aside-2026-11-25'));
    expect(await removeFromBackups(folder, { photos: [first], folder: null })).toEqual({
      ...{ backups: 0, copiesLeft: [path, join(folder, 'set-aside-2026-11-25')] },
    });
    expect(readFileSync(path, 'utf8')).toBe('no backup');
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
    // A leaf page (its first byte is 13) that contains only saved searches.
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
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.tmp'))).toEqual([]);
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

describe('the folder of backups', () => {
  const day = 24 * 60 * 60 * 1000;
  const aged = (path: string, ms: number) => {
    const time = new Date(Date.now() - ms);
    utimesSync(path, time, time);
  };

  it('is listed by number, from its file alone if its description is lost or damaged', async () => {
    const folder = library((store) => {
      store.queryLog.save('mine', 'dog');
      store.folders.add('/photos', null);
    });
    const first = await makeBackup(folder);
    change(folder, (store) => store.queryLog.save('second', 'cat'));
    const second = await makeBackup(folder);
    writeFileSync(`${first?.path}.json`, '{"formatVersion": 2}');
    for (const name of ['backup-1.db', 'backup-000007-2026-01-01.db.tmp', 'other.txt']) {
      writeFileSync(join(backupFolder(folder), name), '');
    }
    expect(await listBackups(folder)).toMatchObject([
      {
        number: 2,
        path: second?.path,
        photos: 0,
        captions: 0,
        savedSearches: 2,
        bytes: statSync(second?.path ?? '').size,
      },
      { number: 1, path: first?.path, photos: null, captions: null, savedSearches: null },
    ]);
    const [, lost] = await listBackups(folder);
    expect(lost?.madeAt).toBe(statSync(first?.path ?? '').mtimeMs);
    expect(parseJson(z.unknown(), readFileSync(`${second?.path}.json`, 'utf8'))).toMatchObject({
      ...{ formatVersion: 1, libraryDir: folder, madeBy: expect.stringMatching(/^Hashlens \d/) as string },
      bytes: second?.bytes,
    });
    expect(await listBackups(temporaryFolder())).toEqual([]);
  });

  it('gets a new backup where the newest of the same content is damaged', async () => {
    const folder = library();
    const first = await makeBackup(folder);
    writeFileSync(first?.path ?? '', 'damaged');
    expect((await makeBackup(folder))?.path).toMatch(/backup-000002-/);
    expect(await listBackups(folder)).toHaveLength(2);
  });

  it('is due after a day, and while there is none', async () => {
    const folder = library();
    expect(await isBackupDue(folder)).toBe(true);
    const backup = await makeBackup(folder);
    aged(backup?.path ?? '', day - 60_000);
    expect(await isBackupDue(folder)).toBe(false);
    aged(backup?.path ?? '', day);
    expect(await isBackupDue(folder)).toBe(true);
    aged(backup?.path ?? '', -day + 60_000);
    expect(await isBackupDue(folder)).toBe(false);
    aged(backup?.path ?? '', -day - 60_000);
    expect(await isBackupDue(folder)).toBe(true);
  });

  it('removes the remains of a killed backup, and descriptions without a backup', async () => {
    const folder = library();
    await makeBackup(folder);
    const into = backupFolder(folder);
    const kept = readdirSync(into);
    const old = temporaryOf(join(into, 'backup'));
    const young = temporaryOf(join(into, 'backup'));
    for (const path of [old, `${old}-journal`, young]) writeFileSync(path, '');
    for (const path of [old, `${old}-journal`]) aged(path, 2 * 60 * 60 * 1000);
    for (const name of ['backup-000009-2026-01-01.db.json', 'mine.db.json', 'notes.txt'])
      writeFileSync(join(into, name), '');
    change(folder, (store) => store.queryLog.save('second', 'cat'));
    const next = await makeBackup(folder);
    const name = basename(next?.path ?? '');
    expect(readdirSync(into).toSorted()).toEqual(
      [...kept, basename(young), 'mine.db.json', 'notes.txt', name, `${name}.json`].toSorted(),
    );
  });

  it('elsewhere gets a backup each time, and cannot be a file', async () => {
    const folder = library();
    const elsewhere = join(temporaryFolder(), 'disk/backups');
    const names: string[] = [];
    for (let n = 0; n < 2; n++) names.push(basename((await makeBackup(folder, elsewhere))?.path ?? '').slice(0, 14));
    expect(names).toEqual(['backup-000001-', 'backup-000002-']);
    expect(await listBackups(folder)).toEqual([]);
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const place of [file, join(file, 'in')]) {
      await expect(makeBackup(folder, place)).rejects.toMatchObject({
        ...{ code: 'bad-argument', message: expect.stringContaining(place) as string },
      });
    }
  });

  it('holds the manifests of models, and not those made from a seed or still being written', async () => {
    const folder = library(() => undefined);
    for (const name of ['two-tower-64', 'rotation-starter-1', '.two-tower-new', 'empty']) {
      mkdirSync(join(folder, 'models', name), { recursive: true });
      if (name !== 'empty') writeFileSync(join(folder, 'models', name, 'manifest.json'), `{"of": "${name}"}`);
    }
    const backup = await makeBackup(folder);
    const { manifests } = await verifyBackup(backup?.path ?? '');
    expect(manifests).toEqual([{ modelId: 'two-tower-64', manifest: '{"of": "two-tower-64"}' }]);
  });

  it('counts settings alone as nothing to keep', async () => {
    expect(await makeBackup(library((store) => store.settings.set('precision', '0.7')))).toBeNull();
    expect(await makeBackup(library((store) => store.folders.add('/photos', null)))).not.toBeNull();
  });

  it('leaves no folder behind without data to keep', async () => {
    const place = temporaryFolder();
    expect(
      await makeBackup(
        library(() => undefined),
        join(place, 'a', 'b'),
      ),
    ).toBeNull();
    expect(readdirSync(place)).toEqual([]);
    expect(
      await makeBackup(
        library((store) => store.folders.add('/photos', null)),
        join(place, 'a', 'b'),
      ),
    ).not.toBeNull();
    expect(readdirSync(join(place, 'a', 'b')).length).toBeGreaterThan(0);
  });
});

describe('restoring', () => {
  it('names what is no backup, before anything is changed', async () => {
    const folder = library();
    await expect(restoreLibrary(folder, join(folder, 'none.db'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(restoreLibrary(folder, folder)).rejects.toMatchObject({ code: 'bad-argument' });
    expect(saved(folder)).toEqual(['first']);
  });

  it('sets each replaced library aside in a folder of its own, with its log, and leaves nothing half made', async () => {
    const folder = library();
    const backup = await makeBackup(folder);
    writeFileSync(join(folder, 'library.db-wal'), 'log');
    const day = new Date().toISOString().slice(0, 10);
    const first = await restoreLibrary(folder, backup?.path);
    expect(first).toMatchObject({ setAside: join(folder, `set-aside-${day}`), fromBackup: { saved_searches: 1 } });
    expect(readFileSync(join(folder, `set-aside-${day}`, 'library.db-wal'), 'utf8')).toBe('log');
    const second = await restoreLibrary(folder, backup?.path);
    expect(second.setAside).toBe(join(folder, `set-aside-${day}-2`));
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp') || name.startsWith('.'))).toEqual([]);
    expect(saved(folder)).toEqual(['first']);
  });

  it('forgets models whose files are gone', async () => {
    const folder = library((store) => {
      store.queryLog.save('first', 'dog');
      const row = { method: 'two-tower', bits: 64, encoderId: 'e', options: {} };
      store.models.begin({ ...row, id: 'lost' as ModelId, state: 'ready' });
      store.models.begin({ ...row, id: 'in-training' as ModelId, state: 'training' });
      store.models.begin({ ...row, id: 'rotation-64' as ModelId, method: 'rotation', state: 'ready' });
      store.models.begin({ ...row, id: 'rotation-e' as ModelId, method: 'rotation', state: 'ready' });
      store.models.begin({ ...row, id: 'centred-e' as ModelId, method: 'rotation', state: 'ready' });
    });
    await makeBackup(folder);
    const { modelsLost, modelsAdded } = await restoreLibrary(folder);
    expect([modelsLost.toSorted(), modelsAdded]).toEqual([['lost', 'rotation-64'], []]);
    change(folder, (store) => {
      const states = store.models.list().map(({ id, state }) => [id, state]);
      expect(Object.fromEntries(states)).toEqual({
        lost: 'failed',
        'in-training': 'training',
        'rotation-64': 'failed',
        'rotation-e': 'ready',
        'centred-e': 'failed',
      });
    });
  });
});
