// Values for filters: tags, people, cameras, places, formats and folders of the present photos, with their counts.
import type { Database } from 'better-sqlite3';
import type { FolderId } from '../../shared/contract/ids.ts';

export interface TagFacet {
  readonly id: number;
  readonly name: string;
  readonly photos: number;
}

export interface NamedFacet {
  readonly name: string;
  readonly photos: number;
}

/** One directory with photos directly in it. */
export interface DirectoryFacet {
  readonly folderId: FolderId;
  /** Absolute path of the library folder it belongs to. */
  readonly folderPath: string;
  /** Relative to that folder with `/` after each name; empty for the folder itself. */
  readonly directory: string;
  readonly photos: number;
}

export interface FacetLists {
  readonly tags: readonly TagFacet[];
  /** Hierarchical tags, as written here: `Family/Rex`. */
  readonly tagPaths: readonly NamedFacet[];
  readonly cameras: readonly NamedFacet[];
  /** Places as written, all parts in one name. */
  readonly places: readonly NamedFacet[];
  readonly formats: readonly NamedFacet[];
  readonly albums: readonly (NamedFacet & { readonly id: number })[];
  readonly people: readonly NamedFacet[];
  readonly directories: readonly DirectoryFacet[];
}

export class FacetStore {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Reads every photo's row: a second for a million, so callers keep the lists. */
  lists(): FacetLists {
    return {
      tags: this.#db
        .prepare<[], TagFacet>(
          `SELECT t.id, t.name, count(DISTINCT pt.photo_id) AS photos FROM tags t
           JOIN photo_tags pt ON pt.tag_id = t.id JOIN photos p ON p.id = pt.photo_id
           WHERE p.present GROUP BY t.id ORDER BY photos DESC, t.name`,
        )
        .all(),
      tagPaths: this.#db
        .prepare<[], NamedFacet>(
          `SELECT o.name, count(*) AS photos FROM own_tags o JOIN photos p ON p.id = o.photo_id
           WHERE p.present AND instr(o.name, '/') > 0 GROUP BY o.name ORDER BY photos DESC, o.name`,
        )
        .all(),
      cameras: this.#named('camera'),
      places: this.#db
        .prepare<[], NamedFacet>(
          `SELECT name, sum(photos) AS photos FROM (
             SELECT place AS name, count(*) AS photos FROM photos WHERE present AND place IS NOT NULL GROUP BY 1
             UNION ALL SELECT position_place, count(*) FROM photos
             WHERE present AND position_place IS NOT NULL AND position_place IS NOT place GROUP BY 1
           ) GROUP BY name ORDER BY photos DESC, name`,
        )
        .all(),
      formats: this.#named('format'),
      albums: this.#db
        .prepare<[], NamedFacet & { id: number }>(
          `SELECT a.id, a.name, count(p.id) AS photos FROM albums a LEFT JOIN album_photos ap ON ap.album_id = a.id
           LEFT JOIN photos p ON p.id = ap.photo_id AND p.present GROUP BY a.id ORDER BY photos DESC, a.name`,
        )
        .all(),
      people: this.#db
        .prepare<[], NamedFacet>(
          `SELECT pp.name, count(DISTINCT pp.photo_id) AS photos FROM photo_people pp JOIN photos p ON p.id = pp.photo_id
           WHERE p.present GROUP BY pp.name ORDER BY photos DESC, pp.name`,
        )
        .all(),
      // rtrim removes everything but slashes from the end: what remains is the directory.
      directories: this.#db
        .prepare<[], DirectoryFacet>(
          `SELECT p.folder_id AS folderId, d.path AS folderPath, rtrim(p.path, replace(p.path, '/', '')) AS directory,
             count(*) AS photos
           FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.present GROUP BY 1, 3 ORDER BY 2, 3`,
        )
        .all(),
    };
  }

  #named(column: 'camera' | 'format'): NamedFacet[] {
    return this.#db
      .prepare<[], NamedFacet>(
        `SELECT ${column} AS name, count(*) AS photos FROM photos WHERE present AND ${column} IS NOT NULL
         GROUP BY ${column} ORDER BY photos DESC, name`,
      )
      .all();
  }
}
