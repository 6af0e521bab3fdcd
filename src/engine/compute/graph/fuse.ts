// Rewrites that need the whole graph: a bias added to a matrix product becomes part of the product.
import type { Operation, Value } from './graph.ts';
import { Graph, liveOperations, producedBy } from './graph.ts';
import { itemAt } from '../../../shared/at.ts';

/**
 * Rebuilds the live part of a graph with `x W + b` as one Gemm, where no other operation uses `x W`. Returns the new
 * graph and the new outputs in order.
 */
export function fuse(graph: Graph, outputs: readonly Value[]): { graph: Graph; outputs: Value[] } {
  const operations = liveOperations(outputs);
  const uses = new Map<Value, number>();
  const use = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  operations.forEach((operation) => operation.inputs.forEach(use));
  outputs.forEach(use);

  const made = new Graph();
  const images = new Map<Value, Value>();
  const image = (value: Value): Value => {
    const known = images.get(value);
    if (known !== undefined) return known;
    const copy = made.leaf(value);
    images.set(value, copy);
    return copy;
  };
  // Keep all inputs in order, including the unused ones.
  graph.inputs.forEach(image);

  const absorbed = new Set<Operation>();
  const product = (sum: Operation): { gemm: Operation; bias: Value } | null => {
    const [output] = sum.outputs;
    if (sum.op !== 'Add' || output === undefined) return null;
    const [a, b] = sum.inputs;
    if (a === undefined || b === undefined) return null;
    for (const [x, bias] of [
      [a, b],
      [b, a],
    ] as const) {
      const gemm = producedBy(x, 'Gemm');
      if (gemm !== null && gemm.inputs.length === 2 && uses.get(x) === 1 && bias.shape.length <= 2) {
        if (x.shape.every((n, i) => n === output.shape[i])) return { gemm, bias };
      }
    }
    return null;
  };
  const fused = new Map<Operation, { gemm: Operation; bias: Value }>();
  for (const operation of operations) {
    const found = product(operation);
    if (found !== null) {
      fused.set(operation, found);
      absorbed.add(found.gemm);
    }
  }
  for (const operation of operations) {
    if (absorbed.has(operation)) continue;
    const found = fused.get(operation);
    const { op, inputs, literals, attributes } =
      found === undefined ? operation : { ...found.gemm, inputs: [...found.gemm.inputs, found.bias] };
    const results = made.operations({ op, inputs: inputs.map(image), literals, attributes }, operation.outputs);
    operation.outputs.forEach((value, i) => images.set(value, itemAt(results, i)));
  }
  return { graph: made, outputs: outputs.map(image) };
}
