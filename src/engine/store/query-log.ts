// Recent searches, and searches saved under a name. They stay in the library's file, and can be switched off and
// cleared.
import type { Database } from 'better-sqlite3';
import { mostLogged, type LoggedSearch, type RecentSearch, type SavedSearch } from '../../shared/contract/search.ts';
import type { SettingsStore } from './settings.ts';

/** Texts typed within this time of each other are one query. */
const typingMs = 20_000;

export class QueryLogStore {
  readonly #db: Database;
  readonly #settings: SettingsStore;

  constructor(db: Database, settings: SettingsStore) {
    this.#db = db;
    this.#settings = settings;
  }

  get enabled(): boolean {
    return this.#settings.get('query-log') !== 'off';
  }

  setEnabled(enabled: boolean): void {
    this.#settings.set('query-log', enabled ? 'on' : 'off');
  }

  /**
   * Records a search, if the log is on. A longer text (`beach`) replaces its beginning (`be`). A search must not
   * wait or fail for an entry: while another process writes, or on a disk that cannot be written, the entry is
   * dropped.
   */
  add(text: string, hits: number, now: number = Date.now()): void {
    const entry = text.trim();
    if (entry === '' || !this.enabled) return;
    const waiting = Number(this.#db.pragma('busy_timeout', { simple: true }));
    this.#db.pragma('busy_timeout = 0');
    try {
      this.#db.transaction(() => this.#add(entry, hits, now)).immediate();
    } catch {
      // Full, read-only, busy or damaged: other writes report it.
    } finally {
      this.#db.pragma(`busy_timeout = ${waiting}`);
    }
  }

  #add(entry: string, hits: number, now: number): void {
    const last = this.#db
      .prepare<[], { id: number; at: number; text: string }>(
        'SELECT id, at, text FROM query_log ORDER BY id DESC LIMIT 1',
      )
      .get();
    const typedOn = last && now - last.at < typingMs && (entry.startsWith(last.text) || last.text.startsWith(entry));
    if (typedOn) this.#db.prepare('DELETE FROM query_log WHERE id = ?').run(last.id);
    // A repeated query moves to the top.
    this.#db.prepare('DELETE FROM query_log WHERE text = ?').run(entry);
    this.#db.prepare('INSERT INTO query_log (at, text, hits) VALUES (?, ?, ?)').run(now, entry, hits);
    this.#trim();
  }

  #trim(): void {
    this.#db
      .prepare('DELETE FROM query_log WHERE id <= (SELECT id FROM query_log ORDER BY id DESC LIMIT 1 OFFSET ?)')
      .run(mostLogged);
  }

  /** Newest first, each text once. */
  recent(limit: number): RecentSearch[] {
    return this.#db
      .prepare<[number], RecentSearch>('SELECT text, at, hits FROM query_log ORDER BY id DESC LIMIT ?')
      .all(limit);
  }

  /** @returns the removed entries, for `restore` */
  remove(text: string): LoggedSearch[] {
    return this.#removeEntries('WHERE text = ?', [text]);
  }

  /** @returns the removed entries, for `restore` */
  clear(): LoggedSearch[] {
    return this.#removeEntries('', []);
  }

  #removeEntries(condition: string, values: readonly string[]): LoggedSearch[] {
    return this.#db
      .transaction(() => {
        const entries = this.#db
          .prepare<string[], LoggedSearch>(`SELECT id, text, at, hits FROM query_log ${condition}`)
          .all(...values);
        this.#db.prepare<string[]>(`DELETE FROM query_log ${condition}`).run(...values);
        return entries;
      })
      .immediate();
  }

  /** Puts removed entries back in their places. One that was searched for again meanwhile stays as it is. */
  restore(entries: readonly LoggedSearch[]): void {
    const isThere = this.#db.prepare<[string]>('SELECT 1 FROM query_log WHERE text = ?');
    const insert = this.#db.prepare('INSERT OR IGNORE INTO query_log (id, at, text, hits) VALUES (?, ?, ?, ?)');
    this.#db
      .transaction(() => {
        for (const { id, at, text, hits } of entries)
          if (isThere.get(text) === undefined) insert.run(id, at, text, hits);
        this.#trim();
      })
      .immediate();
  }

  saved(): SavedSearch[] {
    return this.#db
      .prepare<[], SavedSearch>(
        'SELECT id, name, text, created_at AS createdAt FROM saved_searches ORDER BY name COLLATE NOCASE, id',
      )
      .all();
  }

  /** Saves a search under a name; an existing name gets the new search. */
  save(name: string, text: string): SavedSearch {
    this.#db
      .prepare(
        `INSERT INTO saved_searches (name, text, created_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
      )
      .run(name, text, Date.now());
    const row = this.#db
      .prepare<[string], SavedSearch>(
        'SELECT id, name, text, created_at AS createdAt FROM saved_searches WHERE name = ?',
      )
      .get(name);
    if (!row) throw new Error(`the search ${name} was not stored`);
    return row;
  }

  /** False without a search of this number. */
  removeSaved(id: number): boolean {
    return this.#db.prepare('DELETE FROM saved_searches WHERE id = ?').run(id).changes > 0;
  }
}
