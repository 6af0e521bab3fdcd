// The part of a folder that an index job looks at: all of it, or folders in which something has changed.
import type { LookedAt } from '../library/scan/scan.ts';

const around = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export class IndexScope {
  readonly #listed: ReadonlySet<string> | null;
  readonly #there: ReadonlySet<string>;

  /** @param lookedAt null for the whole folder */
  constructor(lookedAt: LookedAt | null) {
    this.#listed = lookedAt === null ? null : new Set(lookedAt.listed);
    this.#there = new Set(lookedAt?.there);
  }

  /** Whether this folder was looked for in a listed one and is not there. */
  isGone(folder: string): boolean {
    if (this.#listed === null) return false;
    return this.#listed.has(around(folder)) && !this.#listed.has(folder) && !this.#there.has(folder);
  }

  /** Whether the scan has looked whether this file or folder is there. @param path relative to the root */
  has(path: string): boolean {
    if (this.#listed === null || this.#listed.has(path) || this.#listed.has(around(path))) return true;
    for (let folder = around(path); folder !== ''; folder = around(folder)) {
      // A folder in a listed one that was not found there is gone, with all that was in it.
      if (this.#listed.has(around(folder))) return !this.#there.has(folder);
    }
    return false;
  }
}
