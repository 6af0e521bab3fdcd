// The part of a folder that an index job scans: all of it, or the folders with changes.
import type { ScannedPart } from '../library/scan/scan.ts';

const around = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export class IndexScope {
  readonly #listed: ReadonlySet<string> | null;
  readonly #there: ReadonlySet<string>;

  /** @param scannedPart null for the whole folder */
  constructor(scannedPart: ScannedPart | null) {
    this.#listed = scannedPart === null ? null : new Set(scannedPart.listed);
    this.#there = new Set(scannedPart?.there);
  }

  /** Whether this folder was expected in a listed one and is missing. */
  isMissing(folder: string): boolean {
    if (this.#listed === null) return false;
    return this.#listed.has(around(folder)) && !this.#listed.has(folder) && !this.#there.has(folder);
  }

  /** Whether the scan has checked that this file or folder exists. @param path relative to the root */
  has(path: string): boolean {
    if (this.#listed === null || this.#listed.has(path) || this.#listed.has(around(path))) return true;
    // Caption files beside the folder are looked for in scans of all of it.
    if (path.startsWith('../')) return false;
    for (let folder = around(path); folder !== ''; folder = around(folder)) {
      // A folder that its listed parent lacks is missing, with all of its content.
      if (this.#listed.has(around(folder))) return !this.#there.has(folder);
    }
    return false;
  }
}
