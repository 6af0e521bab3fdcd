// Training: the form, the models there are, and the epochs of the one being trained as they come in.
import type { EngineEvent, TrainOptions } from '../../shared/contract.ts';
import type { HashModelSummary, Job, ModelId } from '../../shared/types.ts';
import type { Ask } from '../bridge.ts';
import type { Jobs } from './jobs.svelte.ts';

type EpochEvent = Extract<EngineEvent, { type: 'epoch' }>;
type TrainingForm = Pick<TrainOptions, 'method' | 'bits' | 'epochs' | 'seed' | 'batch' | 'negatives' | 'hidden'>;
/** What a chart of a model needs. */
export type Curve = Pick<HashModelSummary, 'id' | 'epochs' | 'evaluation' | 'bestEpoch'>;

export class Training {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #onError: (error: unknown) => void;
  /** Epochs heard of since the list of models was last asked for. */
  #live = $state.raw<Curve | null>(null);
  #chosen = $state<ModelId | null>(null);

  /** What the form shows, kept while another view is open. An empty hidden width lets the method choose. */
  readonly form: TrainingForm = $state({
    method: 'ucch',
    bits: 64,
    epochs: 20,
    seed: 1,
    batch: 256,
    negatives: 4096,
    hidden: null,
  });

  models = $state.raw<readonly HashModelSummary[]>([]);
  readonly job: Job | null = $derived.by(() => this.#jobs.active.find((job) => job.kind === 'train') ?? null);
  readonly trained = $derived(this.models.filter((model) => model.epochs.length > 0));
  /** The model whose curve is drawn: the one being trained, else the one chosen, else the newest. */
  readonly shown: Curve | null = $derived.by(() => {
    if (this.job !== null && this.job.modelId !== null) return this.#curve(this.job.modelId);
    return this.#curve(this.#chosen) ?? this.#curve(this.#live?.id ?? null) ?? this.trained[0] ?? null;
  });

  constructor(ask: Ask, jobs: Jobs, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    const models = await this.#ask('models.list', {});
    this.models = [...models].sort((a, b) => b.createdAt - a.createdAt);
  }

  take({ modelId, metrics, evaluation }: EpochEvent): void {
    const before = this.#curve(modelId);
    const epochs = [...(before?.epochs ?? []).filter((known) => known.epoch !== metrics.epoch), metrics];
    epochs.sort((a, b) => a.epoch - b.epoch);
    this.#live = { id: modelId, epochs, evaluation, bestEpoch: null };
  }

  start = (): Promise<void> =>
    this.#run(async () => {
      this.#chosen = null;
      this.#live = null;
      this.#jobs.take(await this.#ask('train.start', $state.snapshot(this.form)));
    });

  cancel = async (): Promise<void> => {
    if (this.job !== null) await this.#jobs.cancel(this.job.id);
  };

  show = (id: ModelId): void => {
    this.#chosen = id;
  };

  activate = (modelId: ModelId): Promise<void> => this.#run(() => this.#ask('models.activate', { modelId }));

  remove = (modelId: ModelId): Promise<void> => this.#run(() => this.#ask('models.remove', { modelId }));

  /** The stored curve, or the live one while it knows more. */
  #curve(id: ModelId | null): Curve | null {
    if (id === null) return null;
    const stored = this.models.find((model) => model.id === id) ?? null;
    const live = this.#live?.id === id ? this.#live : null;
    if (live === null || stored === null) return live ?? stored;
    return live.epochs.length > stored.epochs.length ? live : stored;
  }

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      await this.load();
    } catch (error) {
      this.#onError(error);
    }
  }
}
