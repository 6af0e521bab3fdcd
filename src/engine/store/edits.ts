// Words written in the application. They have separate tables; `captions`, `photo_tags` and `photos`, which
// everything else reads, combine them with the files' words.
import type { Database } from 'better-sqlite3';
import { favouriteTag, type PhotoEdit, type WordsOfPhotos, type WrittenState } from '../../shared/contract/edits.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { Statements } from './statements.ts';
import type { TextStore } from './texts.ts';
import { present } from '../../shared/at.ts';

/** Meaning of a typed date, in the columns of `photos`. */
export interface WrittenDate {
  readonly capturedAt: number;
  readonly capturedUntil: number | null;
  readonly utcOffset: number | null;
}

/** A date with its meaning; invalid dates were refused before. */
export type ReadDate = (text: string) => WrittenDate;

/** Words written about one photo. */
export interface WrittenFacts {
  readonly title: string | null;
  readonly rating: number | null;
  readonly date: string | null;
}

type WordState = 'added' | 'removed' | null;

/** A change of one photo: target states of words, and facts. */
interface Change {
  readonly captions: ReadonlyMap<string, WordState>;
  readonly tags: ReadonlyMap<string, WordState>;
  readonly title?: string | null | undefined;
  readonly rating?: number | null | undefined;
  readonly date?: string | null | undefined;
}

type Value = string | number | null | Readonly<Record<string, string | number>>;

/** `date_source` of a date typed in the application. */
const dateSource = 'Hashlens';

const words = {
  captions: { own: 'own_captions', removed: 'removed_captions', column: 'text' },
  tags: { own: 'own_tags', removed: 'removed_tags', column: 'name' },
} as const;
type Words = keyof typeof words;

const nothingWritten: WrittenFacts = { title: null, rating: null, date: null };

export class EditStore {
  readonly #db: Database;
  readonly #texts: TextStore;
  readonly #statements: Statements;

  constructor(db: Database, texts: TextStore) {
    this.#db = db;
    this.#statements = new Statements(db);
    this.#texts = texts;
  }

  /**
   * Makes the same change to many photos, inside a transaction.
   * @returns changes that restore the earlier state, grouped by photos with equal ones; empty if nothing changed
   */
  apply(edit: PhotoEdit, readDate: ReadDate): WrittenState[] {
    return this.#each(edit.photoIds, (photoId) => this.#wanted(photoId, edit), readDate);
  }

  /** Brings words to these states, inside a transaction. @returns as `apply` */
  restore(states: readonly WrittenState[], readDate: ReadDate): WrittenState[] {
    return states.flatMap(({ photoIds, captions, tags, ...facts }) => {
      const change: Change = {
        captions: new Map(captions.map(({ text, state }) => [text, state])),
        tags: new Map(tags.map(({ name, state }) => [name, state])),
        ...facts,
      };
      return this.#each(photoIds, () => change, readDate);
    });
  }

  /**
   * Adds the words written about a photo to a copy of it, inside a transaction. What was written about the copy stays, and
   * so do its removals.
   * @param after only words written later than this, in milliseconds since 1970; null for all
   * @returns whether anything changed
   */
  passOn(from: PhotoId, to: PhotoId, after: number | null): boolean {
    return this.#change(to, this.#passedOn(from, to, after), () => present(this.#dateOf(from)), Date.now()) !== null;
  }

  /** The same for a photo that is removed afterwards: where both have a title, its own one becomes a caption. */
  merge(from: PhotoId, to: PhotoId): void {
    const change = this.#passedOn(from, to, null);
    const { title } = this.factsOf(from);
    const captions = new Map(change.captions);
    if (title !== null && title !== change.title && !this.#fileCaption(to, title)) captions.set(title, 'added');
    this.#change(to, { ...change, captions }, () => present(this.#dateOf(from)), Date.now());
  }

  #passedOn(from: PhotoId, to: PhotoId, after: number | null): Change {
    const since = after ?? -Infinity;
    const states = (kind: Words, isOfFile: (word: string) => boolean): Map<string, WordState> => {
      const { own, removed, column } = words[kind];
      const written = (table: string, photoId: PhotoId): { word: string; at: number }[] =>
        this.#all(
          `SELECT ${column} AS word, written_at AS at FROM ${table} WHERE photo_id = ? ORDER BY written_at`,
          photoId,
        );
      const decided = new Set([...written(own, to), ...written(removed, to)].map(({ word }) => word));
      const passed = (table: string, isWanted: (word: string) => boolean, state: 'added' | 'removed') =>
        written(table, from).flatMap(({ word, at }) =>
          at > since && !decided.has(word) && isWanted(word) ? [[word, state] as const] : [],
        );
      return new Map<string, WordState>([
        ...passed(own, (word) => !isOfFile(word), 'added'),
        ...passed(removed, isOfFile, 'removed'),
      ]);
    };
    const own = this.factsOf(to);
    const [theirs] = this.#all<
      WrittenFacts & { titleAt: number | null; ratingAt: number | null; dateAt: number | null }
    >(
      `SELECT title, title_at AS titleAt, rating, rating_at AS ratingAt, date, date_at AS dateAt
       FROM own_facts WHERE photo_id = ?`,
      from,
    );
    const isLater = (at: number | null | undefined) => at !== null && at !== undefined && at > since;
    return {
      captions: states('captions', (text) => this.#fileCaption(to, text)),
      tags: states('tags', (name) => this.#fileTag(to, name)),
      title: own.title ?? (isLater(theirs?.titleAt) ? theirs?.title : null),
      rating: own.rating ?? (isLater(theirs?.ratingAt) ? theirs?.rating : null),
      date: own.date ?? (isLater(theirs?.dateAt) ? theirs?.date : null),
    };
  }

  #dateOf(photoId: PhotoId): WrittenDate | undefined {
    const [date] = this.#all<WrittenDate>(
      'SELECT captured_at AS capturedAt, captured_until AS capturedUntil, utc_offset AS utcOffset FROM own_facts WHERE photo_id = ?',
      photoId,
    );
    return date;
  }

  /** Single fields written about a photo. */
  factsOf(photoId: PhotoId): WrittenFacts {
    return this.#facts(photoId) ?? nothingWritten;
  }

  /** Tags written about a photo, with their levels. */
  tagsOf(photoId: PhotoId): string[] {
    return this.#all<{ name: string }>('SELECT name FROM own_tags WHERE photo_id = ? ORDER BY name', photoId).map(
      ({ name }) => name,
    );
  }

  /** Whether a photo is a favourite, here or in the program that it comes from. */
  isFavourite(photoId: PhotoId): boolean {
    return this.#hasTag(photoId, favouriteTag);
  }

  /**
   * Combines newly read data of a photo with the words written about it. Call it when `photos`, `captions` and
   * `photo_tags` have the file's data.
   */
  show(photoId: PhotoId): void {
    if (!this.#isWritten(photoId)) return;
    this.#run('DELETE FROM file_facts WHERE photo_id = ?', photoId);
    this.#showFacts(photoId);
    this.showTexts(photoId);
  }

  /** The same when only captions and tags were read. */
  showTexts(photoId: PhotoId): void {
    if (!this.#isWritten(photoId)) return;
    this.#showCaptions(photoId);
    this.#showTags(photoId);
  }

  /** The files' rating and date for a photo with different ones here; null where the files' values apply. */
  fileFacts(photoId: PhotoId): {
    rating: number | null;
    capturedAt: number | null;
    capturedUntil: number | null;
    utcOffset: number | null;
    dateSource: string | null;
  } | null {
    const [row] = this.#all<NonNullable<ReturnType<EditStore['fileFacts']>>>(
      `SELECT rating, captured_at AS capturedAt, captured_until AS capturedUntil, utc_offset AS utcOffset,
         date_source AS dateSource FROM file_facts WHERE photo_id = ?`,
      photoId,
    );
    return row ?? null;
  }

  /** Common words of some photos. */
  wordsOf(photoIds: readonly PhotoId[]): WordsOfPhotos {
    const wanted = JSON.stringify(photoIds);
    const among = 'SELECT value FROM json_each(?)';
    const named = <T>(sql: string): T[] => this.#db.prepare<[string], T>(sql).all(wanted);
    const count = (sql: string): number => present(this.#db.prepare<[string], number>(sql).pluck().get(wanted));
    // A hierarchical tag is shown as a whole.
    const tags = named<{ name: string; photos: number }>(
      `WITH wanted AS (${among}) SELECT name, count(DISTINCT photo_id) AS photos FROM (
         SELECT photo_id, name FROM own_tags WHERE photo_id IN wanted
         UNION SELECT pt.photo_id, t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
         WHERE pt.photo_id IN wanted AND pt.source <> 'own' AND NOT EXISTS (
           SELECT 1 FROM photo_tags s WHERE s.photo_id = pt.photo_id AND s.tag_id = pt.tag_id AND s.source = 'own')
       ) GROUP BY name COLLATE NOCASE ORDER BY photos DESC, name LIMIT 200`,
    );
    const captions = named<{ text: string; photos: number }>(
      `SELECT text, count(DISTINCT photo_id) AS photos FROM captions WHERE photo_id IN (${among})
       AND source NOT IN ('tags', 'own-title') GROUP BY text ORDER BY photos DESC, min(id) LIMIT 50`,
    );
    const stars = new Map(
      named<{ rating: number; photos: number }>(
        `SELECT coalesce(rating, 0) AS rating, count(*) AS photos FROM photos WHERE id IN (${among}) GROUP BY 1`,
      ).map(({ rating, photos }) => [rating, photos]),
    );
    const described = [...this.#texts.counted(photoIds).values()].filter((texts) => texts > 0).length;
    return {
      photos: count(`SELECT count(*) FROM photos WHERE id IN (${among})`),
      tags: tags.filter(({ name }) => !isFavouriteTag(name)),
      captions,
      ratings: [0, 1, 2, 3, 4, 5].map((rating) => stars.get(rating) ?? 0),
      favourites: tags.find(({ name }) => isFavouriteTag(name))?.photos ?? 0,
      described,
    };
  }

  /** Ids of these photos' captions or tags, which may need encoding after a change. */
  textIds(kind: 'caption' | 'tag', photoIds: readonly PhotoId[]): number[] {
    const [id, table] = kind === 'caption' ? ['id', 'captions'] : ['DISTINCT tag_id', 'photo_tags'];
    return this.#db
      .prepare<[string], number>(`SELECT ${id} FROM ${table} WHERE photo_id IN (SELECT value FROM json_each(?))`)
      .pluck()
      .all(JSON.stringify(photoIds));
  }

  #each(photoIds: readonly PhotoId[], wanted: (photoId: PhotoId) => Change, readDate: ReadDate): WrittenState[] {
    const groups = new Map<string, { photoIds: PhotoId[]; before: Omit<WrittenState, 'photoIds'> }>();
    const now = Date.now();
    for (const photoId of new Set(photoIds)) {
      if (this.#all('SELECT 1 FROM photos WHERE id = ?', photoId).length === 0) continue;
      const before = this.#change(photoId, wanted(photoId), readDate, now);
      if (before === null) continue;
      const key = JSON.stringify(before);
      const group = groups.get(key);
      if (group) group.photoIds.push(photoId);
      else groups.set(key, { photoIds: [photoId], before });
    }
    return [...groups.values()].map((group) => ({ photoIds: group.photoIds, ...group.before }));
  }

  /** Target states of a photo's words for an edit. */
  #wanted(photoId: PhotoId, edit: PhotoEdit): Change {
    const captions = new Map<string, WordState>();
    const tags = new Map<string, WordState>();
    for (const text of edit.removeCaptions) captions.set(text, this.#fileCaption(photoId, text) ? 'removed' : null);
    for (const text of edit.addCaptions) captions.set(text, this.#fileCaption(photoId, text) ? null : 'added');
    const removed = [...edit.removeTags, ...(edit.isFavourite === false ? [favouriteTag] : [])];
    const added = [...edit.addTags, ...(edit.isFavourite === true ? [favouriteTag] : [])];
    for (const name of removed) tags.set(name, this.#fileTag(photoId, name) ? 'removed' : null);
    for (const name of added) tags.set(name, this.#fileTag(photoId, name) ? null : 'added');
    const { rating, date } = edit;
    // An empty title counts as none.
    const title = edit.title === '' ? null : edit.title;
    return { captions, tags, title, rating, date };
  }

  /** @returns the earlier states of everything that changed; null without changes */
  #change(photoId: PhotoId, change: Change, readDate: ReadDate, now: number): Omit<WrittenState, 'photoIds'> | null {
    const captions = this.#setWords('captions', photoId, change.captions, now);
    const tags = this.#setWords('tags', photoId, change.tags, now);
    const facts = this.#setFacts(photoId, change, readDate, now);
    if (captions.length + tags.length === 0 && facts === null) return null;
    if (facts !== null) {
      this.#showFilesFacts(photoId);
      this.#showFacts(photoId);
    }
    if (captions.length > 0 || facts?.title !== undefined) this.#showCaptions(photoId);
    if (tags.length > 0) this.#showTags(photoId);
    this.#texts.refreshTagCaption(photoId);
    return {
      captions: captions.map(([text, state]) => ({ text, state })),
      tags: tags.map(([name, state]) => ({ name, state })),
      ...facts,
    };
  }

  /** @returns the words that changed, with their earlier state */
  #setWords(kind: Words, photoId: PhotoId, wanted: ReadonlyMap<string, WordState>, now: number): [string, WordState][] {
    const { own, removed, column } = words[kind];
    const changed: [string, WordState][] = [];
    for (const [word, state] of wanted) {
      const is = (table: string) =>
        this.#all(`SELECT 1 FROM ${table} WHERE photo_id = ? AND ${column} = ?`, photoId, word).length > 0;
      const before: WordState = is(own) ? 'added' : is(removed) ? 'removed' : null;
      if (before === state) continue;
      for (const table of [own, removed]) {
        this.#run(`DELETE FROM ${table} WHERE photo_id = ? AND ${column} = ?`, photoId, word);
      }
      if (state !== null) {
        const table = state === 'added' ? own : removed;
        this.#run(`INSERT INTO ${table} (photo_id, ${column}, written_at) VALUES (?, ?, ?)`, photoId, word, now);
      }
      changed.push([word, before]);
    }
    return changed;
  }

  /** @returns the earlier values of the facts that changed; null without changes */
  #setFacts(
    photoId: PhotoId,
    change: Change,
    readDate: ReadDate,
    now: number,
  ): { title?: string | null; rating?: number | null; date?: string | null } | null {
    const before = this.factsOf(photoId);
    const changed: { title?: string | null; rating?: number | null; date?: string | null } = {};
    const set = (name: keyof WrittenFacts, value: string | number | null): void => {
      this.#run('INSERT OR IGNORE INTO own_facts (photo_id) VALUES (?)', photoId);
      this.#run(`UPDATE own_facts SET ${name} = ?, ${name}_at = ? WHERE photo_id = ?`, value, now, photoId);
    };
    if (change.title !== undefined && change.title !== before.title) {
      set('title', change.title);
      changed.title = before.title;
    }
    if (change.rating !== undefined && change.rating !== before.rating) {
      set('rating', change.rating);
      changed.rating = before.rating;
    }
    if (change.date !== undefined && change.date !== before.date) {
      set('date', change.date);
      const date = change.date === null ? null : readDate(change.date);
      this.#run(
        'UPDATE own_facts SET captured_at = ?, captured_until = ?, utc_offset = ? WHERE photo_id = ?',
        ...[date?.capturedAt ?? null, date?.capturedUntil ?? null, date?.utcOffset ?? null, photoId],
      );
      changed.date = before.date;
    }
    if (Object.keys(changed).length === 0) return null;
    this.#run(
      'DELETE FROM own_facts WHERE photo_id = ? AND title IS NULL AND rating IS NULL AND date IS NULL',
      photoId,
    );
    return changed;
  }

  #facts(photoId: PhotoId): WrittenFacts | null {
    const [row] = this.#all<WrittenFacts>('SELECT title, rating, date FROM own_facts WHERE photo_id = ?', photoId);
    return row ?? null;
  }

  #isWritten(photoId: PhotoId): boolean {
    return (
      this.#all(
        `SELECT 1 WHERE EXISTS (SELECT 1 FROM own_captions WHERE photo_id = @id)
           OR EXISTS (SELECT 1 FROM removed_captions WHERE photo_id = @id)
           OR EXISTS (SELECT 1 FROM own_tags WHERE photo_id = @id)
           OR EXISTS (SELECT 1 FROM removed_tags WHERE photo_id = @id)
           OR EXISTS (SELECT 1 FROM own_facts WHERE photo_id = @id)`,
        { id: photoId },
      ).length > 0
    );
  }

  /** Restores the files' values in `photos`. */
  #showFilesFacts(photoId: PhotoId): void {
    this.#run(
      `UPDATE photos SET rating = f.rating, captured_at = f.captured_at, captured_until = f.captured_until,
         utc_offset = f.utc_offset, date_source = f.date_source
       FROM file_facts f WHERE f.photo_id = photos.id AND photos.id = ?`,
      photoId,
    );
    this.#run('DELETE FROM file_facts WHERE photo_id = ?', photoId);
  }

  /** Sets the files' values aside, and shows the written rating and date. */
  #showFacts(photoId: PhotoId): void {
    this.#run(
      `INSERT INTO file_facts (photo_id, rating, captured_at, captured_until, utc_offset, date_source)
       SELECT p.id, p.rating, p.captured_at, p.captured_until, p.utc_offset, p.date_source FROM photos p
       JOIN own_facts o ON o.photo_id = p.id WHERE p.id = ? AND (o.rating IS NOT NULL OR o.date IS NOT NULL)`,
      photoId,
    );
    this.#run(
      `UPDATE photos SET rating = nullif(o.rating, 0) FROM own_facts o
       WHERE o.photo_id = photos.id AND photos.id = ? AND o.rating IS NOT NULL`,
      photoId,
    );
    this.#run(
      `UPDATE photos SET captured_at = o.captured_at, captured_until = o.captured_until, utc_offset = o.utc_offset,
         date_source = '${dateSource}'
       FROM own_facts o WHERE o.photo_id = photos.id AND photos.id = ? AND o.date IS NOT NULL`,
      photoId,
    );
  }

  /** Moves aside a file's words that the person removed or also wrote; restores all others. */
  #showCaptions(photoId: PhotoId): void {
    const isSetAside = `EXISTS (SELECT 1 FROM removed_captions r WHERE r.photo_id = @id AND r.text = c.text)
      OR EXISTS (SELECT 1 FROM own_captions o WHERE o.photo_id = @id AND o.text = c.text)
      OR EXISTS (SELECT 1 FROM own_facts o WHERE o.photo_id = @id AND o.title = c.text)`;
    const fromFiles = `c.source NOT IN ('own', 'own-title', 'tags')`;
    this.#run(
      `INSERT OR IGNORE INTO hidden_captions (photo_id, source, text)
       SELECT c.photo_id, c.source, c.text FROM captions c WHERE c.photo_id = @id AND ${fromFiles} AND (${isSetAside})`,
      { id: photoId },
    );
    this.#run(`DELETE FROM captions AS c WHERE c.photo_id = @id AND ${fromFiles} AND (${isSetAside})`, { id: photoId });
    this.#run(
      `INSERT OR IGNORE INTO captions (photo_id, source, text)
       SELECT c.photo_id, c.source, c.text FROM hidden_captions c WHERE c.photo_id = @id AND NOT (${isSetAside})`,
      { id: photoId },
    );
    this.#run(`DELETE FROM hidden_captions AS c WHERE c.photo_id = @id AND NOT (${isSetAside})`, { id: photoId });
    const own = this.#all<{ text: string }>(
      'SELECT text FROM own_captions WHERE photo_id = ? ORDER BY id',
      photoId,
    ).map(({ text }) => text);
    const { title } = this.factsOf(photoId);
    this.#texts.replaceCaptions(
      photoId,
      ['own', 'own-title'],
      [
        ...own.map((text) => ({ text, source: 'own' as const })),
        ...(title === null || own.includes(title) ? [] : [{ text: title, source: 'own-title' as const }]),
      ],
    );
  }

  #showTags(photoId: PhotoId): void {
    const isRemoved = (name: string) =>
      `EXISTS (SELECT 1 FROM removed_tags r WHERE r.photo_id = @id AND r.name = ${name})`;
    this.#run(
      `INSERT OR IGNORE INTO hidden_tags (photo_id, name, source)
       SELECT pt.photo_id, t.name, pt.source FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
       WHERE pt.photo_id = @id AND pt.source <> 'own' AND ${isRemoved('t.name')}`,
      { id: photoId },
    );
    this.#run(
      `DELETE FROM photo_tags WHERE photo_id = @id AND source <> 'own'
       AND tag_id IN (SELECT t.id FROM tags t WHERE ${isRemoved('t.name')})`,
      { id: photoId },
    );
    const back = this.#all<{ name: string; source: string }>(
      `SELECT h.name, h.source FROM hidden_tags h WHERE h.photo_id = @id AND NOT ${isRemoved('h.name')}`,
      { id: photoId },
    );
    for (const { name, source } of back) this.#addTag(photoId, name, source);
    this.#run(`DELETE FROM hidden_tags AS h WHERE h.photo_id = @id AND NOT ${isRemoved('h.name')}`, { id: photoId });
    this.#run(`DELETE FROM photo_tags WHERE photo_id = ? AND source = 'own'`, photoId);
    // Each level of a tag is a tag, as elsewhere.
    const steps = new Set(this.tagsOf(photoId).flatMap((name) => name.split('/')));
    for (const name of steps) this.#addTag(photoId, name, 'own');
  }

  #addTag(photoId: PhotoId, name: string, source: string): void {
    this.#run('INSERT INTO tags (name) VALUES (?) ON CONFLICT (name) DO NOTHING', name);
    this.#run(
      'INSERT OR IGNORE INTO photo_tags (photo_id, tag_id, source) SELECT ?, id, ? FROM tags WHERE name = ?',
      ...[photoId, source, name],
    );
  }

  #fileCaption(photoId: PhotoId, text: string): boolean {
    return (
      this.#all(
        `SELECT 1 FROM captions WHERE photo_id = @id AND text = @word AND source NOT IN ('own', 'own-title', 'tags')
         UNION ALL SELECT 1 FROM hidden_captions WHERE photo_id = @id AND text = @word`,
        { id: photoId, word: text },
      ).length > 0
    );
  }

  #fileTag(photoId: PhotoId, name: string): boolean {
    return (
      this.#all(
        `SELECT 1 FROM photo_tags WHERE photo_id = @id AND source <> 'own' AND tag_id = (SELECT id FROM tags WHERE name = @word)
         UNION ALL SELECT 1 FROM hidden_tags WHERE photo_id = @id AND name = @word`,
        { id: photoId, word: name },
      ).length > 0
    );
  }

  #hasTag(photoId: PhotoId, name: string): boolean {
    return (
      this.#all(
        'SELECT 1 FROM photo_tags WHERE photo_id = ? AND tag_id = (SELECT id FROM tags WHERE name = ?)',
        ...[photoId, name],
      ).length > 0
    );
  }

  #run(sql: string, ...values: readonly Value[]): void {
    this.#statements.prepare(sql).run(...values);
  }

  #all<T>(sql: string, ...values: readonly Value[]): T[] {
    return this.#statements.prepare(sql).all(...values) as T[];
  }
}

export const isFavouriteTag = (name: string): boolean => name.toLowerCase() === favouriteTag.toLowerCase();
