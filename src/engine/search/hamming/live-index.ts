// An index that follows the library. It loads block by block, answers meanwhile, and then reads only changes.
import type { ModelId } from '../../../shared/contract/ids.ts';
import { blockIds, type CodeBlock, type CodeStore } from '../../store/codes.ts';
import type { ItemKind } from '../../store/item-kinds.ts';
import type { SketchStore } from '../../store/sketches.ts';
import { HammingIndex, type IndexOptions } from './hamming-index.ts';
import { SketchTable } from '../sketch/sketch-table.ts';
import { itemAt } from '../../../shared/at.ts';

export interface LoadProgress {
  /** Blocks read, of those to be read. */
  readonly done: number;
  readonly total: number;
}

/** The part of the library that an index contains. */
export interface LiveSubject {
  readonly kind: ItemKind;
  readonly modelId: ModelId;
  readonly bits: number;
}

export interface LiveSources {
  readonly codes: CodeStore;
  readonly sketches: SketchStore;
}

/** Blocks to read, and the photos missing when they were listed; the next pass finds later changes. */
interface Pass {
  readonly revision: string;
  readonly todo: readonly CodeBlock[];
  readonly hidden: ReadonlySet<number>;
  /** Directions of the sketches; null where there are none. */
  readonly set: bigint | null;
  next: number;
}

/** Duration of a turn of loading: short enough that other work of the event loop hardly waits. */
const turnMs = 8;

export class LiveIndex {
  readonly subject: LiveSubject;
  readonly index: HammingIndex;
  /** Only photos have them. */
  readonly sketches = new SketchTable();
  readonly #sources: LiveSources;
  /** Stamp of each block as it was read. */
  readonly #stamps = new Map<number, bigint>();
  #pass: Pass | null = null;
  #revision: string | null = null;

  constructor(sources: LiveSources, subject: LiveSubject, options: IndexOptions = {}) {
    this.#sources = sources;
    this.subject = subject;
    this.index = new HammingIndex({ ids: new Int32Array(0), codes: new Uint8Array(0) }, subject.bits, options);
  }

  /** True once everything has been read for the first time; later changes come with the next `refresh`. */
  get loaded(): boolean {
    return this.#revision !== null;
  }

  /**
   * Reads changes of the library by any process. Takes some microseconds without changes.
   * @param budgetMs how long this call may read; it always reads one block
   * @returns true when everything is read, false when there was more than the budget allows
   */
  refresh(budgetMs = Infinity): boolean {
    const deadline = performance.now() + budgetMs;
    for (;;) {
      const pass = (this.#pass ??= this.#begin());
      if (pass === null) return true;
      while (pass.next < pass.todo.length) {
        this.#read(itemAt(pass.todo, pass.next), pass);
        pass.next++;
        if (performance.now() > deadline && pass.next < pass.todo.length) return false;
      }
      this.#pass = null;
      this.#revision = pass.revision;
      // Changes since the pass began are for the next pass, which begins at once only while there is time.
      if (performance.now() > deadline) return this.#sources.codes.revision() === this.#revision;
    }
  }

  /** Loads turn by turn; between two turns searches use the codes that are loaded. */
  async *load(): AsyncGenerator<LoadProgress> {
    for (let complete = false; !complete;) {
      complete = this.refresh(turnMs);
      yield this.progress;
      await new Promise((resume) => setImmediate(resume));
    }
  }

  get progress(): LoadProgress {
    const total = this.#pass?.todo.length ?? this.#stamps.size;
    return { done: this.#pass?.next ?? total, total };
  }

  #begin(): Pass | null {
    const { codes, sketches } = this.#sources;
    const revision = codes.revision();
    if (revision === this.#revision) return null;
    const { kind, modelId } = this.subject;
    const blocks = codes.blocks(kind, modelId);
    const there = new Set(blocks.map(({ block }) => block));
    for (const block of this.#stamps.keys()) if (!there.has(block)) this.#drop(block);
    const set = kind === 'photo' ? sketches.set(modelId) : null;
    this.sketches.use(set);
    const todo = blocks.filter(({ block, stamp }) => this.#stamps.get(block) !== stamp);
    return {
      revision,
      todo,
      next: 0,
      hidden: todo.length > 0 ? codes.hidden(kind) : new Set(),
      set: set?.stamp ?? null,
    };
  }

  #read({ block, stamp }: CodeBlock, { hidden, set }: Pass): void {
    const { codes, sketches } = this.#sources;
    const { kind, modelId, bits } = this.subject;
    const rows = codes.block(kind, modelId, block, bits / 8, hidden);
    this.index.replaceRange(block * blockIds, (block + 1) * blockIds, rows);
    if (set !== null) this.sketches.put(block, sketches.block(modelId, block, set));
    this.#stamps.set(block, stamp);
  }

  #drop(block: number): void {
    this.index.replaceRange(block * blockIds, (block + 1) * blockIds, {
      ids: new Int32Array(0),
      codes: new Uint8Array(0),
    });
    this.sketches.put(block, null);
    this.#stamps.delete(block);
  }

  close(): Promise<void> {
    return this.index.close();
  }
}
