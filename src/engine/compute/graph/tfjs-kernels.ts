// The TensorFlow.js kernels that the compiler supports: for each, the shape and type of its result and its ONNX nodes.
// To support another kernel, add its entry here and, if it must be differentiated, its gradient in gradients.ts.
import type { DType, Graph, Value } from './graph.ts';
import { ofRank, producedBy, sizeOf } from './graph.ts';
import { binary, expand, leaveBroadcast, reshape, unary } from './elementwise.ts';
import { numberAt } from '../../../shared/at.ts';

/**
 * Purpose of a recording: ONNX Runtime on any device, its WebGPU provider, or stages on the CPU, between which this
 * process computes its own operations (stages.ts).
 */
export type Target = 'onnx' | 'webgpu' | 'stages';

/** One call of a kernel by TensorFlow.js. */
export interface KernelCall {
  readonly graph: Graph;
  /** Input by the kernel's own name (`a`, `b`, `x`), or by `0`, `1`, ... for kernels that take a list. */
  readonly input: (name: string) => Value;
  /** All inputs, for kernels that take a list. */
  readonly list: readonly Value[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly target: Target;
}

export type Kernel = (call: KernelCall) => Value | readonly Value[];

const elementwise2 =
  (op: string, dtype?: DType): Kernel =>
  ({ graph, input }) =>
    binary(graph, op, input('a'), input('b'), dtype);
const elementwise1 =
  (op: string, name = 'x'): Kernel =>
  ({ graph, input }) =>
    unary(graph, op, input(name));

function number(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Error(`${what} is ${String(value)}, not a number`);
  return value;
}

function numbers(value: unknown, what: string): number[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => number(item, what));
}

/** Axes as TensorFlow.js gives them (a number, a list, or none for all axes), counted from the front, ascending. */
function axesOf(value: unknown, rank: number): number[] {
  if (value === null || value === undefined) return Array.from({ length: rank }, (_, i) => i);
  return numbers(value, 'axis')
    .map((axis) => (axis < 0 ? axis + rank : axis))
    .sort((a, b) => a - b);
}

/** Reduction for Sum, Mean, Max and Min. `axisName` is the kernel's name for its axes. */
const reduction =
  (op: string, axisName = 'axis'): Kernel =>
  ({ graph, input, attributes }) => {
    const x = input('x');
    const axes = axesOf(attributes[axisName], x.shape.length);
    const keep = attributes['keepDims'] === true;
    const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
    const shape = keep ? kept : x.shape.filter((_, i) => !axes.includes(i));
    // Axes of size one need no reduction.
    if (axes.every((axis) => x.shape[axis] === 1)) return reshape(graph, x, shape);
    const squared = op === 'ReduceSum' ? squareOf(x) : null;
    return graph.operation(
      {
        op: squared === null ? op : 'ReduceSumSquare',
        inputs: [squared ?? x],
        literals: [axes],
        attributes: { keepdims: keep ? 1 : 0 },
      },
      { shape, dtype: x.dtype },
    );
  };

/** Returns y where x is y*y, otherwise null. */
function squareOf(x: Value): Value | null {
  const [a, b] = producedBy(x, 'Mul')?.inputs ?? [];
  return a !== undefined && a === b ? a : null;
}

const matMul: Kernel = ({ graph, input, attributes }) => {
  const a = input('a');
  const b = input('b');
  const transA = attributes['transposeA'] === true;
  const transB = attributes['transposeB'] === true;
  const rankA = a.shape.length;
  const rankB = b.shape.length;
  const at = (value: Value, fromEnd: number) => numberAt(value.shape, value.shape.length - fromEnd);
  const m = at(a, transA ? 1 : 2);
  const n = at(b, transB ? 2 : 1);
  if (rankA === 2 && rankB === 2) {
    // Gemm transposes while it reads, so no copy is needed.
    return graph.operation(
      { op: 'Gemm', inputs: [a, b], attributes: { transA: transA ? 1 : 0, transB: transB ? 1 : 0 } },
      { shape: [m, n], dtype: 'float32' },
    );
  }
  const turned = (value: Value, turn: boolean) => {
    if (!turn) return value;
    const last = value.shape.length - 1;
    const order = value.shape.map((_, i) => (i < last - 1 ? i : 2 * last - 1 - i));
    return transposed(graph, value, order);
  };
  const lead = broadcastLead(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return graph.operation(
    { op: 'MatMul', inputs: [turned(a, transA), turned(b, transB)] },
    { shape: [...lead, m, n], dtype: 'float32' },
  );
};

function broadcastLead(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const second = ofRank(b, rank);
  return ofRank(a, rank).map((length, i) => Math.max(length, numberAt(second, i)));
}

function transposed(graph: Graph, x: Value, order: readonly number[]): Value {
  if (order.every((axis, i) => axis === i)) return x;
  const shape = order.map((axis) => numberAt(x.shape, axis));
  return graph.operation({ op: 'Transpose', inputs: [x], attributes: { perm: order } }, { shape, dtype: x.dtype });
}

const cast: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const dtype = attributes['dtype'];
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') throw new Error(`no cast to ${String(dtype)}`);
  if (dtype === x.dtype) return x;
  if (x.from.kind === 'splat') {
    const value = x.from.value;
    return graph.splat(
      dtype === 'int32' ? Math.trunc(value) : dtype === 'bool' ? Number(value !== 0) : value,
      x.shape,
      dtype,
    );
  }
  return unary(graph, 'Cast', x, { to: { float32: 1, int32: 6, bool: 9 }[dtype] }, dtype);
};

const fill: Kernel = ({ graph, attributes }) => {
  const dtype = attributes['dtype'] === 'int32' || attributes['dtype'] === 'bool' ? attributes['dtype'] : 'float32';
  return graph.splat(number(attributes['value'], 'value'), numbers(attributes['shape'], 'shape'), dtype);
};

const select: Kernel = ({ graph, input }) => {
  const t = input('t');
  const inputs = leaveBroadcast(graph, [input('condition'), t, input('e')], t.shape);
  return graph.operation({ op: 'Where', inputs }, { shape: t.shape, dtype: t.dtype });
};

const concat: Kernel = ({ graph, list, attributes }) => {
  const [first] = list;
  if (first === undefined) throw new Error('Concat of nothing');
  if (list.length === 1) return first;
  const [axis = 0] = axesOf(attributes['axis'], first.shape.length);
  const total = list.reduce((sum, value) => sum + numberAt(value.shape, axis), 0);
  const shape = first.shape.map((n, i) => (i === axis ? total : n));
  return graph.operation({ op: 'Concat', inputs: list, attributes: { axis } }, { shape, dtype: first.dtype });
};

const slice: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const begin = x.shape.map((_, i) => numberAt(numbers(attributes['begin'], 'begin'), i));
  const sizes = numbers(attributes['size'], 'size');
  const shape = x.shape.map((n, i) => {
    const size = numberAt(sizes, i);
    return size < 0 ? n - numberAt(begin, i) : size;
  });
  const cut = x.shape.flatMap((n, i) => (shape[i] === n ? [] : [i]));
  if (cut.length === 0) return x;
  const starts = cut.map((i) => numberAt(begin, i));
  const ends = cut.map((i) => numberAt(begin, i) + numberAt(shape, i));
  return graph.operation({ op: 'Slice', inputs: [x], literals: [starts, ends, cut] }, { shape, dtype: x.dtype });
};

function splitUp(graph: Graph, x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  if (sizes.length === 1) return [x];
  return graph.operations(
    { op: 'Split', inputs: [x], literals: [sizes], attributes: { axis } },
    sizes.map((size) => ({ shape: x.shape.map((n, i) => (i === axis ? size : n)), dtype: x.dtype })),
  );
}

const split: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const [axis = 0] = axesOf(attributes['axis'], x.shape.length);
  const length = numberAt(x.shape, axis);
  const wanted = attributes['numOrSizeSplits'];
  const sizes = Array.isArray(wanted)
    ? numbers(wanted, 'split')
    : Array.from({ length: number(wanted, 'split') }, () => length / number(wanted, 'split'));
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return splitUp(
    graph,
    x,
    axis,
    sizes.map((size) => (size < 0 ? length - known : size)),
  );
};

const tile: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const reps = numbers(attributes['reps'], 'reps');
  const shape = x.shape.map((n, i) => n * numberAt(reps, i));
  // tf.broadcastTo calls this kernel, too. Axes of size one need no copy.
  if (x.shape.every((n, i) => n === 1 || numberAt(reps, i) === 1)) return expand(graph, x, shape);
  return graph.operation({ op: 'Tile', inputs: [x], literals: [reps] }, { shape, dtype: x.dtype });
};

const gather: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const indices = input('indices');
  const [axis = 0] = axesOf(attributes['axis'], x.shape.length);
  if (attributes['batchDims'] !== 0 && attributes['batchDims'] !== undefined) throw new Error('no batched gather');
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.operation({ op: 'Gather', inputs: [x, indices], attributes: { axis } }, { shape, dtype: x.dtype });
};

/** Counts how often each number below `size` occurs in a row. Each number has a weight; empty weights mean 1. */
const bincount: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const [rows = 1] = x.shape;
  if (x.shape.length !== 2) throw new Error('numbers are counted in the rows of a matrix');
  const given = input('weights');
  const weights = sizeOf(given.shape) === 0 ? graph.splat(1, x.shape, 'float32') : given;
  const shape = [rows, number(attributes['size'], 'size')];
  const inputs = [graph.splat(0, shape, 'float32'), x, weights];
  return graph.operation(
    { op: 'ScatterElements', inputs, attributes: { axis: 1, reduction: 'add' } },
    { shape, dtype: 'float32' },
  );
};

/** Records sampled.ts: an operation of the host that takes exp(x). */
const sampledSums: Kernel = ({ graph, input }) => {
  const [f, g] = [input('f'), input('g')];
  const inputs = [unary(graph, 'Exp', f), unary(graph, 'Exp', g), input('rows'), input('draws')];
  const sums = { shape: f.shape.slice(0, 1), dtype: f.dtype };
  return graph.operations({ op: 'SampledSums', inputs }, [sums, sums, f, g]);
};

const pack: Kernel = (call) => {
  const [first] = call.list;
  if (first === undefined) throw new Error('Pack of nothing');
  const [axis = 0] = axesOf(call.attributes['axis'], first.shape.length + 1);
  const shape = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)];
  const list = call.list.map((value) => reshape(call.graph, value, shape));
  return concat({ ...call, list, attributes: { axis } });
};

const unpack: Kernel = ({ graph, input, attributes }) => {
  const x = input('value');
  const [axis = 0] = axesOf(attributes['axis'], x.shape.length);
  const sizes = Array.from({ length: numberAt(x.shape, axis) }, () => 1);
  const shape = x.shape.filter((_, i) => i !== axis);
  return splitUp(graph, x, axis, sizes).map((part) => reshape(graph, part, shape));
};

const int64 = 7;

/** Adds up the rows of each segment. ONNX wants segment ids in int64, a type used nowhere else here. */
const segmentSum: Kernel = ({ graph, input, attributes }) => {
  const x = input('x');
  const ids = input('segmentIds');
  const shape = [number(attributes['numSegments'], 'numSegments'), ...x.shape.slice(ids.shape.length)];
  const column = reshape(graph, unary(graph, 'Cast', ids, { to: int64 }), [...ids.shape, 1]);
  return graph.operation(
    { op: 'ScatterND', inputs: [graph.splat(0, shape, x.dtype), column, x], attributes: { reduction: 'add' } },
    { shape, dtype: x.dtype },
  );
};

/** Square and SquaredDifference are recorded as products, so that both spellings are recorded once. */
const square = (graph: Graph, x: Value): Value => binary(graph, 'Mul', x, x);

function clip(graph: Graph, x: Value, least: number, most: number): Value {
  const [low, high] = [graph.splat(least, [], x.dtype), graph.splat(most, [], x.dtype)];
  return graph.operation({ op: 'Clip', inputs: [x, low, high] }, { shape: x.shape, dtype: x.dtype });
}

/**
 * ONNX Runtime's WebGPU provider has no Sign: it would copy the tensor to the CPU and back and wait for both. There, a product
 * is clipped to -1 and 1, which gives the sign of every number of at least 1e-30.
 */
const sign: Kernel = ({ graph, input, target }) =>
  target === 'webgpu'
    ? clip(graph, binary(graph, 'Mul', input('x'), graph.splat(1e30, [], 'float32')), -1, 1)
    : unary(graph, 'Sign', input('x'));

const softmax =
  (op: string): Kernel =>
  ({ graph, input }) => {
    const x = input('logits');
    return graph.operation({ op, inputs: [x], attributes: { axis: -1 } }, { shape: x.shape, dtype: x.dtype });
  };

const named = {
  Abs: elementwise1('Abs'),
  Add: elementwise2('Add'),
  AddN: ({ graph, list }) => list.reduce((sum, value) => binary(graph, 'Add', sum, value)),
  BatchMatMul: matMul,
  Cast: cast,
  ClipByValue: ({ graph, input, attributes }) =>
    clip(
      graph,
      input('x'),
      number(attributes['clipValueMin'], 'clipValueMin'),
      number(attributes['clipValueMax'], 'clipValueMax'),
    ),
  Concat: concat,
  DenseBincount: bincount,
  Equal: elementwise2('Equal', 'bool'),
  Erf: elementwise1('Erf'),
  Exp: elementwise1('Exp'),
  ExpandDims: ({ graph, input, attributes }) => {
    const x = input('input');
    const [axis = 0] = axesOf(attributes['dim'], x.shape.length + 1);
    return reshape(graph, x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  },
  Fill: fill,
  GatherV2: gather,
  Greater: elementwise2('Greater', 'bool'),
  GreaterEqual: elementwise2('GreaterOrEqual', 'bool'),
  Identity: ({ input }) => input('x'),
  Less: elementwise2('Less', 'bool'),
  LessEqual: elementwise2('LessOrEqual', 'bool'),
  Log: elementwise1('Log'),
  LogSoftmax: softmax('LogSoftmax'),
  LogicalAnd: elementwise2('And', 'bool'),
  LogicalNot: elementwise1('Not'),
  LogicalOr: elementwise2('Or', 'bool'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  Maximum: elementwise2('Max'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin', 'axis'),
  Minimum: elementwise2('Min'),
  Multiply: elementwise2('Mul'),
  Neg: elementwise1('Neg'),
  NotEqual: ({ graph, input }) => unary(graph, 'Not', binary(graph, 'Equal', input('a'), input('b'), 'bool')),
  OnesLike: ({ graph, input }) => graph.splat(1, input('x').shape, input('x').dtype),
  Pack: pack,
  Pow: elementwise2('Pow'),
  RealDiv: elementwise2('Div'),
  Reciprocal: elementwise1('Reciprocal'),
  Relu: elementwise1('Relu'),
  Reshape: ({ graph, input, attributes }) => {
    const x = input('x');
    const wanted = numbers(attributes['shape'], 'shape');
    const known = wanted.reduce((product, n) => (n < 0 ? product : product * n), 1);
    return reshape(
      graph,
      x,
      wanted.map((n) => (n < 0 ? sizeOf(x.shape) / known : n)),
    );
  },
  Rsqrt: ({ graph, input }) => unary(graph, 'Reciprocal', unary(graph, 'Sqrt', input('x'))),
  SampledSums: sampledSums,
  Select: select,
  Sigmoid: elementwise1('Sigmoid'),
  Sign: sign,
  Slice: slice,
  Softmax: softmax('Softmax'),
  Softplus: elementwise1('Softplus'),
  SplitV: split,
  Sqrt: elementwise1('Sqrt'),
  Square: ({ graph, input }) => square(graph, input('x')),
  SquaredDifference: ({ graph, input }) => square(graph, binary(graph, 'Sub', input('a'), input('b'))),
  Step: ({ graph, input, attributes }) => {
    const x = input('x');
    const positive = binary(graph, 'Greater', x, graph.splat(0, [], x.dtype), 'bool');
    const one = graph.splat(1, [], x.dtype);
    const other = graph.splat(number(attributes['alpha'] ?? 0, 'alpha'), [], x.dtype);
    return graph.operation({ op: 'Where', inputs: [positive, one, other] }, { shape: x.shape, dtype: x.dtype });
  },
  Sub: elementwise2('Sub'),
  Sum: reduction('ReduceSum'),
  Tanh: elementwise1('Tanh'),
  Tile: tile,
  Transpose: ({ graph, input, attributes }) => transposed(graph, input('x'), numbers(attributes['perm'], 'perm')),
  Unpack: unpack,
  UnsortedSegmentSum: segmentSum,
  ZerosLike: ({ graph, input }) => graph.splat(0, input('x').shape, input('x').dtype),
} as const satisfies Readonly<Record<string, Kernel>>;

/** Kernels by their TensorFlow.js name. */
export const kernels: ReadonlyMap<string, Kernel> = new Map(Object.entries<Kernel>(named));
export type KernelName = keyof typeof named;
