// Full text over words about photos by people and programs: captions, tags, people, file and folder names, cameras,
// places; and, separately, over the text shown in photos.
import { basename } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { fold } from '../text/fold.ts';
import { compoundsJoined, compoundTerms, foldedWords, indexTerms } from '../text/index-terms.ts';
import { formsOfOtherNumber, stem } from '../text/inflections.ts';
import { bareName, fileNameParts, folderNameParts, type NameParts } from '../text/name-words.ts';
import { Statements } from './statements.ts';
import { IdMask } from './id-mask.ts';
import { noIds, TextScores, type CommonWord, type QueryWord } from './text-scores.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { present } from '../../shared/at.ts';

/** Stored words about a photo; several texts are joined by a separator. */
export interface WrittenSource {
  readonly folderPath: string;
  readonly path: string;
  readonly camera: string | null;
  readonly place: string | null;
  readonly people: string | null;
  readonly captions: string | null;
  readonly tags: string | null;
}

/** Words of a query that no text has in this form. */
export interface OtherWords {
  /** Expressions for broader terms of such words ("dog" for "puppy"), which match less exactly. */
  readonly kinds?: readonly string[];
  /** Expressions that match only cameras' names: they count for the score, not as words about the photo. */
  readonly cameras?: readonly string[];
  /** Expressions of words found only as text in photos. */
  readonly photoText?: readonly string[];
  /** For each written word, then for each kind, the word's expression for text in photos; null where none matches. */
  readonly alsoInPhotos?: readonly (string | null)[];
  /** Number of words that no photo has. */
  readonly absent?: number;
  /** Photos that have a written word for another reason than a text, by index of the word. */
  readonly taken?: ReadonlyMap<number, readonly number[]>;
}

/** Weight of BM25 of text in a photo, relative to that of words about it. */
const photoTextWeight = 0.5;

/** Columns of words about a photo, by position. */
const placeColumns = {
  caption: 'caption',
  tag: 'tag',
  person: 'person',
  place: 'place',
  name: 'name folder',
  camera: 'camera',
} as const;

export type WrittenPlace = keyof typeof placeColumns;

/** Words about photos, and text in them. */
type Index = 'photo_text' | 'ocr_words';

/** Sources of the full text of a photo `p` in a folder `d`. A text counts once, however many programs wrote it. */
export const writtenSource = `d.path AS folderPath, p.path, p.camera, concat_ws(char(0), p.place, p.position_place,
    strftime('%Y', p.captured_at / 1000, 'unixepoch')) AS place,
  (SELECT group_concat(name, char(0)) FROM (SELECT DISTINCT name FROM photo_people WHERE photo_id = p.id)) AS people,
  (SELECT group_concat(text, char(0))
   FROM (SELECT DISTINCT text FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags')) AS captions,
  (SELECT group_concat(t.name, char(0)) FROM tags t
   WHERE t.id IN (SELECT tag_id FROM photo_tags WHERE photo_id = p.id)) AS tags`;

/** Texts about a photo as they were written. */
export interface TextsAbout {
  readonly captions: readonly string[];
  readonly tags: readonly string[];
  readonly people: readonly string[];
  /** Place, year, path of the file, and name of its folder. */
  readonly others: readonly string[];
}

/** A term that separates captions, so that a phrase cannot begin in one and end in the next. */
export const textBoundary = '\uE000';
const boundary = ` ${textBoundary} `;
/** Separator of the texts of one photo in SQLite's result. */
const separator = '\u0000';
const refreshBatch = 2000;
/** Number of photos from which it is faster to list all matches. */
const mostLookedAt = 300;
/**
 * Largest number of matches to rank by BM25: ranking takes several times as long as listing (docs/measurements.md,
 * full-text).
 */
const mostRanked = 4000;

/**
 * One row per photo in `photo_text`. Triggers record changed photos (`photo_text_stale`); `refresh` writes their
 * rows again, once per photo for any number of changed texts. `Store.transaction` calls it before each commit, so
 * texts and full text are always committed together; changes by other programs are caught up with before the next
 * search.
 *
 * The table holds no text, only the index (`content=''`): 350 bytes and 70 microseconds a photo with a caption and two tags.
 */
export class FullTextStore {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #stale: Statement<[number], number>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = new Statements(db);
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

  /**
   * Makes the words of up to `count` photos again, and those of the text in them, where an earlier release made them. Inside a
   * transaction.
   * @returns whether more are left
   */
  renew(count: number): boolean {
    const ids = this.#db
      .prepare<[number], number>('SELECT photo_id FROM photo_text_outdated ORDER BY photo_id LIMIT ?')
      .pluck()
      .all(count);
    if (ids.length === 0) return false;
    this.#rewrite(ids);
    const text = this.#statements.prepare<{ text: string }>(
      `SELECT text FROM ocr_texts WHERE photo_id = ? AND text <> ''`,
    );
    const remove = this.#statements.prepare('DELETE FROM ocr_words WHERE rowid = ?');
    const insert = this.#statements.prepare('INSERT INTO ocr_words (rowid, text) VALUES (?, ?)');
    for (const id of ids) {
      const shown = text.get(id);
      if (shown === undefined) continue;
      remove.run(id);
      insert.run(id, shownTerms(shown.text));
    }
    this.#statements.prepare('DELETE FROM photo_text_outdated WHERE photo_id <= ?').run(present(ids.at(-1)));
    return ids.length === count;
  }

  /** Removes the words of removed photos from the index, where they stay until its parts are merged. */
  compact(): void {
    this.refresh();
    for (const table of ['photo_text', 'ocr_words'])
      this.#db.exec(`INSERT INTO ${table} (${table}) VALUES ('optimize')`);
  }

  #rewrite(ids: readonly number[]): void {
    const source = this.#statements.prepare<WrittenSource>(
      `SELECT ${writtenSource} FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.id = ?`,
    );
    const remove = this.#statements.prepare('DELETE FROM photo_text WHERE rowid = ?');
    const insert = this.#statements.prepare(
      'INSERT INTO photo_text (rowid, caption, tag, name, folder, camera, place, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const done = this.#statements.prepare('DELETE FROM photo_text_stale WHERE photo_id = ?');
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
   * BM25 of every photo that matches at least one of the expressions, as made by `quoted` and `beginning`: rare
   * words count more, long texts less. A word of more than `mostRanked` photos is not informative, and ranking so
   * many would take longer than all the rest of a search: each of them gets the score of a text of average length
   * with one occurrence.
   * @param written one expression a word of the query
   * @param others words of the query that no text has in this form
   */
  scores(written: readonly string[], others: OtherWords = {}): TextScores {
    const { kinds = [], cameras = [], photoText = [], alsoInPhotos = [], absent = 0, taken } = others;
    const common: CommonWord[] = [];
    const words: QueryWord[] = [];
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
    const aboutPhotos = written.length + kinds.length;
    const found = rank('photo_text', [...written, ...kinds, ...cameras], 1).map((ids, i) => {
      const also = taken?.get(i) ?? [];
      if (also.length === 0) return ids;
      common.push({ ids: IdMask.of(also), score: this.#commonScore(also.length) });
      return [...new Set([...ids, ...also])];
    });
    const also = alsoInPhotos.filter((expression) => expression !== null);
    const foundInPhotos = rank('ocr_words', [...photoText, ...also], photoTextWeight);
    const alsoFound = foundInPhotos.slice(photoText.length);
    for (const [i, ids] of found.entries()) {
      const isWhole = i < written.length;
      const mask = IdMask.of(ids);
      const onlyInPhoto =
        (alsoInPhotos[i] ?? null) === null ? [] : (alsoFound.shift() ?? []).filter((id) => !mask.has(id));
      const photos = i < aboutPhotos ? ids.length : 0;
      words.push({ ids: i < aboutPhotos ? mask : noIds, photos, isWhole, inPhotoText: IdMask.of(onlyInPhoto) });
    }
    for (const ids of foundInPhotos.slice(0, photoText.length)) {
      const mask = IdMask.of(ids);
      words.push({ ids: mask, photos: ids.length, isWhole: true, inPhotoText: mask });
    }
    for (let i = 0; i < absent; i++) words.push({ ids: noIds, photos: 0, isWhole: true, inPhotoText: noIds });
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

  /** FTS5's weight: a word of half of all photos is worth next to nothing, and still matches. */
  #commonScore(matches: number): number {
    const photos = present(this.#db.prepare<[], number>('SELECT count(*) FROM photos').pluck().get());
    return Math.max(1e-6, Math.log((photos - matches + 0.5) / (matches + 0.5)));
  }

  /**
   * Finds where an expression occurs in words about photos.
   * @returns by place, those of `ids` that have it there
   */
  placesOf(expression: string, ids: readonly number[]): ReadonlyMap<WrittenPlace, ReadonlySet<number>> {
    const wanted = new Set(ids);
    // Checking a photo takes 10 microseconds, listing all matches 0.1 per match.
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

  /** Texts about these photos. */
  textsOf(ids: readonly PhotoId[]): ReadonlyMap<PhotoId, TextsAbout> {
    const rows = this.#db.prepare<[string], WrittenSource & { readonly id: PhotoId }>(
      `SELECT p.id, ${writtenSource} FROM json_each(?) j CROSS JOIN photos p ON p.id = j.value
       JOIN folders d ON d.id = p.folder_id`,
    );
    const lines = (texts: string | null) => texts?.split(separator) ?? [];
    return new Map(
      rows.all(JSON.stringify(ids)).map(({ id, captions, tags, people, place, path, folderPath }) => [
        id,
        {
          captions: lines(captions),
          tags: lines(tags),
          people: lines(people),
          others: [...lines(place), path, basename(folderPath)],
        },
      ]),
    );
  }

  /** Those of `ids` whose photo shows a text. */
  withPhotoText(expression: string, ids: readonly number[]): number[] {
    const wanted = new Set(ids);
    return this.#matches('ocr_words', expression).filter((id) => wanted.has(id));
  }

  /** Photos whose captions or tags have all the expressions. */
  described(expressions: readonly string[]): number[] {
    if (expressions.length === 0) return [];
    return this.#matches('photo_text', describing(expressions.join(' AND ')));
  }

  /** Whether a text has a word with this beginning, except machine-made names and cameras. */
  hasBeginning(text: string): boolean {
    return this.exists(beginning(text, 'written'));
  }

  /** Whether any present photo matches. */
  exists(expression: string): boolean {
    return this.#exists('photo_text', expression);
  }

  /** Whether any present photo shows such a text. Expressions are those of the scope `anywhere`. */
  hasPhotoText(expression: string): boolean {
    return this.#exists('ocr_words', expression);
  }

  #exists(table: Index, expression: string): boolean {
    const sql = `SELECT 1 FROM ${table} t JOIN photos p ON p.id = t.rowid WHERE t.${table} MATCH ? AND p.present LIMIT 1`;
    return this.#db.prepare(sql).get(expression) !== undefined;
  }
}

/** Columns in which a word is looked for: names of things, places and people; all texts and names; cameras too. */
export type Scope = 'named' | 'written' | 'anywhere';

const columnsOf: Readonly<Record<Exclude<Scope, 'anywhere'>, string>> = {
  named: '{tag place person}',
  written: '{caption tag name folder place person}',
};

/** The expression in captions and tags alone. */
export const describing = (expression: string): string => `{caption tag} : (${expression})`;

const phraseOf = (terms: readonly string[]): string => `"${terms.join(' ')}"`;

/** An expression that matches where any of some does; each of them is a phrase, or in brackets. */
export const either = (expressions: readonly string[]): string =>
  expressions.length === 1 ? expressions.join('') : `(${expressions.join(' OR ')})`;

/** The ways in which texts have a word or phrase: as it is, and with its compounds in one word. */
export const spellings = (text: string): string[] => [...new Set([text, compoundsJoined(text)])];

/** These ways, and a single word's other number: "women" finds "woman". */
export const writings = (text: string): string[] => {
  const words = foldedWords(text);
  return words.length === 1 ? [...spellings(text), ...words.flatMap(formsOfOtherNumber)] : spellings(text);
};

/** An FTS5 phrase of any characters: they are terms, never syntax. A phrase without words matches nothing. */
export function phraseQuery(text: string, scope: Scope = 'anywhere'): string {
  const codes = codeTerms(text);
  const phrases = writings(text).map((writing) => phraseOf(indexTerms(writing)));
  return within(scope, either(codes.length > 0 ? [...phrases, phraseOf(codes)] : phrases));
}

/** Any of several words or phrases. */
export const anyOf = (texts: readonly string[], scope: Scope = 'anywhere'): string =>
  within(
    scope,
    `(${texts
      .flatMap(writings)
      .map((text) => phraseOf(indexTerms(text)))
      .join(' OR ')})`,
  );

/** Every word with this beginning, and the word's own inflections. */
export function beginning(text: string, scope: Scope = 'anywhere'): string {
  const expressions = spellings(text).flatMap((spelling) => {
    const words = foldedWords(spelling);
    const last = words.pop();
    if (last === undefined) return [];
    const start = words.map(stem);
    // The index has stems: no stem begins with "climbi", but "climb" matches.
    const stemmed = stem(last);
    const open = `${phraseOf([...start, last])} *`;
    return stemmed === last ? [open] : [open, phraseOf([...start, stemmed])];
  });
  return expressions.length === 0 ? phraseOf([]) : within(scope, either(expressions));
}

/** A word or phrase, or with a `*` at its end the words with this beginning. */
export const textExpression = (text: string): string => {
  const open = /^(.+)\*$/u.exec(text)?.[1];
  return open === undefined ? phraseQuery(text) : beginning(open);
};

const within = (scope: Scope, expression: string): string =>
  scope === 'anywhere' ? expression : `${columnsOf[scope]} : ${expression}`;

/** Parts of machine-made names are terms of a separate kind: no word and no prefix of a word matches them. */
const codeMark = '\uE002';
/** Shorter numbers occur in too many names to be specific. */
const shortestCode = 3;

const codeForm = (part: string): string => codeMark + fold(part).replace(/[^\p{L}\p{N}]/gu, '');

/** A text as part of a machine-made name; empty without a digit. */
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

/** A file's name for full text, without its extension. */
export const fileNameTerms = (file: string): string => textOf(fileNameParts(bareName(file)));

const folderTerms = (name: string): string => textOf(folderNameParts(name));

/**
 * Terms of a text, separated by spaces; after `textBoundary` those of its compounds in one word, so that phrases of the
 * text stay as they are.
 */
export function textTerms(text: string): string {
  const [terms, compounds] = [indexTerms(text), compoundTerms(text)];
  return [terms, compounds]
    .filter((list) => list.length > 0)
    .map((list) => list.join(' '))
    .join(boundary);
}

/** A letter that the networks for text in photos write for ß: between small letters, or behind them at the end of a word. */
const sharpS = /(?<=\p{Ll})B(?=\p{Ll}|$|\P{L})/gu;

/** The same of a text read in a photo; lines with `StraBe` or `FuB` also as they were meant. */
export function shownTerms(text: string): string {
  const meant = text.split('\n').flatMap((line) => {
    const changed = line.replace(sharpS, 'ß');
    return changed === line ? [] : [changed];
  });
  return [text, ...meant].map(textTerms).join(boundary);
}

/** Texts joined by the separator of lines, as terms. */
const linesOf = (texts: string | null): string => (texts ?? '').split(separator).map(textTerms).join(boundary);

/** Terms of the words about a photo, by column, separated by spaces; `textBoundary` separates two texts. */
export function writtenTerms(row: WrittenSource) {
  const folders = [basename(row.folderPath), ...row.path.split('/').slice(0, -1)];
  return {
    caption: linesOf(row.captions),
    tag: linesOf(row.tags),
    name: fileNameTerms(row.path.slice(row.path.lastIndexOf('/') + 1)),
    folder: folders.map(folderTerms).join(boundary),
    // Parts of a camera's name are terms, not compounds.
    camera: indexTerms(row.camera ?? '').join(' '),
    place: linesOf(row.place),
    person: linesOf(row.people),
  };
}
