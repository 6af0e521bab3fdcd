// Full text over what people and programs have written about photos: captions, tags, people, file and folder names, cameras,
// places; and, apart from it, over the text that the photos show.
import { basename } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { fold } from '../text/fold.ts';
import { indexTerms, foldedWords } from '../text/index-terms.ts';
import { stem } from '../text/inflections.ts';
import { bareName, fileNameParts, folderNameParts, type NameParts } from '../text/name-words.ts';
import { IdMask } from './id-mask.ts';
import { nobody, TextScores, type CommonWord, type SaidWord } from './text-scores.ts';
import { present } from '../../shared/at.ts';

/** What is written about a photo, as it is stored; several texts are joined by a separator. */
export interface WrittenSource {
  readonly folderPath: string;
  readonly path: string;
  readonly camera: string | null;
  readonly place: string | null;
  readonly people: string | null;
  readonly captions: string | null;
  readonly tags: string | null;
}

/** Words of a query that no text has as they are. */
export interface OtherWords {
  /** Expressions for wider terms of such words ("dog" for "puppy"), which match less exactly. */
  readonly kinds?: readonly string[];
  /** Expressions that only cameras' names match: they count for the score, not as words about the photo. */
  readonly cameras?: readonly string[];
  /** Expressions of words that only photos show, as text in them. */
  readonly read?: readonly string[];
  /** For each of the words that are written, then of the kinds, the word's expression in the text that photos show; null where none does. */
  readonly alsoRead?: readonly (string | null)[];
  /** How many words no photo has. */
  readonly absent?: number;
}

/** What BM25 of text in a photo is worth beside that of what somebody wrote about it. */
const readWeight = 0.5;

/** Columns of what is written about a photo, by place. */
const placeColumns = {
  caption: 'caption',
  tag: 'tag',
  person: 'person',
  place: 'place',
  name: 'name folder',
  camera: 'camera',
} as const;

export type WrittenPlace = keyof typeof placeColumns;

/** What is written about photos, and what they show. */
type Index = 'photo_text' | 'ocr_words';

/** What full text is made of, of a photo `p` in a folder `d`. */
export const writtenSource = `d.path AS folderPath, p.path, p.camera, concat_ws(char(0), p.place, p.position_place,
    strftime('%Y', p.captured_at / 1000, 'unixepoch')) AS place,
  (SELECT group_concat(name, char(0)) FROM photo_people WHERE photo_id = p.id) AS people,
  (SELECT group_concat(c.text, char(0)) FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags') AS captions,
  (SELECT group_concat(t.name, char(0)) FROM tags t
   WHERE t.id IN (SELECT tag_id FROM photo_tags WHERE photo_id = p.id)) AS tags`;

/** A term of its own: a phrase cannot begin in one caption and end in the next. */
export const textBoundary = '\uE000';
const boundary = ` ${textBoundary} `;
/** Separator of the texts of one photo in SQLite's result. */
const separator = '\u0000';
const refreshBatch = 2000;
/** Of more photos than these it is faster to list all that match. */
const mostLookedAt = 300;
/** Matches that BM25 ranks at most: ranking takes several times as long as listing (docs/measurements.md, Full text). */
const mostRanked = 4000;

/**
 * One row a photo in `photo_text`. Triggers note which photos have changed (`photo_text_stale`); `refresh` writes their
 * rows again, once a photo however many of its texts changed. `Store.transaction` calls it before each commit, so texts and
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

  /** Takes the words of removed photos out of the index, where they stay until its parts are merged. */
  purge(): void {
    this.refresh();
    for (const table of ['photo_text', 'ocr_words'])
      this.#db.exec(`INSERT INTO ${table} (${table}) VALUES ('optimize')`);
  }

  #rewrite(ids: readonly number[]): void {
    const source = this.#db.prepare<[number], WrittenSource>(
      `SELECT ${writtenSource} FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.id = ?`,
    );
    const remove = this.#db.prepare('DELETE FROM photo_text WHERE rowid = ?');
    const insert = this.#db.prepare(
      'INSERT INTO photo_text (rowid, caption, tag, name, folder, camera, place, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const done = this.#db.prepare('DELETE FROM photo_text_stale WHERE photo_id = ?');
    for (const id of ids) {
      remove.run(id);
      const row = source.get(id);
      if (row) {
        const { caption, tag, name, folder, camera, place, person } = writtenTerms(row);
        insert.run(id, caption, tag, name, folder, camera, place, person);
      }
      done.run(id);
    }
  }

  /**
   * BM25 of every photo that matches at least one of the expressions, as `quoted` and `beginning` make them: rare words
   * count more, long texts less. What more than `mostRanked` photos match says little, and ranking so many would take longer
   * than all the rest of a search: there each gets the score a text of average length with one occurrence has.
   * @param written one expression a word of the query
   * @param others words of the query that are not said as they are
   */
  scores(written: readonly string[], others: OtherWords = {}): TextScores {
    const { kinds = [], cameras = [], read = [], alsoRead = [], absent = 0 } = others;
    const common: CommonWord[] = [];
    const words: SaidWord[] = [];
    const ranks = new Map<number, number>();
    const rank = (table: Index, expressions: readonly string[], weight: number): number[][] => {
      const rare: string[] = [];
      const found = expressions.map((expression) => {
        const ids = this.#matches(table, expression);
        if (ids.length <= mostRanked) rare.push(expression);
        else common.push({ ids: IdMask.of(ids), score: weight * this.#commonScore(ids.length) });
        return ids;
      });
      for (const [id, score] of rare.length === 0 ? [] : this.#ranks(table, rare.join(' OR '))) {
        ranks.set(id, (ranks.get(id) ?? 0) + weight * score);
      }
      return found;
    };
    const said = written.length + kinds.length;
    const found = rank('photo_text', [...written, ...kinds, ...cameras], 1);
    const also = alsoRead.filter((expression) => expression !== null);
    const foundRead = rank('ocr_words', [...read, ...also], readWeight);
    const shown = foundRead.slice(read.length);
    for (const [i, ids] of found.entries()) {
      const isWhole = i < written.length;
      const mask = IdMask.of(ids);
      const onlyShown = (alsoRead[i] ?? null) === null ? [] : (shown.shift() ?? []).filter((id) => !mask.has(id));
      const photos = i < said ? ids.length : 0;
      words.push({ ids: i < said ? mask : nobody, photos, isWhole, read: IdMask.of(onlyShown) });
    }
    for (const ids of foundRead.slice(0, read.length)) {
      const mask = IdMask.of(ids);
      words.push({ ids: mask, photos: ids.length, isWhole: true, read: mask });
    }
    for (let i = 0; i < absent; i++) words.push({ ids: nobody, photos: 0, isWhole: true, read: nobody });
    return new TextScores(ranks, common, words);
  }

  #matches(table: Index, expression: string): number[] {
    return this.#db
      .prepare<[string], number>(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`)
      .pluck()
      .all(expression);
  }

  #ranks(table: Index, expression: string): [number, number][] {
    const sql = `SELECT rowid, -rank FROM ${table} WHERE ${table} MATCH ?`;
    return this.#db.prepare<[string], [number, number]>(sql).raw().all(expression);
  }

  /** As FTS5 has it: what half of all photos match is worth next to nothing, and is found. */
  #commonScore(matches: number): number {
    const photos = present(this.#db.prepare<[], number>('SELECT count(*) FROM photos').pluck().get());
    return Math.max(1e-6, Math.log((photos - matches + 0.5) / (matches + 0.5)));
  }

  /**
   * Where an expression is found in what is written about photos.
   * @returns by place, those of `ids` that have it there
   */
  placesOf(expression: string, ids: readonly number[]): ReadonlyMap<WrittenPlace, ReadonlySet<number>> {
    const wanted = new Set(ids);
    // A look at a photo takes 10 microseconds, listing all matches 0.1 a match.
    const among = (part: string): number[] =>
      ids.length > mostLookedAt
        ? this.#matches('photo_text', part).filter((id) => wanted.has(id))
        : this.#db
            .prepare<[string, string], number>(
              `SELECT t.rowid FROM json_each(?) j CROSS JOIN photo_text t ON t.rowid = j.value WHERE t.photo_text MATCH ?`,
            )
            .pluck()
            .all(JSON.stringify(ids), part);
    return new Map(
      Object.entries(placeColumns).map(([place, columns]) => [
        place as WrittenPlace,
        new Set(among(`{${columns}} : (${expression})`)),
      ]),
    );
  }

  /** Those of `ids` that show a text. */
  shownOn(expression: string, ids: readonly number[]): number[] {
    const wanted = new Set(ids);
    return this.#matches('ocr_words', expression).filter((id) => wanted.has(id));
  }

  /** Photos whose captions or tags have all the expressions. */
  described(expressions: readonly string[]): number[] {
    if (expressions.length === 0) return [];
    return this.#matches('photo_text', `{caption tag} : (${expressions.join(' AND ')})`);
  }

  /** Whether a text has a word that begins so, a machine-made name or a camera's aside. */
  hasBeginning(text: string): boolean {
    return this.exists(beginning(text, 'written'));
  }

  /** Whether any photo that is there matches. */
  exists(expression: string): boolean {
    return this.#exists('photo_text', expression);
  }

  /** Whether any photo that is there shows such a text. Expressions are those of the scope `anywhere`. */
  isRead(expression: string): boolean {
    return this.#exists('ocr_words', expression);
  }

  #exists(table: Index, expression: string): boolean {
    const sql = `SELECT 1 FROM ${table} t JOIN photos p ON p.id = t.rowid WHERE t.${table} MATCH ? AND p.present LIMIT 1`;
    return this.#db.prepare(sql).get(expression) !== undefined;
  }
}

/** The columns of what people wrote about a photo or named it; a camera's name is none of it. */
const writtenColumns = '{caption tag name folder place person}';

/** Columns in which a word is looked for: texts and names, or all, cameras included. */
export type Scope = 'written' | 'anywhere';

const phraseOf = (terms: readonly string[]): string => `"${terms.join(' ')}"`;

/** As full text takes a phrase of any characters: they are terms, never syntax. One without words matches nothing. */
export function phraseQuery(text: string, scope: Scope = 'anywhere'): string {
  const terms = indexTerms(text);
  const codes = codeTerms(text);
  const expression = codes.length > 0 ? `(${phraseOf(terms)} OR ${phraseOf(codes)})` : phraseOf(terms);
  return within(scope, expression);
}

/** Any of several words or phrases. */
export const anyOf = (texts: readonly string[], scope: Scope = 'anywhere'): string =>
  within(scope, `(${texts.map((text) => phraseOf(indexTerms(text))).join(' OR ')})`);

/** Every word that begins so, and the word itself as it is inflected. */
export function beginning(text: string, scope: Scope = 'anywhere'): string {
  const words = foldedWords(text);
  const last = words.pop();
  if (last === undefined) return phraseOf([]);
  const start = words.map(stem);
  // The index has stems: "climbi*" is in none, "climb" is.
  const stemmed = stem(last);
  const open = `${phraseOf([...start, last])} *`;
  return within(scope, stemmed === last ? open : `(${open} OR ${phraseOf([...start, stemmed])})`);
}

/** A word or phrase, or with a `*` at its end the words that begin so. */
export const textExpression = (text: string): string => {
  const open = /^(.+)\*$/u.exec(text)?.[1];
  return open === undefined ? phraseQuery(text) : beginning(open);
};

const within = (scope: Scope, expression: string): string =>
  scope === 'anywhere' ? expression : `${writtenColumns} : ${expression}`;

/** Parts of machine-made names are terms of their own kind: no word and no beginning of a word meets them. */
const codeMark = '\uE002';
/** Shorter numbers are in too many names to mean one. */
const shortestCode = 3;

const codeForm = (part: string): string => codeMark + fold(part).replace(/[^\p{L}\p{N}]/gu, '');

/** What a text is as part of a machine-made name; nothing where it has no digit. */
export function codeTerms(text: string): string[] {
  const parts = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const typed = parts.join('');
  return /\p{N}/u.test(typed) && typed.length >= shortestCode ? parts.map(codeForm) : [];
}

const textOf = ({ phrases, codes }: NameParts): string =>
  [
    ...phrases.map((words) => indexTerms(words.join(' ')).join(' ')),
    ...codes.map((parts) => parts.map(codeForm).join(' ')),
  ]
    .filter((text) => text !== '')
    .join(boundary);

/** A file's name as full text has it, its ending left out. */
export const fileNameTerms = (file: string): string => textOf(fileNameParts(bareName(file)));

const folderTerms = (name: string): string => textOf(folderNameParts(name));

/** Texts joined by the separator of lines, as terms. */
const linesOf = (texts: string | null): string =>
  (texts ?? '')
    .split(separator)
    .map((text) => indexTerms(text).join(' '))
    .join(boundary);

/** Terms of what is written about a photo, by column, with a space between two; `textBoundary` is between two texts. */
export function writtenTerms(row: WrittenSource) {
  const folders = [basename(row.folderPath), ...row.path.split('/').slice(0, -1)];
  return {
    caption: linesOf(row.captions),
    tag: linesOf(row.tags),
    name: fileNameTerms(row.path.slice(row.path.lastIndexOf('/') + 1)),
    folder: folders.map(folderTerms).join(boundary),
    camera: linesOf(row.camera),
    place: linesOf(row.place),
    person: linesOf(row.people),
  };
}
