// Text read in photos, and its full-text index.
import type { Database } from 'better-sqlite3';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { shownTerms } from './fulltext.ts';

/** Counts of present photos. */
export interface OcrCounts {
  readonly photos: number;
  /** Read, or found unreadable. */
  readonly read: number;
  readonly withText: number;
  readonly failed: number;
}

export class OcrStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param text lines separated by line feeds; '' for a photo without text. Inside a transaction. */
  put(id: PhotoId, text: string): void {
    this.#replace(id, text, null);
  }

  /** Records why a photo could not be read, so that it is not tried again until it changes. Inside a transaction. */
  fail(id: PhotoId, error: string): void {
    this.#replace(id, '', error);
  }

  #replace(id: PhotoId, text: string, error: string | null): void {
    this.#db.prepare('DELETE FROM ocr_texts WHERE photo_id = ?').run(id);
    this.#db.prepare('INSERT INTO ocr_texts (photo_id, text, error) VALUES (?, ?, ?)').run(id, text, error);
    if (text === '') return;
    this.#db.prepare('INSERT INTO ocr_words (rowid, text) VALUES (?, ?)').run(id, shownTerms(text));
  }

  /** Present photos that have not been read, the newest first. */
  missing(): PhotoId[] {
    return this.#db
      .prepare<[], PhotoId>(
        `SELECT p.id FROM photos p WHERE p.present AND NOT EXISTS (SELECT 1 FROM ocr_texts o WHERE o.photo_id = p.id)
         ORDER BY coalesce(p.captured_at, p.mtime_ms) DESC, p.id`,
      )
      .pluck()
      .all();
  }

  /** Whether some present photos have not been read. */
  hasMissing(): boolean {
    return (
      this.#db
        .prepare(
          'SELECT 1 FROM photos p WHERE p.present AND NOT EXISTS (SELECT 1 FROM ocr_texts o WHERE o.photo_id = p.id) LIMIT 1',
        )
        .get() !== undefined
    );
  }

  /** Copies the text of another photo with the same bytes. False if none has been read. Inside a transaction. */
  copyFromSameContent(id: PhotoId): boolean {
    const text = this.#db
      .prepare<[number], string>(
        `SELECT o.text FROM photos p JOIN photos q ON q.content_hash = p.content_hash AND q.id <> p.id
         JOIN ocr_texts o ON o.photo_id = q.id WHERE p.id = ? AND o.error IS NULL LIMIT 1`,
      )
      .pluck()
      .get(id);
    if (text === undefined) return false;
    this.put(id, text);
    return true;
  }

  /** Lines separated by line feeds; null for a photo that was not read or shows no text. */
  textOf(id: PhotoId): string | null {
    const text = this.#db.prepare<[number], string>('SELECT text FROM ocr_texts WHERE photo_id = ?').pluck().get(id);
    return text === undefined || text === '' ? null : text;
  }

  counts(): OcrCounts {
    const counts = this.#db
      .prepare<[], OcrCounts>(
        `SELECT count(*) AS photos, count(o.photo_id) AS read, count(nullif(o.text, '')) AS withText, count(o.error) AS failed
         FROM photos p LEFT JOIN ocr_texts o ON o.photo_id = p.id WHERE p.present`,
      )
      .get();
    return counts ?? { photos: 0, read: 0, withText: 0, failed: 0 };
  }

  /** Removes all text. Inside a transaction. */
  clear(): void {
    this.#db.exec('DELETE FROM ocr_texts');
  }
}
