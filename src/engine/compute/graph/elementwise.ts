// Records elementwise operations and removes needless passes over memory: operators broadcast by themselves, and
// multiplying by one or adding zero records nothing.
import { broadcastShape, producedBy, sameShape, splatOf, type DType, type Graph, type Value } from './graph.ts';
import { itemAt } from '../../../shared/at.ts';

/** A value of another shape with the same elements in the same order. */
export function reshape(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (x.from.kind === 'splat') return graph.splat(x.from.value, shape, x.dtype);
  if (x.from.kind === 'constant') return graph.constant(x.from.data, shape, x.dtype);
  const inner = producedBy(x, 'Reshape')?.inputs[0];
  if (inner !== undefined) return reshape(graph, inner, shape);
  return graph.operation({ op: 'Reshape', inputs: [x], literals: [shape] }, { shape, dtype: x.dtype });
}

/** A value repeated along axes of size one. */
export function expand(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x;
  if (x.from.kind === 'splat') return graph.splat(x.from.value, shape, x.dtype);
  const inner = producedBy(x, 'Expand')?.inputs[0];
  return graph.operation({ op: 'Expand', inputs: [inner ?? x], literals: [shape] }, { shape, dtype: x.dtype });
}

/** The smallest value that broadcasts to `x`. */
function unexpanded(graph: Graph, x: Value): Value {
  if (x.from.kind === 'splat') return graph.splat(x.from.value, [], x.dtype);
  return producedBy(x, 'Expand')?.inputs[0] ?? x;
}

/** Replaces inputs by the values they were broadcast from, as long as the inputs together still have shape `shape`. */
export function leaveBroadcast(graph: Graph, inputs: readonly Value[], shape: readonly number[]): Value[] {
  const kept = [...inputs];
  for (let i = 0; i < kept.length; i++) {
    const smaller = unexpanded(graph, itemAt(kept, i));
    const shapes = kept.map((value, j) => (i === j ? smaller.shape : value.shape));
    if (sameShape(shapes.reduce(broadcastShape), shape)) kept[i] = smaller;
  }
  return kept;
}

/** Right operand that leaves the other one unchanged, by operator. */
const neutral: Readonly<Record<string, number>> = { Mul: 1, Div: 1, Add: 0, Sub: 0, Pow: 1 };
const commutative = new Set(['Mul', 'Add', 'Max', 'Min', 'Equal', 'And', 'Or']);

export function binary(graph: Graph, op: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  const shape = broadcastShape(a.shape, b.shape);
  const neutralValue = neutral[op];
  const isNothing = (x: Value, other: Value) =>
    neutralValue !== undefined && splatOf(x) === neutralValue && sameShape(other.shape, shape);
  if (isNothing(b, a)) return a;
  if (commutative.has(op) && isNothing(a, b)) return b;
  if (op === 'Pow' && splatOf(b) === 2) return binary(graph, 'Mul', a, a);
  if (op === 'Pow' && splatOf(b) === 0.5) return unary(graph, 'Sqrt', a);
  let inputs = leaveBroadcast(graph, [a, b], shape);
  // Sort the operands so that a*b and b*a are recorded once.
  if (commutative.has(op)) inputs = inputs.sort((x, y) => x.id - y.id);
  return graph.operation({ op, inputs }, { shape, dtype });
}

/** Records an operation on each element. A broadcast value is computed before broadcasting. */
export function unary(
  graph: Graph,
  op: string,
  x: Value,
  attributes: Readonly<Record<string, number | { float: number }>> = {},
  dtype: DType = x.dtype,
): Value {
  const small = unexpanded(graph, x);
  const result = graph.operation({ op, inputs: [small], attributes }, { shape: small.shape, dtype });
  return expand(graph, result, x.shape);
}
