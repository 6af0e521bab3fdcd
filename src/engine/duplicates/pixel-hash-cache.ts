// Cache of pixel hashes and colour codes between searches for duplicates, by content: each photo is read once, under
// any name.
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { readPlainText } from '../runtime/plain-file.ts';
import { colourBytes } from './colour-code.ts';
import { hashBytes } from './pixel-hash.ts';
import { parseJson } from '../../shared/json.ts';

/** Version of the hashes. Raise it when they change; old entries are then computed again. */
const version = 2;
const cacheFile = z.object({ version: z.literal(version), hashes: z.record(z.string(), z.string()) });

/** Bytes per photo: its pixel hash, then its colour code. */
export const lookBytes = hashBytes + colourBytes;

export class PixelHashCache {
  readonly #file: string;
  readonly #hashes: Map<string, Uint8Array>;
  #changed = false;

  private constructor(file: string, hashes: Map<string, Uint8Array>) {
    this.#file = file;
    this.#hashes = hashes;
  }

  /**
   * A missing or damaged file, or one of another version, is an empty cache: hashes can be computed again at any
   * time.
   */
  static async open(libraryDir: string): Promise<PixelHashCache> {
    const file = join(libraryDir, 'pixel-hashes.json');
    const hashes = new Map<string, Uint8Array>();
    try {
      const stored = parseJson(cacheFile, await readPlainText(file));
      for (const [contentHash, text] of Object.entries(stored.hashes)) {
        const hash = new Uint8Array(Buffer.from(text, 'base64'));
        if (hash.length === lookBytes) hashes.set(contentHash, hash);
      }
    } catch {
      hashes.clear();
    }
    return new PixelHashCache(file, hashes);
  }

  get(contentHash: string): Uint8Array | null {
    return this.#hashes.get(contentHash) ?? null;
  }

  set(contentHash: string, hash: Uint8Array): void {
    this.#hashes.set(contentHash, hash);
    this.#changed = true;
  }

  /** Keeps only the hashes of these contents, so that hashes of removed photos do not accumulate. */
  async save(contentHashes: Iterable<string>): Promise<void> {
    if (!this.#changed) return;
    const hashes: Record<string, string> = {};
    for (const contentHash of contentHashes) {
      const hash = this.#hashes.get(contentHash);
      if (hash) hashes[contentHash] = Buffer.from(hash).toString('base64');
    }
    await writeFileAtomic(this.#file, JSON.stringify({ version, hashes }), { flush: false });
    this.#changed = false;
  }
}
