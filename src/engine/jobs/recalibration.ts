// Fits the relevance model again a while after a person has judged results.
import { refreshRelevance } from '../search/relevance/relevance-file.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';

/** Waiting time after a judgement, because people judge several results in a row. */
const quietMs = 5000;

export class Recalibration {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | null = null;

  /** @param log receives the reason when nothing could be learned; the next job tries again */
  constructor(store: Store, active: ActiveModels, log: (line: string) => void) {
    this.#run = (signal) => refreshRelevance(store, active, { signal, progress: () => undefined });
    this.#log = log;
  }

  /** Call when judgements have changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#work = this.#run(this.#stop.signal)
        .catch((error: unknown) => {
          if (!this.#stop.signal.aborted) this.#log(`the judgements of results will be used later: ${String(error)}`);
        })
        .finally(() => (this.#work = null));
    }, quietMs);
    // A single command does not wait for it.
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#work;
  }
}
