// Judgements of photos: right or wrong for a search, or for words.
import type { Database } from 'better-sqlite3';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { fold } from '../text/fold.ts';

/** Origin of the words: a search, or a tag or caption of the photo. */
export type JudgementKind = 'search' | 'tag' | 'caption';

/** Photos judged for the same words. */
export interface Judged {
  readonly fits: ReadonlySet<PhotoId>;
  readonly others: ReadonlySet<PhotoId>;
}

export interface StoredJudgement {
  readonly text: string;
  readonly photoId: PhotoId;
  readonly fits: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Case, accents and the number of spaces make no difference. */
const keyOf = (text: string): string => fold(text).replace(/\s+/gu, ' ').trim();

interface Row {
  readonly text: string;
  readonly photoId: PhotoId;
  readonly fits: 0 | 1;
  readonly at: number;
}

const columns = 'j.text, j.photo_id AS photoId, j.fits, j.judged_at AS at';
const judgementOf = (row: Row): StoredJudgement => ({ ...row, fits: row.fits === 1 });

export class JudgementStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Judges photos for some words; null removes a judgement. Unknown photos are left out.
   * @returns the earlier judgements of those that changed
   */
  set(kind: JudgementKind, text: string, photoIds: Iterable<PhotoId>, fits: boolean | null, now = Date.now()) {
    const key = keyOf(text);
    const find = this.#db
      .prepare<[string, string, number], 0 | 1>(
        'SELECT fits FROM judgements WHERE kind = ? AND key = ? AND photo_id = ?',
      )
      .pluck();
    const remove = this.#db.prepare('DELETE FROM judgements WHERE kind = ? AND key = ? AND photo_id = ?');
    const insert = this.#db.prepare(
      `INSERT INTO judgements (kind, key, photo_id, text, fits, judged_at) SELECT ?, ?, id, ?, ?, ? FROM photos WHERE id = ?
       ON CONFLICT (kind, key, photo_id) DO UPDATE SET text = excluded.text, fits = excluded.fits, judged_at = excluded.judged_at`,
    );
    const changed = new Map<boolean | null, PhotoId[]>();
    for (const photoId of new Set(photoIds)) {
      const found = find.get(kind, key, photoId);
      const before = found === undefined ? null : found === 1;
      if (before === fits) continue;
      const { changes } =
        fits === null ? remove.run(kind, key, photoId) : insert.run(kind, key, text, fits ? 1 : 0, now, photoId);
      if (changes > 0) changed.set(before, [...(changed.get(before) ?? []), photoId]);
    }
    return Array.from(changed, ([before, ids]) => ({ photoIds: ids, fits: before }));
  }

  /** Judges a photo like another one, where it was not judged itself. */
  addLike(photoId: PhotoId, other: PhotoId): void {
    this.#db
      .prepare(
        `INSERT INTO judgements (kind, key, photo_id, text, fits, judged_at)
         SELECT kind, key, ?, text, fits, judged_at FROM judgements WHERE photo_id = ? ON CONFLICT DO NOTHING`,
      )
      .run(photoId, other);
  }

  /** Photos judged for these words. */
  of(kind: JudgementKind, text: string): Judged {
    const rows = this.#db
      .prepare<[string, string], Row>(`SELECT ${columns} FROM judgements j WHERE kind = ? AND key = ?`)
      .all(kind, keyOf(text));
    return {
      fits: new Set(rows.filter(({ fits }) => fits === 1).map(({ photoId }) => photoId)),
      others: new Set(rows.filter(({ fits }) => fits === 0).map(({ photoId }) => photoId)),
    };
  }

  /** Words for which one photo was judged. */
  ofPhoto(kind: JudgementKind, photoId: PhotoId): StoredJudgement[] {
    return this.#db
      .prepare<[string, number], Row>(`SELECT ${columns} FROM judgements j WHERE kind = ? AND photo_id = ?`)
      .all(kind, photoId)
      .map(judgementOf);
  }

  /** The newest first, of present photos. @param text only for these words. @param offset number of newer ones to leave out */
  list(kind: JudgementKind, limit: number, text?: string, offset = 0): StoredJudgement[] {
    const wanted = text === undefined ? null : keyOf(text);
    return this.#db
      .prepare<[string, string | null, string | null, number, number], Row>(
        `SELECT ${columns} FROM judgements j JOIN photos p ON p.id = j.photo_id
         WHERE kind = ? AND (? IS NULL OR key = ?) AND p.present ORDER BY judged_at DESC, key, photo_id LIMIT ? OFFSET ?`,
      )
      .all(kind, wanted, wanted, limit, offset)
      .map(judgementOf);
  }

  /** Number of judgements of present photos as right. */
  fitting(kind: JudgementKind): number {
    return (
      this.#db
        .prepare<[string], number>(
          `SELECT count(*) FROM judgements j JOIN photos p ON p.id = j.photo_id WHERE kind = ? AND fits AND p.present`,
        )
        .pluck()
        .get(kind) ?? 0
    );
  }

  count(kind: JudgementKind, text?: string): number {
    const wanted = text === undefined ? null : keyOf(text);
    return (
      this.#db
        .prepare<[string, string | null, string | null], number>(
          `SELECT count(*) FROM judgements j JOIN photos p ON p.id = j.photo_id
           WHERE kind = ? AND (? IS NULL OR key = ?) AND p.present`,
        )
        .pluck()
        .get(kind, wanted, wanted) ?? 0
    );
  }
}
