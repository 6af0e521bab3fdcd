// Captions and tags: words written about photos, each with its source.
import type { Database } from 'better-sqlite3';
import { present } from '../../shared/at.ts';
import { captionOrder } from './caption-order.ts';
import { favouriteTag } from '../../shared/contract/edits.ts';
import type { CaptionId, FolderId, PhotoId } from '../../shared/contract/ids.ts';
import { Statements } from './statements.ts';

/**
 * `caption-file`: a captions.txt, .csv or .json; `text-file`: photo.txt; `comment`: of a JPEG or GIF, or words of a video; `tags`: made of a captionless photo's tags; `own` and
 * `own-title`: written in the application.
 */
export type CaptionSource =
  | 'iptc'
  | 'xmp'
  | 'exif'
  | 'png'
  | 'comment'
  | 'sidecar'
  | 'text-file'
  | 'takeout'
  | 'picasa'
  | 'caption-file'
  | 'tags'
  | 'own'
  | 'own-title';
export type TagSource =
  'iptc' | 'xmp' | 'exif' | 'png' | 'comment' | 'sidecar' | 'takeout' | 'picasa' | 'apple' | 'folder' | 'own';
/** Source of a person's name on a photo. */
export type NameSource = 'xmp' | 'sidecar' | 'takeout' | 'picasa';

/** Condition on a row of `photo_tags`: the favourite tag does not describe a photo. */
const isDescription = (tags: string): string =>
  `${tags}.tag_id IS NOT (SELECT id FROM tags WHERE name = '${favouriteTag}')`;

export interface CaptionLine {
  readonly id: CaptionId;
  readonly text: string;
  readonly source: CaptionSource;
}

interface Written {
  readonly captions: string[];
  readonly tags: string[];
}

export class TextStore {
  readonly #db: Database;
  readonly #statements: Statements;
  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
  }

  /** Replaces the photo's captions from `sources` by these. A caption that stays keeps its id, features and codes. */
  replaceCaptions(
    photoId: PhotoId,
    sources: readonly CaptionSource[],
    captions: readonly { readonly text: string; readonly source: CaptionSource }[],
  ): void {
    this.#removeHidden('captions', photoId, sources);
    const wanted = new Set(captions.map((c) => `${c.source}\n${c.text}`));
    for (const old of this.captionsOf(photoId)) {
      if (sources.includes(old.source) && !wanted.delete(`${old.source}\n${old.text}`)) {
        this.#statements.prepare('DELETE FROM captions WHERE id = ?').run(old.id);
      }
    }
    const insert = this.#statements.prepare('INSERT OR IGNORE INTO captions (photo_id, source, text) VALUES (?, ?, ?)');
    for (const c of captions) if (wanted.has(`${c.source}\n${c.text}`)) insert.run(photoId, c.source, c.text);
  }

  replaceTags(
    photoId: PhotoId,
    sources: readonly TagSource[],
    tags: readonly { readonly name: string; readonly source: TagSource }[],
  ): void {
    this.#removeHidden('tags', photoId, sources);
    for (const source of sources) {
      this.#statements.prepare('DELETE FROM photo_tags WHERE photo_id = ? AND source = ?').run(photoId, source);
    }
    const addTag = this.#statements.prepare('INSERT INTO tags (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
    const findTag = this.#statements.prepare<{ id: number }>('SELECT id FROM tags WHERE name = ?');
    const link = this.#statements.prepare(
      'INSERT OR IGNORE INTO photo_tags (photo_id, tag_id, source) VALUES (?, ?, ?)',
    );
    for (const tag of tags) {
      addTag.run(tag.name);
      const row = findTag.get(tag.name);
      if (row) link.run(photoId, row.id, tag.source);
    }
  }

  /** The files' words are stored again; `EditStore.show` decides afterwards whether they are shown. */
  #removeHidden(what: 'captions' | 'tags', photoId: PhotoId, sources: readonly string[]): void {
    this.#statements
      .prepare(`DELETE FROM hidden_${what} WHERE photo_id = ? AND source IN (SELECT value FROM json_each(?))`)
      .run(photoId, JSON.stringify(sources));
  }

  /** Replaces the names of people on the photo from `sources` by these. */
  replacePeople(
    photoId: PhotoId,
    sources: readonly NameSource[],
    people: readonly { readonly name: string; readonly source: NameSource }[],
  ): void {
    for (const source of sources) {
      this.#statements.prepare('DELETE FROM photo_people WHERE photo_id = ? AND source = ?').run(photoId, source);
    }
    const insert = this.#statements.prepare(
      'INSERT OR IGNORE INTO photo_people (photo_id, name, source) VALUES (?, ?, ?)',
    );
    for (const { name, source } of people) insert.run(photoId, name, source);
  }

  /** Tags and people of a photo read from these sources. */
  namesFrom(photoId: PhotoId, sources: readonly string[]): { tags: string[]; people: string[] } {
    const names = (sql: string): string[] =>
      this.#db.prepare<[number, string], string>(sql).pluck().all(photoId, JSON.stringify(sources));
    return {
      tags: names(`SELECT DISTINCT t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
        WHERE pt.photo_id = ? AND pt.source IN (SELECT value FROM json_each(?)) ORDER BY 1`),
      people: names(`SELECT DISTINCT name FROM photo_people
        WHERE photo_id = ? AND source IN (SELECT value FROM json_each(?)) ORDER BY 1`),
    };
  }

  /** Words of the sidecars of a photo as they were read last, shown or not. */
  inSidecar(photoId: PhotoId): { captions: string[]; tags: string[]; people: string[] } {
    const { tags, people } = this.namesFrom(photoId, ['sidecar']);
    const all = (sql: string): string[] => this.#db.prepare<[number], string>(sql).pluck().all(photoId);
    return {
      captions: [
        ...all("SELECT text FROM captions WHERE photo_id = ? AND source = 'sidecar' ORDER BY id"),
        ...all("SELECT text FROM hidden_captions WHERE photo_id = ? AND source = 'sidecar' ORDER BY text"),
      ],
      tags: [...tags, ...all("SELECT name FROM hidden_tags WHERE photo_id = ? AND source = 'sidecar'")],
      people,
    };
  }

  /**
   * Present photos with words from one of these sources, with a rating or date written in the application, or with a date
   * from an export.
   * @param among photos of one folder, or these ones; all of them where both are null
   */
  photosFrom(
    sources: readonly string[],
    among: { readonly folderId: FolderId | null; readonly photoIds: readonly PhotoId[] | null },
  ): PhotoId[] {
    const from = (table: string): string =>
      `SELECT photo_id FROM ${table} WHERE source IN (SELECT value FROM json_each(@sources))`;
    return this.#db
      .prepare<[{ sources: string; folderId: number | null; photoIds: string | null }], PhotoId>(
        `SELECT id FROM photos WHERE present AND (@folderId IS NULL OR folder_id = @folderId)
         AND (@photoIds IS NULL OR id IN (SELECT value FROM json_each(@photoIds))) AND id IN (
           ${from('captions')} UNION ${from('photo_tags')} UNION ${from('photo_people')}
           UNION SELECT photo_id FROM own_facts WHERE rating IS NOT NULL OR date IS NOT NULL
           UNION SELECT id FROM photos WHERE date_source LIKE 'Google Takeout %' OR date_source LIKE 'Apple export %'
         ) ORDER BY id`,
      )
      .pluck()
      .all({
        sources: JSON.stringify(sources),
        folderId: among.folderId,
        photoIds: among.photoIds === null ? null : JSON.stringify(among.photoIds),
      });
  }

  peopleOf(photoId: PhotoId): string[] {
    return this.#db
      .prepare<[number], string>('SELECT DISTINCT name FROM photo_people WHERE photo_id = ? ORDER BY name')
      .pluck()
      .all(photoId);
  }

  /** A photo with tags and no caption gets a caption made of its tags, so that it can be used for training. */
  refreshTagCaption(photoId: PhotoId): void {
    const own = this.captionsOf(photoId).some((c) => c.source !== 'tags');
    const tags = own ? [] : this.tagsOf(photoId).filter((name) => name !== favouriteTag);
    const text = tags.join(', ');
    this.replaceCaptions(photoId, ['tags'], text === '' ? [] : [{ text, source: 'tags' }]);
  }

  /**
   * Number of texts that describe each photo: each caption counts as one, and so do all its tags together, folder
   * names excluded.
   */
  counted(photos: readonly number[]): ReadonlyMap<number, number> {
    const rows = this.#db
      .prepare<[string, string], [number, number]>(
        `SELECT id, sum(n) FROM (
           SELECT c.photo_id AS id, count(*) AS n FROM json_each(?) wanted CROSS JOIN captions c
           ON c.photo_id = wanted.value WHERE c.source <> 'tags' GROUP BY 1
           UNION ALL SELECT DISTINCT t.photo_id, 1 FROM json_each(?) wanted CROSS JOIN photo_tags t
           ON t.photo_id = wanted.value WHERE t.source <> 'folder' AND ${isDescription('t')}) GROUP BY id`,
      )
      .raw();
    const wanted = JSON.stringify(photos);
    return new Map(rows.all(wanted, wanted));
  }

  captionsOf(photoId: PhotoId): CaptionLine[] {
    return this.#statements
      .prepare<CaptionLine>(`SELECT id, text, source FROM captions c WHERE photo_id = ? ORDER BY ${captionOrder('c')}`)
      .all(photoId);
  }

  /** Sources of the photo's captions, tags and people. */
  sourcesOf(photoId: PhotoId): (CaptionSource | TagSource | NameSource)[] {
    return this.#db
      .prepare<[number, number, number], CaptionSource | TagSource | NameSource>(
        `SELECT source FROM captions WHERE photo_id = ? UNION SELECT source FROM photo_tags WHERE photo_id = ?
         UNION SELECT source FROM photo_people WHERE photo_id = ?`,
      )
      .pluck()
      .all(photoId, photoId, photoId);
  }

  tagsOf(photoId: PhotoId): string[] {
    return this.#statements
      .prepare<{ name: string }>(
        `SELECT DISTINCT t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.photo_id = ?
         ORDER BY t.name COLLATE NOCASE`,
      )
      .all(photoId)
      .map((row) => row.name);
  }

  /** Present photos with this tag, ignoring case. */
  photosTagged(name: string): PhotoId[] {
    return this.#db
      .prepare<[string], PhotoId>(
        `SELECT DISTINCT p.id FROM tags t JOIN photo_tags pt ON pt.tag_id = t.id JOIN photos p ON p.id = pt.photo_id
         WHERE t.name = ? AND p.present ORDER BY p.id`,
      )
      .pluck()
      .all(name);
  }

  /**
   * Whether a tag, the last part of a tag's path, or a person has this name, ignoring case; or begins with it and goes on as
   * names do: "Will Smith", "Family/Will Brown".
   * @param word letters alone
   */
  isName(word: string): boolean {
    // People are compared by the index of their names: there is a row for each photo of each.
    const names = this.#db
      .prepare<{ readonly word: string }, string>(
        `SELECT name FROM tags
         WHERE (name = @word OR name LIKE '%/' || @word OR name LIKE @word || ' %' OR name LIKE '%/' || @word || ' %')
           AND EXISTS (SELECT 1 FROM photo_tags WHERE tag_id = tags.id)
         UNION SELECT name FROM photo_people
         WHERE name = @word OR (name >= @word || ' ' AND name < @word || '!')`,
      )
      .pluck()
      .all({ word });
    return names.some((name) => {
      const last = name.slice(name.lastIndexOf('/') + 1);
      return !last.includes(' ') || /^\p{Lu}\S* \p{Lu}/u.test(last);
    });
  }

  /** Names of all tags and people, each once. */
  names(): { readonly tags: string[]; readonly people: string[] } {
    const names = (sql: string) => this.#db.prepare<[], string>(sql).pluck().all();
    return { tags: names('SELECT name FROM tags'), people: names('SELECT DISTINCT name FROM photo_people') };
  }

  /** People's words: tags, and captions, the newest up to `most`. */
  written(most: number): string[] {
    return this.#db
      .prepare<[number], string>(
        `SELECT name FROM tags
         UNION ALL SELECT text FROM (SELECT text FROM captions WHERE source <> 'tags' ORDER BY id DESC LIMIT ?)`,
      )
      .pluck()
      .all(most);
  }

  /** Every (photo, tag) pair of present photos. */
  photoTags(): { photoId: PhotoId; tagId: number }[] {
    return this.#db
      .prepare<[], { photoId: PhotoId; tagId: number }>(
        `SELECT DISTINCT pt.photo_id AS photoId, pt.tag_id AS tagId FROM photo_tags pt
         JOIN photos p ON p.id = pt.photo_id WHERE p.present ORDER BY 1, 2`,
      )
      .all();
  }

  /** Photos with a caption, one made of tags included. */
  withCaption(): PhotoId[] {
    return this.#db.prepare<[], PhotoId>('SELECT DISTINCT photo_id FROM captions').pluck().all();
  }

  /** Tags other than names of folders and the mark of favourites, people and albums, each with a present photo. */
  labels(): { name: string; photoId: PhotoId }[] {
    const sql = `SELECT name, photo_id AS photoId FROM (
        SELECT t.name, pt.photo_id FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
        WHERE pt.source <> 'folder' AND ${isDescription('pt')}
        UNION SELECT name, photo_id FROM photo_people
        UNION SELECT a.name, ap.photo_id FROM album_photos ap JOIN albums a ON a.id = ap.album_id)
      JOIN photos p ON p.id = photo_id WHERE p.present ORDER BY name, photo_id`;
    return this.#db.prepare<[], { name: string; photoId: PhotoId }>(sql).all();
  }

  /**
   * Photos described by a person: those with a caption, or with a tag other than the name of their folder. Without
   * any, those with any tag.
   */
  describedPhotos(): ReadonlySet<PhotoId> {
    const written = this.writtenAbout();
    if (written.size > 0) return written;
    return new Set(this.#db.prepare<[], PhotoId>('SELECT DISTINCT photo_id FROM photo_tags').pluck().all());
  }

  /** Photos with a caption, or with a tag other than the name of their folder. */
  writtenAbout(): ReadonlySet<PhotoId> {
    const ids = this.#db.prepare<[], PhotoId>(
      `SELECT photo_id FROM captions WHERE source <> 'tags'
       UNION SELECT photo_id FROM photo_tags WHERE source <> 'folder' AND ${isDescription('photo_tags')}`,
    );
    return new Set(ids.pluck().all());
  }

  /** Tags of present photos, other than folder names and the mark of favourites, by name. */
  writtenTags(): string[] {
    const sql = `SELECT name FROM tags t WHERE EXISTS (SELECT 1 FROM photo_tags pt JOIN photos p ON p.id = pt.photo_id
        WHERE pt.tag_id = t.id AND p.present AND pt.source <> 'folder' AND ${isDescription('pt')}) ORDER BY name`;
    return this.#db.prepare<[], string>(sql).pluck().all();
  }

  /** Captions of present photos by people, in the order of their ids. @param after id that the captions follow */
  writtenCaptions(after: number, count: number): { readonly id: CaptionId; readonly text: string }[] {
    const sql = `SELECT c.id, c.text FROM captions c JOIN photos p ON p.id = c.photo_id
      WHERE c.id > ? AND p.present AND c.source <> 'tags' ORDER BY c.id LIMIT ?`;
    return this.#db.prepare<[number, number], { id: CaptionId; text: string }>(sql).all(after, count);
  }

  /** Captions and tags of each of these photos. */
  textsOf(ids: readonly PhotoId[]): ReadonlyMap<PhotoId, Written> {
    return this.#textsOf(ids, 'TRUE');
  }

  /**
   * People's words about each of these photos: captions, and tags other than folder names and the mark of
   * favourites.
   */
  writtenOf(ids: readonly PhotoId[]): ReadonlyMap<PhotoId, Written> {
    return this.#textsOf(ids, `pt.source <> 'folder' AND ${isDescription('pt')}`);
  }

  /** Captions of these photos, without those made of tags, in the order in which they were found. */
  captionsOfAll(ids: readonly PhotoId[]): ReadonlyMap<PhotoId, readonly string[]> {
    const sql = `SELECT photo_id, text FROM captions WHERE photo_id IN (SELECT value FROM json_each(?)) AND source <> 'tags'
      ORDER BY id`;
    const rows = this.#db.prepare<[string], [PhotoId, string]>(sql).raw().all(JSON.stringify(ids));
    const byPhoto = Map.groupBy(rows, ([id]) => id);
    return new Map(Array.from(byPhoto, ([id, own]) => [id, own.map(([, text]) => text)]));
  }

  /** @param which condition on the tags, `pt` */
  #textsOf(ids: readonly PhotoId[], which: string): Map<PhotoId, Written> {
    const captions = this.captionsOfAll(ids);
    const texts = new Map(ids.map((id) => [id, { captions: [...(captions.get(id) ?? [])], tags: [] as string[] }]));
    const sql = `SELECT DISTINCT pt.photo_id, t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
      WHERE pt.photo_id IN (SELECT value FROM json_each(?)) AND ${which} ORDER BY t.name COLLATE NOCASE`;
    const tags = this.#db.prepare<[string], [PhotoId, string]>(sql).raw();
    for (const [id, name] of tags.all(JSON.stringify(ids))) texts.get(id)?.tags.push(name);
    return texts;
  }

  /** Ids of tags by their names, and one id for each text of captions; each with its text. */
  idsOf(
    tags: readonly string[],
    captions: readonly string[],
  ): { readonly tags: ReadonlyMap<number, string>; readonly captions: ReadonlyMap<number, string> } {
    const found = (sql: string, texts: readonly string[]) =>
      new Map(this.#db.prepare<[string], [number, string]>(sql).raw().all(JSON.stringify(texts)));
    return {
      tags: found('SELECT t.id, t.name FROM json_each(?) j JOIN tags t ON t.name = j.value', tags),
      captions: found(
        `SELECT min(c.id), c.text FROM captions c WHERE c.text IN (SELECT value FROM json_each(?))
         AND c.source <> 'tags' GROUP BY c.text`,
        captions,
      ),
    };
  }

  caption(id: CaptionId): { text: string; photoId: PhotoId; source: CaptionSource } | null {
    return (
      this.#db
        .prepare<[number], { text: string; photoId: PhotoId; source: CaptionSource }>(
          'SELECT text, photo_id AS photoId, source FROM captions WHERE id = ?',
        )
        .get(id) ?? null
    );
  }

  tagName(id: number): string | null {
    return this.#db.prepare<[number], { name: string }>('SELECT name FROM tags WHERE id = ?').get(id)?.name ?? null;
  }

  removeUnusedTags(): void {
    this.#db.prepare('DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM photo_tags)').run();
  }

  /** Captions by people, and tags in use, of present photos. */
  counts(): { captions: number; tags: number } {
    const captions = `SELECT count(*) AS n FROM captions c JOIN photos p ON p.id = c.photo_id
      WHERE p.present AND c.source <> 'tags'`;
    const tags = `SELECT count(DISTINCT pt.tag_id) AS n FROM photo_tags pt JOIN photos p ON p.id = pt.photo_id
      WHERE p.present`;
    const count = (sql: string) => present(this.#db.prepare<[], number>(sql).pluck().get());
    return { captions: count(captions), tags: count(tags) };
  }

  /** Captions of present photos, including those made of tags, and the number of their photos. */
  pairs(): { pairs: number; photos: number } {
    const sql = `SELECT count(*) AS pairs, count(DISTINCT c.photo_id) AS photos FROM captions c
      JOIN photos p ON p.id = c.photo_id WHERE p.present`;
    return present(this.#db.prepare<[], { pairs: number; photos: number }>(sql).get());
  }

  /** Number of letters in all captions, including those made of tags. */
  captionLetters(): number {
    return present(this.#db.prepare<[], number>('SELECT coalesce(sum(length(text)), 0) FROM captions').pluck().get());
  }
}
