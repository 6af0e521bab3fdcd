// A TensorFlow.js backend that records operations into a Graph instead of computing them.
import * as tf from '@tensorflow/tfjs-core';
import type { BackendValues, DataType, KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { DType, Graph, TypedArray, Value } from './graph.ts';
import { kernels, type Target } from './tfjs-kernels.ts';

const backendName = 'hashlens-trace';

function dtypeOf(dtype: string): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`tensors of type ${dtype} cannot be compiled`);
}

/** Copies the values of TensorFlow.js into the layout that ONNX needs. */
function typed(values: BackendValues, dtype: DType): TypedArray {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'int32') return Int32Array.from(numbers);
  return dtype === 'bool' ? Uint8Array.from(numbers, Number) : Float32Array.from(numbers);
}

export class TracingBackend extends tf.KernelBackend {
  readonly graph: Graph;
  readonly target: Target;
  readonly #values = new WeakMap<object, Value>();

  constructor(graph: Graph, target: Target) {
    super();
    this.graph = graph;
    this.target = target;
  }

  /** The recorded value behind a tensor. */
  value({ dataId }: Pick<TensorInfo, 'dataId'>): Value {
    const value = this.#values.get(dataId);
    if (value === undefined) throw new Error('a tensor made outside of the compiled function is used in it');
    return value;
  }

  /** A new handle for a recorded value. */
  info(value: Value): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** Called for tensors made of numbers while tracing: they become initialisers. */
  override write(values: BackendValues, shape: number[], type: DataType): object {
    const dtype = dtypeOf(type);
    return this.info(this.graph.constant(typed(values, dtype), shape, dtype)).dataId;
  }

  override readSync(): BackendValues {
    throw new Error('the compiled function reads the numbers of a tensor, which are not known while compiling');
  }

  override read(): Promise<BackendValues> {
    return Promise.resolve(this.readSync());
  }

  override disposeData(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

/** The function TensorFlow.js calls for a kernel of the table. */
function recorder(name: string): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs, backend }) => {
    const tracer = backend as TracingBackend;
    const list = Object.values(inputs).flatMap((tensor) => (tensor === undefined ? [] : [tracer.value(tensor)]));
    const kernel = kernels.get(name);
    if (kernel === undefined) {
      throw new Error(
        `the compiler has no entry for the TensorFlow.js kernel ${name}: add one to compute/graph/tfjs-kernels.ts`,
      );
    }
    const result = kernel({
      graph: tracer.graph,
      input: (input) => {
        const tensor = inputs[input];
        if (tensor === undefined) throw new Error(`kernel ${name} was called without its input ${input}`);
        return tracer.value(tensor);
      },
      list,
      attributes: attrs ?? {},
      target: tracer.target,
    });
    return 'id' in result ? tracer.info(result) : result.map((value) => tracer.info(value));
  };
}

let registered = false;
/** Registers all kernels TensorFlow.js has, so that an error can name one without an entry, and our own. */
function registerKernels(): void {
  if (registered) return;
  registered = true;
  // The package exports each kernel's name as a constant of that name.
  const theirs = Object.entries(tf).flatMap(([name, value]) => (name === value ? [name] : []));
  for (const kernelName of new Set([...theirs, ...kernels.keys()])) {
    tf.registerKernel({ kernelName, backendName, kernelFunc: recorder(kernelName) });
  }
}

/** Whether the current recording is for stages, so that host operations may be used. */
export function mayUseHost(): boolean {
  const { backend } = tf.engine();
  return backend instanceof TracingBackend && backend.target === 'stages';
}

/** Runs `fn` with a backend that records into `graph`, then restores the backend in use before. */
export function trace<T>(graph: Graph, fn: (backend: TracingBackend) => T, target: Target = 'onnx'): T {
  registerKernels();
  const engine = tf.engine();
  const before = engine.backendName;
  const backend = new TracingBackend(graph, target);
  tf.registerBackend(backendName, () => backend, 0);
  engine.startScope('compile');
  try {
    // Synchronous, because the backend's factory is.
    void tf.setBackend(backendName);
    return fn(backend);
  } finally {
    engine.endScope();
    tf.removeBackend(backendName);
    if (before) void tf.setBackend(before);
  }
}
