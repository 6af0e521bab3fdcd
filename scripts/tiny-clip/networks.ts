// CLIP's two networks in miniature: the real structure (causal text transformer, patch transformer) at toy widths.
import { GraphWriter } from './graph.ts';
import type { NodeOutput } from './graph.ts';

export interface TinyShape {
  readonly width: number;
  /** Width between the two layers of a block's perceptron; twice `width` if absent. */
  readonly inner?: number;
  readonly heads: number;
  readonly layers: number;
  readonly projection: number;
  readonly vocabulary: number;
  readonly maxTokens: number;
  readonly imageSize: number;
  readonly patchSize: number;
  /** 8-bit matrix products, as in the hub's `*_quantized.onnx`. */
  readonly quantized: boolean;
}

/** Added to a score, this makes softmax ignore it. */
export const maskedScore = -10000;

/** `[B, T, width]` -> `[B, T, width]`; `mask` is added to the scores `[B, heads, T, T]`. */
function attention(graph: GraphWriter, value: NodeOutput, shape: TinyShape, mask: NodeOutput | null): NodeOutput {
  const { width, heads } = shape;
  const split = graph.ints([4], [0, 0, heads, width / heads]);
  const part = (perm: readonly number[]): NodeOutput =>
    graph.node('Transpose', [graph.node('Reshape', [graph.linear(value, width, width), split])], { perm });
  const queries = part([0, 2, 1, 3]); // [B, heads, T, width / heads]
  const keys = part([0, 2, 3, 1]); // [B, heads, width / heads, T]
  const values = part([0, 2, 1, 3]);
  const scale = graph.filled([], 1 / Math.sqrt(width / heads));
  let scores = graph.node('Mul', [graph.node('MatMul', [queries, keys]), scale]);
  if (mask !== null) scores = graph.node('Add', [scores, mask]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), values]);
  const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  return graph.linear(graph.node('Reshape', [joined, graph.ints([3], [0, 0, width])]), width, width);
}

/** x * sigmoid(1.702 x), the activation CLIP was trained with. */
function quickGelu(graph: GraphWriter, value: NodeOutput): NodeOutput {
  return graph.node('Mul', [value, graph.node('Sigmoid', [graph.node('Mul', [value, graph.filled([], 1.702)])])]);
}

/** The residual blocks, normalisation first. */
export function transformer(
  graph: GraphWriter,
  start: NodeOutput,
  shape: TinyShape,
  mask: NodeOutput | null,
): NodeOutput {
  const { width, layers, inner: between = width * 2 } = shape;
  let value = start;
  for (let layer = 0; layer < layers; layer++) {
    value = graph.node('Add', [value, attention(graph, graph.layerNorm(value, width), shape, mask)]);
    const inner = quickGelu(graph, graph.linear(graph.layerNorm(value, width), width, between));
    value = graph.node('Add', [value, graph.linear(inner, between, width)]);
  }
  return value;
}

/** Mask of the tokens that each token must not attend to: later ones and padding. `[B, 1, T, T]` or `[T, T]`. */
function textMask(
  graph: GraphWriter,
  length: NodeOutput,
  attentionMask: NodeOutput | null,
  maxTokens: number,
): NodeOutput {
  const future = new Float32Array(maxTokens * maxTokens);
  for (let row = 0; row < maxTokens; row++) future.fill(maskedScore, row * maxTokens + row + 1, (row + 1) * maxTokens);
  const corner = [graph.ints([2], [0, 0]), graph.node('Concat', [length, length], { axis: 0 })];
  const causal = graph.node('Slice', [graph.floats([maxTokens, maxTokens], future), ...corner]);
  if (attentionMask === null) return causal;
  const kept = graph.node('Cast', [attentionMask], { to: 1 });
  const hidden = graph.node('Mul', [graph.node('Sub', [graph.filled([], 1), kept]), graph.filled([], maskedScore)]);
  return graph.node('Add', [graph.node('Unsqueeze', [hidden, graph.ints([2], [1, 2])]), causal]);
}

/** `input_ids [B, T]` (and `attention_mask [B, T]`) -> `text_embeds [B, projection]`, not normalised. */
export function textNetwork(shape: TinyShape, seed: number, withMask: boolean): Uint8Array {
  const { width, projection, vocabulary, maxTokens } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const dims = ['batch_size', 'sequence_length'];
  const ids = graph.input('input_ids', 'int64', dims);
  const given = withMask ? graph.input('attention_mask', 'int64', dims) : null;
  const length = graph.node('Shape', [ids], { start: 1, end: 2 }); // [1]
  const places = [graph.random([maxTokens, width], 0.5), graph.ints([1], [0]), length, graph.ints([1], [0])];
  const tokens = graph.node('Gather', [graph.random([vocabulary, width], 2), ids]);
  const start = graph.node('Add', [tokens, graph.node('Slice', places)]); // [B, T, width]
  const hidden = transformer(graph, start, shape, textMask(graph, length, given, maxTokens));
  const last = graph.layerNorm(hidden, width);
  // The end token has the highest id; the first of several is the text's own.
  const end = graph.node('ArgMax', [ids], { axis: 1, keepdims: 1 }); // [B, 1]
  const pooled = graph.node('GatherND', [last, end], { batch_dims: 1 }); // [B, width]
  const rows = graph.node('MatMul', [pooled, graph.random([width, projection], 1)]);
  graph.output(rows, 'text_embeds', ['batch_size', projection]);
  graph.output(last, 'last_hidden_state', [...dims, width]);
  return graph.bytes();
}

/** `[B, 3, S, S]` -> `[B, S / patch * S / patch, width]` */
export function patchesOf(graph: GraphWriter, pixels: NodeOutput, shape: TinyShape): NodeOutput {
  const { width, imageSize, patchSize } = shape;
  const kernel = graph.random([width, 3, patchSize, patchSize], 2 / Math.sqrt(3 * patchSize * patchSize));
  const square = [patchSize, patchSize];
  const map = graph.node('Conv', [pixels, kernel], { kernel_shape: square, strides: square }); // [B, width, n, n]
  // No length is left to be found: that fails for a batch without photos.
  const flat = graph.node('Reshape', [map, graph.ints([3], [0, width, (imageSize / patchSize) ** 2])]);
  return graph.node('Transpose', [flat], { perm: [0, 2, 1] });
}

/** CLIP's image network in a graph: pixels -> rows `[B, projection]` and the last layer `[B, n * n + 1, width]`. */
export function clipVision(
  graph: GraphWriter,
  pixels: NodeOutput,
  shape: TinyShape,
): { rows: NodeOutput; last: NodeOutput } {
  const { width, projection, imageSize, patchSize } = shape;
  const patches = patchesOf(graph, pixels, shape);
  const batch = graph.node('Shape', [pixels], { start: 0, end: 1 });
  const whole = graph.node('Concat', [batch, graph.ints([2], [1, width])], { axis: 0 });
  const first = graph.node('Expand', [graph.random([1, 1, width], 1), whole]); // [B, 1, width]
  const count = (imageSize / patchSize) ** 2 + 1;
  const sequence = graph.node('Concat', [first, patches], { axis: 1 });
  const start = graph.node('Add', [sequence, graph.random([1, count, width], 0.5)]);
  const last = transformer(graph, graph.layerNorm(start, width), shape, null);
  const pooled = graph.node('Gather', [last, graph.ints([], [0])], { axis: 1 }); // [B, width]
  const rows = graph.node('MatMul', [graph.layerNorm(pooled, width), graph.random([width, projection], 1)]);
  return { rows, last };
}

/** `pixel_values [B, 3, S, S]` -> `image_embeds [B, projection]`, not normalised. */
export function visionNetwork(shape: TinyShape, seed: number): Uint8Array {
  const { width, projection, imageSize, patchSize } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const pixels = graph.input('pixel_values', 'float', ['batch_size', 3, imageSize, imageSize]);
  const { rows, last } = clipVision(graph, pixels, shape);
  graph.output(rows, 'image_embeds', ['batch_size', projection]);
  graph.output(last, 'last_hidden_state', ['batch_size', (imageSize / patchSize) ** 2 + 1, width]);
  return graph.bytes();
}
