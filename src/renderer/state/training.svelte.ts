// Training: the form, the models, and the epochs of the running training as they arrive.
import { m } from '../../language/language.ts';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import type { TrainOptions, TrainRequest } from '../../shared/contract/training.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import {
  usualPresets,
  type MethodSummary,
  type SettingValue,
  type TrainingPreset,
  type TrainPlan,
  type UsualPreset,
} from '../../shared/contract/training.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';
import { shownName } from '../text/shown-text.ts';
import type { Edits, Undo } from './edits.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';

type EpochEvent = Extract<EngineEvent, { type: 'epoch' }>;
type TrainingForm = Pick<
  TrainOptions,
  'from' | 'method' | 'bits' | 'epochs' | 'seed' | 'batch' | 'negatives' | 'hidden'
>;
/** Data for a chart of a model. The method is null until the list of models has been loaded. */
export type TrainingCurve = Pick<HashModelSummary, 'id' | 'epochs' | 'evaluation' | 'bestEpoch'> & {
  readonly method: string | null;
};
/** Settings by key. The method provides those that are null or absent. */
type OwnSettings = Record<string, SettingValue | null>;

const defaults = {
  bits: 128,
  epochs: usualPresets.usual.epochs,
  seed: 1,
  batch: 256,
  negatives: 4096,
  hidden: null,
} as const;

const usualNames = Object.keys(usualPresets) as UsualPreset[];

/** Its entries by key, those of `settings` too, so that equal options are equal text. */
const sorted = (options: Readonly<Record<string, unknown>>): unknown[] =>
  Object.entries(options)
    .map(([key, value]) => [key, typeof value === 'object' && value !== null ? sorted({ ...value }) : value])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));

export class Training {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;
  readonly #onUse: () => void;
  /** Epochs received since the list of models was last loaded. */
  #live = $state.raw<TrainingCurve | null>(null);
  #chosen = $state<ModelId | null>(null);

  /** Values of the form, kept while another view is open. The method chooses an empty hidden width. */
  readonly form: TrainingForm = $state({ from: 'captions', method: '', ...defaults });

  /** Whether a part of the training page has been shown. */
  #showsMethods = false;

  /** Entered settings of each method, by its id, kept while the form shows another method. */
  #entered = $state<Record<string, OwnSettings>>({});

  methods = $state.raw<readonly MethodSummary[]>([]);
  /** The form's method; null until the engine has sent the list. */
  readonly method: MethodSummary | null = $derived(this.methods.find(({ id }) => id === this.form.method) ?? null);

  models = $state.raw<readonly HashModelSummary[]>([]);
  /** Null until it is known. */
  plan = $state.raw<TrainPlan | null>(null);
  /** Reason why the plan is unknown. */
  planError = $state.raw<unknown>(null);
  /** Plan of the form's method and source; null until it is known. */
  formPlan = $state.raw<TrainPlan | null>(null);
  /** Whether tags, albums and people are enough to learn from. */
  readonly hasLabels = $derived(this.plan?.labels.lacking === null);
  readonly job: Job | null = $derived.by(() => this.#jobs.active.find((job) => job.kind === 'train') ?? null);
  /** Whether a training was asked for and the engine has not answered yet. */
  isStarting = $state(false);
  readonly trained = $derived(this.models.filter((model) => model.epochs.length > 0));
  /** The model whose curve is drawn: the one in training, else the selected one, else the newest. */
  readonly shown: TrainingCurve | null = $derived.by(() => {
    if (this.job !== null && this.job.modelId !== null) return this.#curve(this.job.modelId);
    return this.#curve(this.#chosen) ?? this.#curve(this.#live?.id ?? null) ?? this.trained[0] ?? null;
  });

  /** @param onUse is called when search uses another model by the person's choice */
  constructor(ask: Ask, jobs: Jobs, edits: Edits, onError: (error: unknown) => void, onUse: () => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#edits = edits;
    this.#onError = onError;
    this.#onUse = onUse;
  }

  /** Chooses the source to learn from, and the first method that can learn from it. */
  learnFrom(from: TrainOptions['from']): void {
    this.form.from = from;
    const method = this.methods.find(({ needsLabels }) => from !== 'tags' || needsLabels);
    if (method !== undefined) this.form.method = method.id;
  }

  /** Value of a setting of the form's method; its default without an entry. */
  setting(key: string): SettingValue | null {
    const entered = this.#entered[this.form.method]?.[key];
    return entered ?? this.method?.settings.find((setting) => setting.key === key)?.default ?? null;
  }

  /** Whether a value differs from the defaults of the form's method. */
  readonly isChanged: boolean = $derived.by(() => {
    const { from: _f, method, ...options } = this.form;
    const own = Object.keys(this.#entered[method] ?? {});
    const isOwn = (key: string) =>
      this.setting(key) !== this.method?.settings.find((setting) => setting.key === key)?.default;
    return (
      own.some(isOwn) || Object.entries(options).some(([key, value]) => value !== defaults[key as keyof typeof options])
    );
  });

  /** The person's presets, by name. */
  presets = $state.raw<readonly TrainingPreset[]>([]);

  /** Name of the preset that the form shows, one of the person's own before a usual one; null if there is none. */
  readonly preset: string | null = $derived.by(() => {
    const { method, from: _f, seed: _s, ...options } = this.form;
    const settings = this.#settingsOf(method);
    const isShown = (preset: TrainingPreset) =>
      JSON.stringify(sorted({ ...preset.options })) === JSON.stringify(sorted({ method, ...options, settings }));
    const own = this.presets.find(isShown);
    if (own !== undefined) return own.name;
    const { epochs, ...others } = options;
    const isUsual =
      Object.keys(settings).length === 0 &&
      Object.entries(others).every(([key, value]) => value === defaults[key as keyof typeof others]);
    if (!isUsual) return null;
    if (this.method?.common.includes('epochs') !== true) return 'usual';
    return usualNames.find((name) => usualPresets[name].epochs === epochs) ?? null;
  });

  /** Fills the form with a preset. A usual one keeps the method; the seed stays. */
  usePreset(name: string): void {
    const { seed } = this.form;
    const own = this.presets.find((preset) => preset.name === name);
    if (own !== undefined) {
      const { settings, ...options } = own.options;
      Object.assign(this.form, options);
      this.#entered[options.method] = { ...settings };
      return;
    }
    const usual = usualNames.find((one) => one === name);
    if (usual === undefined) return;
    this.reset();
    Object.assign(this.form, usualPresets[usual], { seed });
  }

  /** Stores the values of the form under a name. */
  savePreset = (name: string): Promise<boolean> => {
    const { method, bits, epochs, batch, hidden, negatives } = $state.snapshot(this.form);
    const options = { method, bits, epochs, batch, hidden, negatives, settings: this.#settingsOf(method) };
    return this.#setPreset(m.training_preset_saved({ name: shownName(name) }), name, { name, options });
  };

  removePreset = (name: string): Promise<boolean> =>
    this.#setPreset(m.training_preset_removed({ name: shownName(name) }), name, null);

  /** Stores a preset under a name, or removes the one of that name. */
  #setPreset(what: string, name: string, preset: TrainingPreset | null): Promise<boolean> {
    const read = (): TrainingPreset | null => this.presets.find((one) => one.name === name) ?? null;
    const put = async (value: TrainingPreset | null): Promise<void> => {
      this.presets = await (value === null
        ? this.#ask('train.removePreset', { name })
        : this.#ask('train.savePreset', value));
    };
    return this.#edits.set<TrainingPreset | null>(() => what, read, preset, put);
  }

  /** The entered settings of a method. */
  #settingsOf(method: string): Record<string, SettingValue> {
    const entered = Object.entries($state.snapshot(this.#entered[method] ?? {}));
    return Object.fromEntries(entered.filter((e): e is [string, SettingValue] => e[1] !== null));
  }

  /** Restores all defaults of the form's method. Other methods keep their entries. */
  reset = (): void => {
    Object.assign(this.form, defaults);
    this.#entered[this.form.method] = {};
  };

  /** `null` restores the method's default. */
  enter(key: string, value: SettingValue | null): void {
    this.#entered[this.form.method] = { ...this.#entered[this.form.method], [key]: value };
  }

  /** Whether a model was solved in closed form, so that it has a score and no curve. */
  isSolved({ method }: TrainingCurve): boolean {
    return this.methods.some(({ id, hasEpochs }) => id === method && !hasEpochs);
  }

  /** Number of planned epochs; 0 if unknown. */
  planned({ id }: TrainingCurve): number {
    const epochs = this.models.find((model) => model.id === id)?.options['epochs'];
    return typeof epochs === 'number' ? epochs : 0;
  }

  /** Loads what only the training page shows, now and with each later load. Call when a part of that page is shown. */
  showMethods(): void {
    if (this.#showsMethods) return;
    this.#showsMethods = true;
    this.#loadMethods().catch(this.#onError);
  }

  async #loadMethods(): Promise<void> {
    if (this.methods.length === 0) {
      this.methods = await this.#ask('methods.list', {});
      if (this.method === null) this.form.method = this.methods[0]?.id ?? '';
    }
    this.presets = await this.#ask('train.presets', {});
  }

  async load(): Promise<void> {
    if (this.#showsMethods) await this.#loadMethods();
    const models = await this.#ask('models.list', {});
    this.models = [...models].sort((a, b) => b.createdAt - a.createdAt);
  }

  receiveEpoch({ modelId, method, metrics, evaluation }: EpochEvent): void {
    const before = this.#curve(modelId);
    const epochs = [...(before?.epochs ?? []).filter((known) => known.epoch !== metrics.epoch), metrics];
    epochs.sort((a, b) => a.epoch - b.epoch);
    this.#live = { id: modelId, method, epochs, evaluation, bestEpoch: null };
  }

  readonly #inUse = $derived(this.models.find(({ active }) => active) ?? null);

  /** The newest trained model that can be used with the encoder in use. */
  readonly latest: HashModelSummary | null = $derived(this.trained.find((model) => this.isUsable(model)) ?? null);

  /** Whether search can use a model now: it is ready, and made for the encoder in use. */
  isUsable({ state, encoderId }: HashModelSummary): boolean {
    return state === 'ready' && (this.#inUse === null || encoderId === this.#inUse.encoderId);
  }

  /**
   * The alternative to a model: the model in use; for the model in use, the one in use before, else the newest that was ready
   * before, else an untrained one.
   */
  rival({ id, active, createdAt }: HashModelSummary): HashModelSummary | null {
    if (!active && this.#inUse !== null) return this.#inUse;
    const others = this.models.filter((model) => model.id !== id && this.isUsable(model));
    return (
      others.find(({ usedBefore }) => usedBefore) ??
      others.find((model) => model.epochs.length > 0 && model.createdAt < createdAt) ??
      others.find((model) => model.epochs.length === 0) ??
      null
    );
  }

  /** Estimated cost of learning with the default options. */
  async loadPlan(): Promise<void> {
    try {
      this.plan = await this.#ask('train.plan', {});
      this.planError = null;
    } catch (error) {
      this.plan = null;
      this.planError = error;
    }
  }

  /** Loads the plan of the form's method and source. Its other settings change the memory alone. */
  async loadFormPlan(): Promise<void> {
    const { method } = this.form;
    const from = this.#source;
    if (method === '') return;
    const plan = await this.#ask('train.plan', { method, from }).catch(() => null);
    // A failure is that of the plan of the whole page, or of the start.
    if (method === this.form.method && from === this.#source) this.formPlan = plan;
  }

  /** Captions alone where there are too few labels: the form then offers no source. */
  get #source(): TrainOptions['from'] {
    return this.hasLabels ? this.form.from : 'captions';
  }

  /** Trains with the default options, regardless of the form. */
  learn = (): Promise<boolean> => this.#train({});

  start = (): Promise<boolean> => {
    const settings = this.#settingsOf(this.form.method);
    const form = $state.snapshot(this.form);
    return this.#train({ ...form, from: this.#source, settings });
  };

  cancel = async (): Promise<void> => {
    if (this.job !== null) await this.#jobs.cancel(this.job.id);
  };

  show = (id: ModelId): void => {
    this.#chosen = id;
  };

  /**
   * Has search use this model.
   * @param used what was done; by default, that search uses it
   * @returns whether it does now, or will once its codes are made
   */
  activate = (modelId: ModelId, used?: string): Promise<boolean> =>
    this.#edits.perform(async () => {
      const before = this.#inUse?.id ?? modelId;
      const model = this.#nameOf(modelId);
      const undo = await this.#using(modelId, before)();
      const what = used ?? m.training_used({ model });
      return this.#inUse?.id === modelId ? { what, undo } : { what, message: m.training_prepared({ model }), undo };
    });

  /** @param before the model in use before, also while the one to be used gets its codes */
  #using(modelId: ModelId, before: ModelId): Undo {
    return async () => {
      await this.#ask('models.activate', { modelId });
      this.#onUse();
      await this.load().catch(this.#onError);
      return this.#using(before, modelId);
    };
  }

  #nameOf(modelId: ModelId): string {
    const name = this.models.find(({ id }) => id === modelId)?.name ?? '';
    return name === '' ? modelId : name;
  }

  /** Removes a model. It can be brought back until the engine ends, if it has whole files. */
  remove = (modelId: ModelId): Promise<boolean> =>
    this.#edits.perform(async () => {
      const what = m.training_removed({ model: shownName(this.#nameOf(modelId)) });
      const undo = await this.#remove(modelId);
      return undo === null ? { what, final: m.training_not_kept() } : { what, undo };
    });

  /** Null if it cannot be brought back. */
  async #remove(modelId: ModelId): Promise<Undo | null> {
    const wasInUse = this.#inUse?.id === modelId;
    const { isKept } = await this.#ask('models.keep', { modelId });
    await this.#ask('models.remove', { modelId });
    await this.load().catch(this.#onError);
    return isKept ? this.#bringingBack(modelId, wasInUse) : null;
  }

  #bringingBack(modelId: ModelId, wasInUse: boolean): Undo {
    return async () => {
      await this.#ask('models.restore', { modelId });
      if (wasInUse) await this.#ask('models.activate', { modelId });
      await this.load().catch(this.#onError);
      return async () => {
        const undo = await this.#remove(modelId);
        if (undo === null) throw new HashlensError('model-missing', m.training_not_kept());
        return undo;
      };
    };
  }

  /** Gives a model a name and a note. */
  describe = (modelId: ModelId, words: { readonly name: string; readonly note: string }): Promise<boolean> => {
    const read = (): typeof words => {
      const model = this.models.find(({ id }) => id === modelId);
      return { name: model?.name ?? '', note: model?.note ?? '' };
    };
    const put = async (value: typeof words): Promise<void> => {
      await this.#ask('models.describe', { modelId, ...value });
      await this.load().catch(this.#onError);
    };
    return this.#edits.set(() => m.training_described({ model: modelId }), read, words, put);
  };

  /** Writes all trainings to a file that the person chooses. @returns its path; null if nothing was written */
  saveRuns = (format: 'csv' | 'json'): Promise<string | null> => this.#saved(this.#ask('app.saveRuns', { format }));

  saveChart = (png: string): Promise<string | null> => this.#saved(this.#ask('app.saveChart', { png }));

  /** Copies a model into a folder that the person chooses. @returns its path; null if nothing was written */
  exportModel = (modelId: ModelId): Promise<string | null> => this.#saved(this.#ask('app.exportModel', { modelId }));

  /** Imports a model from a folder that the person chooses. @returns its id; null without one */
  importModel = async (): Promise<ModelId | null> => {
    try {
      const added = await this.#ask('app.importModel', {});
      if (added !== null) await this.load();
      return added?.id ?? null;
    } catch (error) {
      this.#onError(error);
      return null;
    }
  };

  async #saved(answer: Promise<{ readonly saved: string | null }>): Promise<string | null> {
    try {
      return (await answer).saved;
    } catch (error) {
      this.#onError(error);
      return null;
    }
  }

  /** Does nothing while another training is being started, as after the first click of a double click. */
  async #train(request: TrainRequest): Promise<boolean> {
    if (this.isStarting) return false;
    this.isStarting = true;
    try {
      return await this.#run(async () => {
        this.#chosen = null;
        this.#live = null;
        this.#jobs.receive(await this.#ask('train.start', request));
      });
    } finally {
      this.isStarting = false;
    }
  }

  /** The stored curve, or the live one while it has more epochs. */
  #curve(id: ModelId | null): TrainingCurve | null {
    if (id === null) return null;
    const stored = this.models.find((model) => model.id === id) ?? null;
    const live = this.#live?.id === id ? this.#live : null;
    if (live === null || stored === null) return live ?? stored;
    return live.epochs.length > stored.epochs.length ? live : stored;
  }

  /** @returns whether it succeeded */
  async #run(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      await this.load();
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }
}
