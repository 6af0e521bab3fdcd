// Encodes newly written texts at once, beside the queue of jobs, so that a search by meaning finds them.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Encoder } from '../encoder/encoder.ts';
import type { ActiveModel } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import { encodeTexts } from './encoding.ts';
import type { HashCodes } from './hash-codes.ts';

/** The encoder, null while it is not available, and the hash model in use. */
interface TextModels {
  encoderForJobs(): Promise<Pick<Encoder, 'info' | 'encodeTexts'> | null>;
  model(): Promise<Pick<ActiveModel, 'id'>>;
}

export class WrittenTexts {
  readonly #store: Store;
  readonly #active: TextModels;
  readonly #codes: Pick<HashCodes, 'make'>;
  readonly #log: (line: string) => void;
  readonly #waiting = new Set<PhotoId>();
  #work: Promise<void> | null = null;

  /** @param log receives the reason when something could not be encoded; the next index job tries again */
  constructor(store: Store, active: TextModels, codes: Pick<HashCodes, 'make'>, log: (line: string) => void) {
    this.#store = store;
    this.#active = active;
    this.#codes = codes;
    this.#log = log;
  }

  /** Call when texts of these photos have changed. */
  changed(photoIds: Iterable<PhotoId>): void {
    for (const id of photoIds) this.#waiting.add(id);
    this.#work ??= this.#encode().finally(() => (this.#work = null));
  }

  /** Settles when all new texts are encoded, or could not be. */
  async idle(): Promise<void> {
    await this.#work;
  }

  async #encode(): Promise<void> {
    while (this.#waiting.size > 0) {
      const photoIds = [...this.#waiting];
      this.#waiting.clear();
      try {
        await this.#encodeTextsOf(photoIds);
      } catch (error) {
        const isRemoved = error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
        // A text was removed while it was being encoded: the rest is read once more.
        if (isRemoved) for (const id of photoIds) this.#waiting.add(id);
        else this.#log(`new captions and tags could not be encoded: ${String(error)}`);
      }
    }
  }

  async #encodeTextsOf(photoIds: readonly PhotoId[]): Promise<void> {
    const encoder = await this.#active.encoderForJobs();
    if (encoder === null) return;
    const { id: modelId } = await this.#active.model();
    for (const kind of ['caption', 'tag'] as const) {
      const ids = this.#store.edits.textIds(kind, photoIds);
      await encodeTexts(this.#store, encoder, kind, this.#store.features.lacking(kind, encoder.info.id, ids));
      await this.#codes.make(kind, this.#store.codes.lacking(kind, modelId, ids));
    }
  }
}
