// Two models side by side: the same searches with both, after the preparation of a model that is not in use.
import type { ModelId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import type { ExampleQuery } from '../../shared/contract/search.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError, toErrorData, type ErrorData } from '../../shared/errors.ts';
import { rankChanges, type RankChange } from '../../shared/rank-changes.ts';
import type { Ask } from '../bridge.ts';
import { isActive, type Jobs } from './jobs.svelte.ts';

/** Number of photos of each list in which photos of the other are looked for. */
const deepest = 100;
const mostExamples = 5;

export interface ComparedModels {
  readonly before: HashModelSummary;
  readonly after: HashModelSummary;
  /** Whether the person chooses the model for search; otherwise ranks and chances are shown, for a researcher. */
  readonly decides: boolean;
}

export interface ComparedLists {
  readonly text: string;
  /** `typed`: here. */
  readonly source: ExampleQuery['source'] | 'typed';
  readonly before: readonly RankChange[];
  readonly after: readonly RankChange[];
}

export class Comparison {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  /** Number of the present comparison. Answers to earlier ones are dropped. */
  #turn = 0;
  #preparing = $state.raw<Job | null>(null);

  /** Null without a comparison. */
  models = $state.raw<ComparedModels | null>(null);
  lists = $state.raw<readonly ComparedLists[]>([]);
  state = $state<'preparing' | 'searching' | 'ready'>('ready');
  error = $state.raw<ErrorData | null>(null);
  /** Job that has to be done before. */
  readonly job: Job | null = $derived.by(() =>
    this.#preparing === null ? null : (this.#jobs.get(this.#preparing.id) ?? this.#preparing),
  );

  constructor(ask: Ask, jobs: Jobs) {
    this.#ask = ask;
    this.#jobs = jobs;
  }

  /** Number of photos of a list to show. */
  get most(): number {
    return this.models?.decides === true ? 8 : 16;
  }

  open = async (models: ComparedModels): Promise<void> => {
    const turn = ++this.#turn;
    this.models = models;
    this.lists = [];
    this.error = null;
    this.state = 'preparing';
    try {
      for (const { id } of [models.before, models.after]) await this.#prepare(id, turn);
      if (turn !== this.#turn) return;
      const examples = await this.#ask('search.examples', { limit: mostExamples });
      await this.#search(examples, turn);
    } catch (error) {
      this.#fail(error, turn);
    }
  };

  /** Searches for these words with both models and puts the result before the others. */
  search = async (text: string): Promise<void> => {
    const turn = this.#turn;
    if (this.state !== 'ready' || text.trim() === '') return;
    this.error = null;
    try {
      await this.#search([{ text: text.trim(), source: 'typed' }], turn);
    } catch (error) {
      this.#fail(error, turn);
    }
  };

  close = (): void => {
    const { job } = this;
    this.#turn++;
    this.#preparing = null;
    this.models = null;
    if (job !== null && isActive(job)) void this.#jobs.cancel(job.id);
  };

  async #prepare(modelId: ModelId, turn: number): Promise<void> {
    if (turn !== this.#turn) return;
    const job = await this.#ask('models.prepare', { modelId });
    if (job === null) return;
    // Closed before the engine has answered.
    if (turn !== this.#turn) return this.#jobs.cancel(job.id);
    this.#preparing = job;
    this.#jobs.receive(job);
    const ended = await this.#jobs.ended(job.id);
    if (turn !== this.#turn) return;
    this.#preparing = null;
    if (ended !== null && ended.error !== null) throw new HashlensError(ended.error.code, ended.error.message);
    if (ended?.state !== 'done') this.close();
  }

  async #search(queries: readonly Pick<ComparedLists, 'text' | 'source'>[], turn: number): Promise<void> {
    const { models } = this;
    if (turn !== this.#turn || models === null) return;
    this.state = 'searching';
    const compared =
      queries.length === 0
        ? []
        : await this.#ask('search.compare', {
            modelIds: [models.before.id, models.after.id],
            queries: queries.map(({ text }) => text),
            limit: deepest,
          });
    if (turn !== this.#turn) return;
    const lists = compared.map(({ text, answers }, i): ComparedLists => {
      const [before, after] = [itemAt(answers, 0).hits, itemAt(answers, 1).hits];
      return {
        text,
        source: itemAt(queries, i).source,
        before: rankChanges(before, after, this.most),
        after: rankChanges(after, before, this.most),
      };
    });
    const isNew = (text: string) => lists.some((list) => list.text === text);
    this.lists = [...lists, ...this.lists.filter(({ text }) => !isNew(text))];
    this.state = 'ready';
  }

  #fail(error: unknown, turn: number): void {
    if (turn !== this.#turn) return;
    this.error = toErrorData(error);
    this.#preparing = null;
    this.state = 'ready';
  }
}
