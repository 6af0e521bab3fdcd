// All facts about photos beside features and codes, page by page, for publishing the library.
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import { parseJson } from '../../shared/json.ts';
import { shownTerms, writtenSource, writtenTerms, type WrittenSource } from './fulltext.ts';
import { captionOrder } from './caption-order.ts';

const texts = z.array(z.string());

/** Facts about a photo. Positions are left out; places in words are enough for a search. */
export interface StoredPhotoFacts {
  readonly id: PhotoId;
  readonly folderId: FolderId;
  /** Relative to the folder, `/` between names. */
  readonly path: string;
  readonly contentHash: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly capturedAt: number | null;
  readonly capturedUntil: number | null;
  /** Sort time in milliseconds since 1970: of the capture, else of the file. */
  readonly taken: number;
  readonly camera: string | null;
  readonly rating: number | null;
  readonly place: string | null;
  readonly positionPlace: string | null;
  /** The displayed one comes first. */
  readonly captions: readonly string[];
  readonly tags: readonly string[];
  /** Tags with levels, as written in the application. */
  readonly tagPaths: readonly string[];
  readonly people: readonly string[];
  /** Full-text terms by source, as in store/fulltext.ts. */
  readonly terms: ReturnType<typeof writtenTerms>;
  /** Terms of the text that the photo shows; null without text. */
  readonly shown: string | null;
}

type Listed = 'captions' | 'tags' | 'tagPaths' | 'people';

interface StoredFacts extends Omit<StoredPhotoFacts, Listed | 'place' | 'terms' | 'shown'> {
  readonly ownPlace: string | null;
  readonly captionList: string;
  readonly tagList: string;
  readonly tagPathList: string;
  readonly peopleList: string;
  readonly read: string | null;
}

export class PhotoFactStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Up to `count` present photos, by id, from the first after `after` on. */
  page(after: number, count: number): StoredPhotoFacts[] {
    const rows = this.#db
      .prepare<[number, number], StoredFacts & WrittenSource>(
        `SELECT p.id, p.folder_id AS folderId, p.content_hash AS contentHash, p.size, p.width, p.height, p.format,
           p.captured_at AS capturedAt, p.captured_until AS capturedUntil, coalesce(p.captured_at, p.mtime_ms) AS taken,
           p.rating, p.position_place AS positionPlace,
           (SELECT json_group_array(text) FROM (SELECT c.text FROM captions c WHERE c.photo_id = p.id AND c.source <> 'tags'
             ORDER BY ${captionOrder('c')})) AS captionList,
           (SELECT json_group_array(name) FROM (SELECT DISTINCT t.name FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id
             WHERE pt.photo_id = p.id ORDER BY t.name)) AS tagList,
           (SELECT json_group_array(name) FROM (SELECT o.name FROM own_tags o WHERE o.photo_id = p.id
             AND instr(o.name, '/') > 0 ORDER BY o.name)) AS tagPathList,
           (SELECT json_group_array(name) FROM (SELECT DISTINCT name FROM photo_people WHERE photo_id = p.id
             ORDER BY name)) AS peopleList,
           (SELECT o.text FROM ocr_texts o WHERE o.photo_id = p.id AND o.text <> '') AS read,
           p.place AS ownPlace, ${writtenSource}
         FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.present AND p.id > ? ORDER BY p.id LIMIT ?`,
      )
      .all(after, count);
    return rows.map((row) => {
      const { id, folderId, path, contentHash, size, width, height, format } = row;
      const { capturedAt, capturedUntil, taken, camera, rating, ownPlace, positionPlace, read } = row;
      return {
        ...{ id, folderId, path, contentHash, size, width, height, format },
        ...{ capturedAt, capturedUntil, taken, camera, rating, place: ownPlace, positionPlace },
        captions: parseJson(texts, row.captionList),
        tags: parseJson(texts, row.tagList),
        tagPaths: parseJson(texts, row.tagPathList),
        people: parseJson(texts, row.peopleList),
        terms: writtenTerms(row),
        shown: read === null ? null : shownTerms(read),
      };
    });
  }
}
