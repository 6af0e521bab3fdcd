// Full text over what people and programs have written about photos: captions, tags, file and folder names, cameras, places.
import { basename } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { IdMask } from './id-mask.ts';
import { TextScores, type CommonWord } from './text-scores.ts';

/** A condition on `photos p`, as SQL with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

interface Source {
  readonly folderPath: string;
  readonly path: string;
  readonly camera: string | null;
  readonly place: string | null;
  readonly captions: string | null;
  readonly tags: string | null;
}

/** A letter of private use is a token of its own: a phrase cannot begin in one caption and end in the next. */
const boundary = ' \uE000 ';
const refreshBatch = 2000;
/** BM25 takes 0.8 ms for 1000 matches, listing them 0.1. */
const mostRanked = 4000;

/**
 * One row a photo in `photo_text`. Triggers note which photos have changed (`photo_text_stale`); `refresh` writes their
 * rows anew, once a photo however many of its texts changed. `Store.transaction` calls it before each commit, so texts and
 * full text are never committed apart; what other programs have written is caught up with before the next search.
 *
 * The table holds no text, only the index (`content=''`): 350 bytes and 70 microseconds a photo with a caption and two tags.
 */
export class FullTextStore {
  readonly #db: Database;
  readonly #stale: Statement<[number], number>;

  constructor(db: Database) {
    this.#db = db;
    this.#stale = db
      .prepare<[number], number>('SELECT photo_id FROM photo_text_stale ORDER BY photo_id LIMIT ?')
      .pluck();
  }

  /** Brings the rows of changed photos up to date. Costs microseconds where nothing has changed. */
  refresh(): void {
    for (;;) {
      const ids = this.#stale.all(refreshBatch);
      if (ids.length === 0) return;
      this.#db.transaction(() => this.#rewrite(ids))();
    }
  }

  #rewrite(ids: readonly number[]): void {
    const source = this.#db.prepare<[number], Source>(
      `SELECT d.path AS folderPath, p.path, p.camera, p.place,
         (SELECT group_concat(c.text, '${boundary}') FROM captions c
          WHERE c.photo_id = p.id AND c.source <> 'tags') AS captions,
         (SELECT group_concat(t.name, '${boundary}') FROM tags t
          WHERE t.id IN (SELECT tag_id FROM photo_tags WHERE photo_id = p.id)) AS tags
       FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.id = ?`,
    );
    const remove = this.#db.prepare('DELETE FROM photo_text WHERE rowid = ?');
    const insert = this.#db.prepare(
      'INSERT INTO photo_text (rowid, caption, tag, name, folder, camera, place) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    const done = this.#db.prepare('DELETE FROM photo_text_stale WHERE photo_id = ?');
    for (const id of ids) {
      remove.run(id);
      const row = source.get(id);
      if (row) {
        const folders = [basename(row.folderPath), ...row.path.split('/').slice(0, -1)];
        const name = fileNameWords(row.path.slice(row.path.lastIndexOf('/') + 1));
        const folder = folders.map(nameWords).join(boundary);
        insert.run(id, row.captions, row.tags, name, folder, row.camera, row.place);
      }
      done.run(id);
    }
  }

  /**
   * BM25 of every photo that matches at least one of the expressions, as `quoted` and `beginning` make them: rare words
   * count more, long texts less. What more than `mostRanked` photos match says little, and ranking so many would take longer
   * than all the rest of a search: there each gets the score a text of average length with one occurrence has.
   */
  scores(expressions: readonly string[]): TextScores {
    const rare: string[] = [];
    const common: CommonWord[] = [];
    const words: IdMask[] = [];
    const matches = this.#db.prepare<[string], number>('SELECT rowid FROM photo_text WHERE photo_text MATCH ?').pluck();
    for (const expression of expressions) {
      const ids = matches.all(expression);
      const mask = IdMask.of(ids);
      words.push(mask);
      if (ids.length <= mostRanked) {
        rare.push(expression);
        continue;
      }
      const photos = this.#db.prepare<[], number>('SELECT count(*) FROM photos').pluck().get() ?? 0;
      // As FTS5 has it: what half of all photos match is worth next to nothing, and is found.
      common.push({ ids: mask, score: Math.max(1e-6, Math.log((photos - ids.length + 0.5) / (ids.length + 0.5))) });
    }
    const ranked =
      rare.length === 0
        ? []
        : this.#db
            .prepare<[string], [number, number]>('SELECT rowid, -rank FROM photo_text WHERE photo_text MATCH ?')
            .raw()
            .all(rare.join(' OR '));
    return new TextScores(new Map(ranked), common, words);
  }

  /** Whether any photo that is there matches. */
  exists(expression: string): boolean {
    return (
      this.#db
        .prepare(
          'SELECT 1 FROM photo_text JOIN photos p ON p.id = photo_text.rowid WHERE photo_text MATCH ? AND p.present LIMIT 1',
        )
        .get(expression) !== undefined
    );
  }
}

/** A word or phrase as FTS5 takes it: whatever stands in it is text, never syntax. */
export const quoted = (text: string): string => `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"`;

/** Every word that begins so. */
export const beginning = (text: string): string => `${quoted(text)} *`;

/** The condition that a photo's texts hold (or do not hold) a phrase. */
export function phraseCondition(phrase: string, not: boolean): Condition {
  return {
    sql: `p.id ${not ? 'NOT IN' : 'IN'} (SELECT rowid FROM photo_text WHERE photo_text MATCH ?)`,
    values: [quoted(phrase)],
  };
}

/** Whether the index finds anything in a text to look up: signs alone are no words. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}\p{Co}]/u.test(text);

/** A file's name without its ending, as it stands and as people ask for it. */
export function fileNameWords(file: string): string {
  const dot = file.lastIndexOf('.');
  return nameWords(dot > 0 ? file.slice(0, dot) : file);
}

/**
 * A name and its parts. The tokenizer cuts at every sign (`IMG_4120` -> img, 4120); added here are the parts of names
 * written in one (`DSC00231` -> dsc, 00231, 231; `OmaUndRex` -> oma, und, rex) and, the other way round, short names
 * without their sign (`IMG_4120` -> img4120).
 */
export function nameWords(name: string): string {
  const parts = name
    .replace(/(\p{Ll})(?=\p{Lu})|(\p{L})(?=\p{N})|(\p{N})(?=\p{L})/gu, '$& ')
    .replace(/(?<!\p{N})0+(?=\p{N})(\p{N}+)/gu, '$& $1');
  const joined = /^(\p{L}{1,5})[\s_.-]+(\p{N}+)$/u.exec(name);
  const forms = [name, parts === name ? '' : parts, joined ? `${joined[1]}${joined[2]}` : ''];
  return forms.filter((form) => form !== '').join(boundary);
}
