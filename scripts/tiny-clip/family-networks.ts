// Networks of other families in miniature: inputs, outputs and structure of the published exports at toy widths.
import { GraphWriter } from './graph.ts';
import type { NodeOutput } from './graph.ts';
import { clipVision, maskedScore, patchesOf, transformer, type TinyShape } from './networks.ts';

const sequence = ['batch_size', 'sequence_length'] as const;

/** Token rows with places added: `[B, T]` -> `[B, T, width]`. */
function embedded(graph: GraphWriter, ids: NodeOutput, { width, vocabulary, maxTokens }: TinyShape): NodeOutput {
  const length = graph.node('Shape', [ids], { start: 1, end: 2 }); // [1]
  const places = [graph.random([maxTokens, width], 0.5), graph.ints([1], [0]), length, graph.ints([1], [0])];
  return graph.node('Add', [
    graph.node('Gather', [graph.random([vocabulary, width], 2), ids]),
    graph.node('Slice', places),
  ]);
}

/** Mask of tokens that none attends to, `[B, 1, 1, T]`, of one with 1 for each token that counts, `[B, T]` floats. */
function hiding(graph: GraphWriter, kept: NodeOutput): NodeOutput {
  const hidden = graph.node('Mul', [graph.node('Sub', [graph.filled([], 1), kept]), graph.filled([], maskedScore)]);
  return graph.node('Unsqueeze', [hidden, graph.ints([2], [1, 2])]);
}

/** Mean over the tokens that count: `[B, T, width]`, `[B, T]` -> `[B, width]` */
function meanOf(graph: GraphWriter, value: NodeOutput, kept: NodeOutput): NodeOutput {
  const weights = graph.node('Unsqueeze', [kept, graph.ints([1], [2])]); // [B, T, 1]
  const axis = graph.ints([1], [1]);
  const sum = graph.node('ReduceSum', [graph.node('Mul', [value, weights]), axis], { keepdims: 0 });
  return graph.node('Div', [sum, graph.node('ReduceSum', [weights, axis], { keepdims: 0 })]);
}

/** `[B, T, width]` -> `[B, width]` at one place, counted from the end where negative. */
const rowAt = (graph: GraphWriter, value: NodeOutput, place: number): NodeOutput =>
  graph.node('Gather', [value, graph.ints([], [place])], { axis: 1 });

/** SigLIP's text network: no mask; the row is read at the last token. */
export function siglipText(shape: TinyShape, seed: number): Uint8Array {
  const { width } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const ids = graph.input('input_ids', 'int64', sequence);
  const last = graph.layerNorm(transformer(graph, embedded(graph, ids, shape), shape, null), width);
  const rows = graph.linear(rowAt(graph, last, -1), width, width);
  graph.output(last, 'last_hidden_state', [...sequence, width]);
  graph.output(rows, 'pooler_output', ['batch_size', width]);
  return graph.bytes();
}

/** SigLIP's image network: no class token; a learned query attends to the patches. */
export function siglipVision(shape: TinyShape, seed: number): Uint8Array {
  const { width, imageSize, patchSize } = shape;
  const count = (imageSize / patchSize) ** 2;
  const graph = new GraphWriter(seed, shape.quantized);
  const pixels = graph.input('pixel_values', 'float', ['batch_size', 3, imageSize, imageSize]);
  const start = graph.node('Add', [patchesOf(graph, pixels, shape), graph.random([1, count, width], 0.5)]);
  const last = graph.layerNorm(transformer(graph, start, shape, null), width);
  const scores = graph.node('MatMul', [last, graph.random([width, 1], 1)]); // [B, n, 1]
  const shares = graph.node('Softmax', [scores], { axis: 1 });
  const mixed = graph.node('ReduceSum', [graph.node('Mul', [last, shares]), graph.ints([1], [1])], { keepdims: 0 });
  const rows = graph.node('Add', [mixed, graph.linear(graph.layerNorm(mixed, width), width, width)]);
  graph.output(last, 'last_hidden_state', ['batch_size', count, width]);
  graph.output(rows, 'pooler_output', ['batch_size', width]);
  return graph.bytes();
}

/** MobileCLIP's small text network: a convolution sees the neighbours of each token, padding too. Read at the end token. */
export function mobileClipText(shape: TinyShape, seed: number): Uint8Array {
  const { width, projection } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const ids = graph.input('input_ids', 'int64', sequence);
  const columns = graph.node('Transpose', [embedded(graph, ids, shape)], { perm: [0, 2, 1] });
  const kernel = graph.random([width, width, 5], 1 / Math.sqrt(width));
  const mixed = graph.node('Conv', [columns, kernel], { kernel_shape: [5], pads: [2, 2] });
  const start = graph.node('Transpose', [mixed], { perm: [0, 2, 1] });
  const last = graph.layerNorm(transformer(graph, start, shape, null), width);
  const end = graph.node('ArgMax', [ids], { axis: 1, keepdims: 1 }); // [B, 1]
  const pooled = graph.node('GatherND', [last, end], { batch_dims: 1 });
  graph.output(graph.node('MatMul', [pooled, graph.random([width, projection], 1)]), 'text_embeds', [
    'batch_size',
    projection,
  ]);
  return graph.bytes();
}

/** A text network for many languages, as sentence-transformers exports it: the mean of the tokens, projected. */
export function sentenceText(shape: TinyShape, seed: number): Uint8Array {
  const { width, projection } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const ids = graph.input('input_ids', 'int64', sequence);
  const kept = graph.node('Cast', [graph.input('attention_mask', 'int64', sequence)], { to: 1 });
  const last = transformer(graph, embedded(graph, ids, shape), shape, hiding(graph, kept));
  const rows = graph.node('MatMul', [meanOf(graph, last, kept), graph.random([width, projection], 1)]);
  graph.output(last, 'token_embeddings', [...sequence, width]);
  graph.output(rows, 'sentence_embedding', ['batch_size', projection]);
  return graph.bytes();
}

/** Unit rows: `[B, width]` -> `[B, width]` */
function unit(graph: GraphWriter, rows: NodeOutput): NodeOutput {
  const squares = graph.node('ReduceSum', [graph.node('Mul', [rows, rows]), graph.ints([1], [1])], { keepdims: 1 });
  return graph.node('Div', [rows, graph.node('Sqrt', [squares])]);
}

/**
 * Chinese-CLIP in one file: BERT read at its first token, CLIP's image network, and their similarities.
 * @param needsPhotos whether the export fails on a batch without photos, as some do
 */
export function chineseClip(shape: TinyShape, seed: number, needsPhotos: boolean): Uint8Array {
  const { width, projection, imageSize } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const ids = graph.input('input_ids', 'int64', ['text_batch_size', 'sequence_length']);
  const pixels = graph.input('pixel_values', 'float', ['image_batch_size', 3, imageSize, imageSize]);
  const mask = graph.input('attention_mask', 'int64', ['text_batch_size', 'sequence_length']);
  const kept = graph.node('Cast', [mask], { to: 1 });
  const last = transformer(graph, embedded(graph, ids, shape), shape, hiding(graph, kept));
  const texts = unit(graph, graph.node('MatMul', [rowAt(graph, last, 0), graph.random([width, projection], 1)]));
  const photos = unit(graph, clipVision(graph, pixels, shape).rows);
  const neutral = (): NodeOutput =>
    graph.node('Mul', [graph.node('Gather', [photos, graph.ints([], [0])], { axis: 0 }), graph.filled([], 0)]);
  const ofTexts = graph.node('MatMul', [texts, graph.node('Transpose', [photos], { perm: [1, 0] })]);
  graph.output(graph.node('Transpose', [ofTexts], { perm: [1, 0] }), 'logits_per_image', ['images', 'texts']);
  graph.output(ofTexts, 'logits_per_text', ['texts', 'images']);
  const spoiled = needsPhotos ? graph.node('Add', [texts, neutral()]) : texts;
  graph.output(spoiled, 'text_embeds', ['text_batch_size', projection]);
  graph.output(photos, 'image_embeds', ['image_batch_size', projection]);
  return graph.bytes();
}

/**
 * Jina CLIP v2 in one file: the text network finds padding by its id, 1; no mask is given.
 * @param half whether pixels and rows are of half precision, as in some exports
 */
export function jinaClip(shape: TinyShape, seed: number, half: boolean): Uint8Array {
  const { width, projection, imageSize } = shape;
  const graph = new GraphWriter(seed, shape.quantized);
  const ids = graph.input('input_ids', 'int64', ['text_batch_size', 'sequence_length']);
  const kind = half ? 'half' : 'float';
  const given = graph.input('pixel_values', kind, ['image_batch_size', 3, imageSize, imageSize]);
  const pixels = half ? graph.node('Cast', [given], { to: 1 }) : given;
  const put = (rows: NodeOutput, name: string, batch: string): void => {
    graph.output(half ? graph.node('Cast', [rows], { to: 10 }) : rows, name, [batch, projection], kind);
  };
  const isPadding = graph.node('Equal', [ids, graph.ints([], [1])]);
  const kept = graph.node('Cast', [graph.node('Not', [isPadding])], { to: 1 });
  const last = transformer(graph, embedded(graph, ids, shape), shape, hiding(graph, kept));
  const texts = graph.node('MatMul', [meanOf(graph, last, kept), graph.random([width, projection], 1)]);
  const photos = clipVision(graph, pixels, shape).rows;
  put(texts, 'text_embeddings', 'text_batch_size');
  put(photos, 'image_embeddings', 'image_batch_size');
  put(unit(graph, texts), 'l2norm_text_embeddings', 'text_batch_size');
  put(unit(graph, photos), 'l2norm_image_embeddings', 'image_batch_size');
  return graph.bytes();
}
