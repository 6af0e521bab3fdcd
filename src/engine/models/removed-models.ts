// Copies of removed hash models, by which they come back until the engine ends.
import { copyFile, link, mkdir, rename, utimes } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { modelFileNames } from '../hashing/model/model-files.ts';
import { discard, temporaryOf } from '../runtime/atomic-write.ts';
import type { Store } from '../store/database.ts';
import type { ActiveModels } from './active-models.ts';
import { importModel } from './model-exchange.ts';

interface Kept {
  readonly folder: string;
  readonly name: string;
  readonly note: string;
}

/** A sweep takes a file older than an hour for the remains of a crash. */
const refreshMs = 20 * 60_000;

export class RemovedModels {
  readonly #store: Store;
  readonly #active: ActiveModels;
  readonly #kept = new Map<ModelId, Kept>();
  readonly #refreshing = setInterval(() => void this.#refresh(), refreshMs).unref();

  constructor(store: Store, active: ActiveModels) {
    this.#store = store;
    this.#active = active;
  }

  /**
   * Keeps the files of a model that is about to be removed, as links where the disk has them, which take no room. They have
   * the name of an unfinished write, so that they are swept away after a crash.
   * @returns false for a model without whole files
   */
  async keep(id: ModelId): Promise<boolean> {
    const row = this.#store.models.get(id);
    if (row?.state !== 'ready') return false;
    const source = this.#active.modelDir(id);
    const folder = temporaryOf(source);
    try {
      await mkdir(folder, { mode: 0o700 });
      for (const file of modelFileNames) {
        const [from, to] = [join(source, file), join(folder, file)];
        await link(from, to).catch(() => copyFile(from, to));
      }
    } catch {
      await discard(folder);
      return false;
    }
    await this.#forget(id);
    this.#kept.set(id, { folder, name: row.name, note: row.note });
    return true;
  }

  /**
   * Brings a removed model back under its id, with its name and note. Search has to make its codes again.
   * @throws HashlensError `model-missing` without its files, and the errors of `importModel`
   */
  async restore(id: ModelId): Promise<void> {
    const kept = this.#kept.get(id);
    const place = this.#active.modelDir(id);
    const isTaken = this.#store.models.get(id) !== null;
    if (isTaken) return this.#forget(id);
    if (kept === undefined || !existsSync(kept.folder) || existsSync(place)) {
      throw new HashlensError('model-missing', `The removed model ${id} is not kept any more.`);
    }
    await rename(kept.folder, place);
    try {
      await importModel(this.#store, this.#active, place);
    } catch (error) {
      await rename(place, kept.folder);
      throw error;
    }
    this.#store.models.describe(id, { name: kept.name, note: kept.note });
    this.#active.clearTrouble(id);
    this.#kept.delete(id);
  }

  /** Removes all kept files. */
  async close(): Promise<void> {
    clearInterval(this.#refreshing);
    for (const id of [...this.#kept.keys()]) await this.#forget(id);
  }

  async #refresh(): Promise<void> {
    const now = new Date();
    for (const { folder } of this.#kept.values()) await utimes(folder, now, now).catch(() => undefined);
  }

  async #forget(id: ModelId): Promise<void> {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    if (kept !== undefined) await discard(kept.folder);
  }
}
