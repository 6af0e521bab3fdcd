// ONNX Runtime sessions: open with a number of threads, run with typed arrays, write outputs in place.
import { ort } from '../../runtime/onnxruntime.ts';
import { entryOf, numberAt } from '../../../shared/at.ts';

export type Numbers = Float32Array | Int32Array | Uint8Array;

export interface SessionOptions {
  /** Threads of one operator; 0 (default) lets ONNX Runtime use every core. */
  readonly threads?: number;
  /** ONNX Runtime execution provider, default `cpu`. */
  readonly provider?: string;
  /** Outputs that stay in the provider's memory, as inputs of later runs. Their numbers cannot be read. WebGPU only. */
  readonly resident?: readonly string[];
}

export interface Slot {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  /** A dimension with a name is known only when the model runs. */
  readonly shape: readonly (number | string)[];
}

function slots(metadata: readonly ort.InferenceSession.ValueMetadata[]): ReadonlyMap<string, Slot> {
  const list = metadata.map((value): [string, Slot] => {
    if (!value.isTensor) throw new Error(`${value.name} is not a tensor`);
    const dtype = value.type;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new Error(`${value.name} is of type ${dtype}`);
    }
    return [value.name, { name: value.name, dtype, shape: value.shape }];
  });
  return new Map(list);
}

/** Sizes of named dimensions that are known so far. */
type Sizes = Map<string, number>;

/** The shape of `length` numbers in a slot. At most one dimension may be unknown; its size is then added to `sizes`. */
function shapeFor(slot: Slot, length: number, sizes: Sizes): number[] {
  const sizeOf = (n: number | string) => (typeof n === 'number' ? n : sizes.get(n));
  const known = slot.shape.reduce<number>((product, n) => product * (sizeOf(n) ?? 1), 1);
  const shape = slot.shape.map((n) => sizeOf(n) ?? length / known);
  if (!shape.every(Number.isInteger) || shape.reduce((product, n) => product * n, 1) !== length) {
    throw new RangeError(`${slot.name} takes [${slot.shape.join(', ')}], not ${length} numbers`);
  }
  slot.shape.forEach((n, i) => typeof n === 'string' && sizes.set(n, numberAt(shape, i)));
  return shape;
}

/** Number of named dimensions of a slot. */
const openDimensions = ({ shape }: Slot) => shape.filter((n) => typeof n === 'string').length;

const allocate = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

export function tensorOf(slot: Slot, data: Numbers, sizes: Sizes = new Map()): ort.Tensor {
  if (!(data instanceof allocate[slot.dtype])) {
    throw new TypeError(`${slot.name} takes ${slot.dtype}, not ${data.constructor.name}`);
  }
  // The tensor is a view: the next run sees numbers written into `data` later.
  return new ort.Tensor(slot.dtype, data, shapeFor(slot, data.length, sizes));
}

/** The numbers of a tensor, without a copy. */
export function numbersOf(tensor: ort.Tensor): Numbers {
  const { data } = tensor;
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data;
  throw new TypeError(`an output of type ${tensor.type} is not supported`);
}

export class OnnxSession {
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly outputs: ReadonlyMap<string, Slot>;
  readonly #session: ort.InferenceSession;

  constructor(session: ort.InferenceSession) {
    this.#session = session;
    this.inputs = slots(session.inputMetadata);
    this.outputs = slots(session.outputMetadata);
  }

  /** Runs once and returns new arrays. Blocks the calling thread while ONNX Runtime computes. */
  async run(feeds: Readonly<Record<string, Numbers>>): Promise<Record<string, Numbers>> {
    const results = await this.#session.run(this.tensors(feeds));
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, numbersOf(tensor)]));
  }

  /**
   * Runs with tensors made by `tensors` or by an earlier run. Outputs are tensors in the provider's memory or in this
   * process.
   */
  async runTensors(feeds: Readonly<Record<string, ort.Tensor>>): Promise<Readonly<Record<string, ort.Tensor>>> {
    return this.#session.run(feeds);
  }

  /** Runs with tensors made by `tensors` and `outputTensor`, and writes the outputs into `fetches`. */
  async runInto(feeds: Record<string, ort.Tensor>, fetches: Record<string, ort.Tensor>): Promise<void> {
    await this.#session.run(feeds, fetches);
  }

  tensors(feeds: Readonly<Record<string, Numbers>>): Record<string, ort.Tensor> {
    const filled = Object.entries(feeds).map(([name, data]) => {
      return { slot: entryOf(this.inputs, name), data };
    });
    // Resolve tensors with one unknown dimension first; they fix the symbols used by those with two.
    const sizes: Sizes = new Map();
    filled.sort((a, b) => openDimensions(a.slot) - openDimensions(b.slot));
    return Object.fromEntries(filled.map(({ slot, data }) => [slot.name, tensorOf(slot, data, sizes)]));
  }

  /** An output tensor of a model with known shapes. */
  outputTensor(name: string, data?: Numbers): ort.Tensor {
    const slot = entryOf(this.outputs, name);
    const length = slot.shape.reduce<number>((product, n) => product * (typeof n === 'number' ? n : Number.NaN), 1);
    return tensorOf(slot, data ?? new allocate[slot.dtype](length));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** Opens an ONNX model, given as bytes or as a file path. */
export async function openSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<OnnxSession> {
  const { resident = [] } = options;
  const locations = resident.map((name) => [name, 'gpu-buffer'] as const);
  const sessionOptions: ort.InferenceSession.SessionOptions = {
    executionProviders: [options.provider ?? 'cpu'],
    intraOpNumThreads: options.threads ?? 0,
    graphOptimizationLevel: 'all',
    ...(resident.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(locations) }),
    // Each session has its own threads, which by default wait for work by spinning and take the cores from other
    // sessions. Two sessions in turn were clearly slower with spinning (docs/measurements.md, Compute); one session alone takes
    // the same time.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // 3: errors only. Warnings about unused initialisers mean nothing to a person.
    logSeverityLevel: 3,
  };
  // Both overloads are the same function.
  return new OnnxSession(
    typeof model === 'string'
      ? await ort.InferenceSession.create(model, sessionOptions)
      : await ort.InferenceSession.create(model, sessionOptions),
  );
}

/** Name of the output that becomes input `name` of the next step. */
export const nextName = (name: string): string => `next.${name}`;

/**
 * State that each step replaces: parameters and moments. Two sets of arrays swap roles, so that a step reads one and
 * writes the other without copying. Several models (phases of a training) may share it.
 */
export class Recurrence {
  #now: Record<string, Float32Array>;
  #next: Record<string, Float32Array>;
  readonly #bound = new Map<OnnxSession, [Binding, Binding]>();
  #turn: 0 | 1 = 0;

  /** Takes ownership of the arrays: steps write into them from the second on. */
  constructor(state: Readonly<Record<string, Float32Array>>) {
    this.#now = { ...state };
    this.#next = Object.fromEntries(Object.entries(state).map(([name, data]) => [name, new Float32Array(data.length)]));
  }

  /** The state after the last step. The arrays are live and valid until the next step. */
  get state(): Readonly<Record<string, Float32Array>> {
    return this.#now;
  }

  /**
   * Takes one step. `feeds` are the model's other inputs; the caller may pass the same arrays with new numbers. Returns
   * its other outputs, which the next step overwrites.
   */
  async step(
    session: OnnxSession,
    feeds: Readonly<Record<string, Numbers>>,
  ): Promise<Readonly<Record<string, Numbers>>> {
    const binding = this.#binding(session);
    await session.runInto({ ...binding.state, ...session.tensors(feeds) }, binding.fetches);
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#turn = this.#turn === 0 ? 1 : 0;
    return binding.others;
  }

  #binding(session: OnnxSession): Binding {
    let pair = this.#bound.get(session);
    if (pair === undefined) {
      const [even, odd] = this.#turn === 0 ? [this.#now, this.#next] : [this.#next, this.#now];
      const others: Record<string, ort.Tensor> = {};
      for (const name of session.outputs.keys()) {
        if (!name.startsWith(nextName(''))) others[name] = session.outputTensor(name);
      }
      const bind = (from: Record<string, Float32Array>, to: Record<string, Float32Array>): Binding => ({
        state: session.tensors(from),
        fetches: {
          ...others,
          ...Object.fromEntries(
            Object.entries(to).map(([name, data]) => [nextName(name), session.outputTensor(nextName(name), data)]),
          ),
        },
        others: Object.fromEntries(Object.entries(others).map(([name, tensor]) => [name, numbersOf(tensor)])),
      });
      pair = [bind(even, odd), bind(odd, even)];
      this.#bound.set(session, pair);
    }
    return pair[this.#turn];
  }
}

/** Tensors of one direction of the swap. */
interface Binding {
  readonly state: Record<string, ort.Tensor>;
  readonly fetches: Record<string, ort.Tensor>;
  readonly others: Readonly<Record<string, Numbers>>;
}
