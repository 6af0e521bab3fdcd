// Hash codes of photos, captions and tags, made by the hash model in use from their features.
import { setImmediate } from 'node:timers/promises';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { HashModel } from '../hashing/model/hash-model.ts';
import type { ModelsInUse } from '../models/active-models.ts';
import { candidateRows } from '../search/rerank/rerank.ts';
import { makeSketches } from '../search/sketch/make-sketches.ts';
import type { Store } from '../store/database.ts';
import { itemKinds, type ItemKind } from '../store/item-kinds.ts';
import { inTurns } from './in-turns.ts';
import type { JobContext } from './queue.ts';

const codeBatch = 1024;

/** An encoder's widths, and the hash model that makes codes of its features. */
interface CodingModels extends Pick<ModelsInUse, 'encoderId' | 'encoderInfo'> {
  model(): Promise<{ readonly id: ModelId; readonly model: Omit<HashModel, 'manifest' | 'wordsKnown' | 'dispose'> }>;
}

export class HashCodes {
  readonly #store: Store;
  readonly #active: CodingModels;
  readonly #onChange: () => void;

  /** @param onChange called after each commit that adds codes, and when all are made */
  constructor(store: Store, active: CodingModels, onChange: () => void) {
    this.#store = store;
    this.#active = active;
    this.#onChange = onChange;
  }

  /** Makes codes, real-valued rows and sketches for everything that has features and lacks them. */
  async makeMissing(
    context: JobContext,
    among: readonly ItemKind[] = itemKinds,
    models: CodingModels = this.#active,
  ): Promise<void> {
    const { id: modelId } = await models.model();
    const encoderId = models.encoderId();
    const { features, vectors } = this.#store;
    const missing: { kind: ItemKind; ids: number[] }[] = [];
    for (const kind of among) {
      const find = (from: number, to: number) => vectors.missing(kind, modelId, encoderId, from, to);
      missing.push({ kind, ids: await inTurns(features.lastId(kind), find) });
    }
    const total = missing.reduce((sum, m) => sum + m.ids.length, 0);
    let done = 0;
    for (const { kind, ids } of missing) {
      for (let at = 0; at < ids.length; at += codeBatch) {
        context.signal.throwIfAborted();
        const batch = ids.slice(at, at + codeBatch);
        await this.make(kind, batch, models);
        done += batch.length;
        context.progress(done, total, 'Hashing');
      }
    }
    await this.#pack(context, models);
    await this.#sketch(context, models);
    this.#onChange();
  }

  /** Makes and stores the codes and real-valued rows of these items from their stored features. */
  async make(kind: ItemKind, ids: readonly number[], models: CodingModels = this.#active): Promise<void> {
    const store = this.#store;
    const { id: modelId, model } = await models.model();
    const info = models.encoderInfo(models.encoderId());
    const width = kind === 'photo' ? info.imageWidth : info.textWidth;
    const features = store.features.read(kind, info.id, ids, width);
    if (features.ids.length === 0) return;
    const { codes, real } = await (kind === 'photo'
      ? model.encodeImages(features.rows)
      : model.encodeTexts(features.rows, store.features.texts(kind, features.ids)));
    const bytes = model.bits / 8;
    const vectors = candidateRows(features, width, info.sharedWidth, real, model.realWidth);
    store.transaction(() => {
      features.ids.forEach((id, i) => {
        store.codes.put(kind, modelId, id, codes.subarray(i * bytes, (i + 1) * bytes));
      });
      store.vectors.put(kind, modelId, vectors);
      if (kind === 'photo') store.sketches.remove(modelId, vectors.ids);
    });
    this.#onChange();
  }

  /** Makes packed copies of whole blocks of codes, from which the index loads faster at a start. */
  async #pack(context: JobContext, models: CodingModels): Promise<void> {
    const { id, model } = await models.model();
    for (const kind of itemKinds) {
      let packed = 0;
      for (const _block of this.#store.codes.pack(kind, id, model.bits / 8)) {
        context.signal.throwIfAborted();
        context.progress(++packed, 0, 'Packing codes');
        await setImmediate();
      }
    }
  }

  /**
   * Sketches of photos: with them a search of a large library compares a fifth as many photos closely, and misses
   * fewer.
   */
  async #sketch(context: JobContext, models: CodingModels): Promise<void> {
    const { sharedWidth } = models.encoderInfo(models.encoderId());
    for await (const { done, total } of makeSketches(this.#store, sharedWidth, await models.model())) {
      context.signal.throwIfAborted();
      context.progress(done, total, 'Sketching');
      await setImmediate();
    }
  }
}
