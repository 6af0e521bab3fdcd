// Turns NanoDet's TF.js graph into one ONNX file with the two outputs the starter needs: `scores` and `backbone`.
import type { GraphModel, GraphNode, StoredTensor } from './graph-model.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { numberAt, uint16At } from '../../src/shared/at.ts';

/** The three sigmoids over the class scores of one stride each, [n, 80, side, side]. */
export const scoreNodes = ['154', '165', '176'].map((id) => `PartitionedCall/onnx_tf_prefix_Sigmoid_${id}`);
/** Output of the backbone, [n, 512, 13, 13]. */
export const backboneNode = 'PartitionedCall/onnx_tf_prefix_Concat_62';
export const inputNodeName = 'input_1';
const imageSide = 416;
const opset = 13;

/**
 * A tensor of the TF graph. In the ONNX graph it is always stored channels first; `layout` is the order in which the
 * TF graph sees it at this point, which its transposes merely flip. Zero padding waits here for the convolution or
 * pooling that uses it.
 */
interface Value {
  readonly name: string;
  readonly layout: 'nchw' | 'nhwc';
  /** Height and width in pixels, without `padding`. */
  readonly side: number;
  /** Rows and columns to add: top, left, bottom, right. */
  readonly padding?: readonly number[];
}

/**
 * The whole ONNX file: `pixels` [n, 3, 416, 416] -> `scores` [n, 80], the highest score of each class anywhere in the
 * picture, and `backbone` [n, 512], the backbone's features averaged over the picture.
 * @throws when the graph is not built as NanoDet's is.
 */
export function convertNanodet(model: GraphModel): Uint8Array {
  const graph = new OnnxGraph();
  const conversion = new Conversion(model, graph);
  const overPositions = { axes: [2, 3], keepdims: 0 };
  graph.node('ReduceMean', [conversion.value(backboneNode).name], ['backbone'], overPositions);
  const peaks = scoreNodes.map((sigmoid, stride) => {
    const logits = conversion.value(model.nodes.get(sigmoid)?.input[0] ?? '').name;
    graph.node('ReduceMax', [logits], [`peak_${stride}`], overPositions);
    return `peak_${stride}`;
  });
  // The sigmoid is monotone, so the maximum may be taken first: 80 exponentials instead of 283,920.
  graph.node('Max', peaks, ['highest_logit']);
  graph.node('Sigmoid', ['highest_logit'], ['scores']);

  return graph.encode(
    'nanodet',
    opset,
    [{ name: 'pixels', dims: [3, imageSide, imageSide] }],
    [
      { name: 'scores', dims: [80] },
      { name: 'backbone', dims: [512] },
    ],
    'NanoDet by RangiLyu, Apache-2.0, converted from the TF.js graph model by Vladimir Mandic, MIT. See CREDITS.md.',
  );
}

/** Follows the TF graph back from the wanted outputs and writes each node once. */
class Conversion {
  readonly #model: GraphModel;
  readonly #graph: OnnxGraph;
  readonly #values = new Map<string, Value>();

  constructor(model: GraphModel, graph: OnnxGraph) {
    this.#model = model;
    this.#graph = graph;
    this.#values.set(inputNodeName, { name: 'pixels', layout: 'nchw', side: imageSide });
  }

  value(name: string): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const node = this.#model.nodes.get(name);
    if (!node) throw new Error(`The graph has no node ${name}.`);
    const value = this.#convert(node);
    this.#values.set(name, value);
    return value;
  }

  #convert(node: GraphNode): Value {
    const name = node.name.replace('PartitionedCall/', '').replaceAll('/', '_');
    switch (node.op) {
      case 'Transpose':
        return this.#transpose(node);
      case 'Pad':
      case 'PadV2':
        return this.#pad(node);
      case 'Add': {
        const [first = '', second = ''] = node.input;
        if (this.#model.weights.has(second)) return this.#convolution(first, second, name);
        return this.#elementwise(node, 'Add', name);
      }
      case 'LeakyRelu':
        return this.#elementwise(node, 'LeakyRelu', name);
      case 'MaxPool':
        return this.#maxPool(node, name);
      case 'ConcatV2':
        return this.#concat(node, name);
      case 'ResizeBilinear':
        return this.#resize(node, name);
      case 'SplitV':
        return this.#split(node, name);
      default:
        throw new Error(`No conversion for ${node.op} (${node.name}).`);
    }
  }

  #transpose(node: GraphNode): Value {
    const value = this.value(node.input[0] ?? '');
    const order = this.#integers(node.input[1]).join();
    expectThat(node, order === (value.layout === 'nchw' ? '0,2,3,1' : '0,3,1,2'));
    return { ...value, layout: value.layout === 'nchw' ? 'nhwc' : 'nchw' };
  }

  #pad(node: GraphNode): Value {
    const value = this.#unpadded(node.input[0], 'nchw');
    const [n0, n1, c0, c1, top = 0, bottom = 0, left = 0, right = 0] = this.#integers(node.input[1]);
    expectThat(node, n0 === 0 && n1 === 0 && c0 === 0 && c1 === 0);
    // A filled padding is the one before the max pooling; ONNX's pooling ignores its own padding, as if it were -infinity.
    if (node.input[2] !== undefined) {
      const fill = this.#tensor(node.input[2]);
      expectThat(node, fill.kind === 'float16' && fill.bits[0] === halfMinusInfinity);
    }
    return { ...value, padding: [top, left, bottom, right] };
  }

  /** A Conv2D, with the bias that is added to its result. */
  #convolution(convName: string, biasName: string, name: string): Value {
    const node = this.#model.nodes.get(convName);
    if (node?.op !== 'Conv2D') throw new Error(`A constant is added to ${convName}, which is no convolution.`);
    const kernel = this.#tensor(node.input[1]);
    const bias = this.#tensor(biasName);
    if (kernel.kind !== 'float16' || bias.kind !== 'float16')
      throw new Error(`${convName} has weights of another kind.`);
    const [height = 0, width = 0, from = 0, to = 0] = kernel.shape;
    const weight = this.#graph.halfFloats(`${name}_weight`, [to, from, height, width], channelsFirst(kernel));
    const bits = this.#graph.halfFloats(`${name}_bias`, bias.shape, bias.bits);
    return this.#window(node, 'Conv', [height, width], [weight, bits], name);
  }

  #maxPool(node: GraphNode, name: string): Value {
    return this.#window(node, 'MaxPool', spatial(node, 'ksize'), [], name);
  }

  /** A window operation: applies the pending padding to its input. */
  #window(node: GraphNode, op: string, kernel: readonly number[], weights: readonly string[], name: string): Value {
    const input = this.value(node.input[0] ?? '');
    const strides = spatial(node, 'strides');
    const pads = input.padding ?? [0, 0, 0, 0];
    const dilated = spatial(node, 'dilations').some((step) => step !== 1);
    expectThat(node, input.layout === 'nhwc' && node.attr['padding']?.s === 'VALID' && !dilated);
    this.#graph.node(op, [input.name, ...weights], [name], { kernel_shape: kernel, strides, pads });
    const room = input.side + numberAt(pads, 0) + numberAt(pads, 2) - numberAt(kernel, 0);
    return { name, layout: 'nhwc', side: Math.floor(room / (strides[0] ?? 1)) + 1 };
  }

  #concat(node: GraphNode, name: string): Value {
    const inputs = node.input.slice(0, -1).map((input) => this.#unpadded(input, 'nchw'));
    const [axis] = this.#integers(node.input.at(-1));
    expectThat(node, axis === 1);
    this.#graph.node('Concat', namesOf(inputs), [name], { axis: 1 });
    return { name, layout: 'nchw', side: inputs[0]?.side ?? 0 };
  }

  /** The graph gives sizes for a batch of one; as factors they leave the batch free. */
  #resize(node: GraphNode, name: string): Value {
    const input = this.#unpadded(node.input[0], 'nhwc');
    const [height = 0, width] = this.#integers(node.input[1]);
    expectThat(node, height === width && node.attr['half_pixel_centers']?.b === true);
    const factor = height / input.side;
    const scales = this.#graph.floats(`${name}_scales`, [1, 1, factor, factor]);
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    this.#graph.node('Resize', [input.name, '', scales], [name], attributes);
    return { name, layout: 'nhwc', side: height };
  }

  /** Keep only the first part, the class scores; the second part holds the boxes' edges. */
  #split(node: GraphNode, name: string): Value {
    const input = this.#unpadded(node.input[0], 'nchw');
    expectThat(node, this.#integers(node.input[2])[0] === 1);
    const lengths = this.#graph.integers(`${name}_lengths`, this.#integers(node.input[1]));
    this.#graph.node('Split', [input.name, lengths], [name, `${name}_boxes`], { axis: 1 });
    return { name, layout: 'nchw', side: input.side };
  }

  #elementwise(node: GraphNode, op: string, name: string): Value {
    const layout = this.value(node.input[0] ?? '').layout;
    const inputs = node.input.map((input) => this.#unpadded(input, layout));
    const alpha = node.attr['alpha']?.f;
    this.#graph.node(op, namesOf(inputs), [name], alpha === undefined ? {} : { alpha: { float: alpha } });
    return { name, layout, side: inputs[0]?.side ?? 0 };
  }

  #unpadded(name: string | undefined, layout: Value['layout']): Value {
    const value = this.value(name ?? '');
    if (value.padding || value.layout !== layout) throw new Error(`${name ?? ''} is not a plain ${layout} tensor.`);
    return value;
  }

  #tensor(name: string | undefined): StoredTensor {
    const tensor = this.#model.weights.get(name ?? '');
    if (!tensor) throw new Error(`The model has no weight ${name ?? ''}.`);
    return tensor;
  }

  #integers(name: string | undefined): readonly number[] {
    const tensor = this.#tensor(name);
    if (tensor.kind !== 'int32') throw new Error(`${name ?? ''} does not hold integers.`);
    return tensor.values;
  }
}

const halfMinusInfinity = 0xfc00;

function expectThat(node: GraphNode, asExpected: boolean): void {
  if (!asExpected) throw new Error(`${node.op} ${node.name} is not used in the way this conversion knows.`);
}

function namesOf(values: readonly Value[]): string[] {
  return values.map((value) => value.name);
}

/** Height and width of a list given in [n, h, w, c] order. */
function spatial(node: GraphNode, attribute: string): readonly number[] {
  return (node.attr[attribute]?.list?.i ?? []).slice(1, 3);
}

/** [height, width, from, to] -> [to, from, height, width] */
function channelsFirst(kernel: { readonly bits: Uint16Array; readonly shape: readonly number[] }): Uint16Array {
  const [height = 0, width = 0, from = 0, to = 0] = kernel.shape;
  const area = height * width;
  const out = new Uint16Array(kernel.bits.length);
  for (let xy = 0; xy < area; xy++) {
    for (let i = 0; i < from; i++) {
      for (let o = 0; o < to; o++) out[(o * from + i) * area + xy] = uint16At(kernel.bits, (xy * from + i) * to + o);
    }
  }
  return out;
}
