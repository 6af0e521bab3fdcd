// Writes an ONNX graph node by node: names are made up, weights are seeded, and the result is a file's bytes.
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;

/** A value inside the graph, by name. */
export type NodeOutput = string & { readonly brand: 'value' };

type Attribute = number | readonly number[] | { readonly float: number };

/** Numbers in -1..1 with mean 0, the same for a seed on every machine (integer arithmetic only). */
export function seededNoise(seed: number): () => number {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() + uniform() - 2) / 2;
}

function attribute(name: string, value: Attribute): Onnx.IAttributeProto {
  const types = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: types.INT, i: value };
  if ('float' in value) return { name, type: types.FLOAT, f: value.float };
  return { name, type: types.INTS, ints: [...value] };
}

export class GraphWriter {
  readonly #nodes: Onnx.INodeProto[] = [];
  readonly #weights: Onnx.ITensorProto[] = [];
  readonly #inputs: Onnx.IValueInfoProto[] = [];
  readonly #outputs: Onnx.IValueInfoProto[] = [];
  readonly #noise: () => number;
  readonly #quantized: boolean;
  #count = 0;

  /** `quantized`: matrix products in 8 bit, with the inputs' range found as the graph runs. */
  constructor(seed: number, quantized: boolean) {
    this.#noise = seededNoise(seed);
    this.#quantized = quantized;
  }

  #name(stem: string): NodeOutput {
    this.#count += 1;
    return `${stem}_${this.#count}` as NodeOutput;
  }

  input(name: string, type: 'float' | 'half' | 'int64', shape: readonly (number | string)[]): NodeOutput {
    this.#inputs.push(valueInfo(name, type, shape));
    return name as NodeOutput;
  }

  /** Names a value as an output of the graph. */
  output(value: NodeOutput, name: string, shape: readonly (number | string)[], type: 'float' | 'half' = 'float'): void {
    this.#nodes.push({ opType: 'Identity', input: [value], output: [name], name: `output_${name}` });
    this.#outputs.push(valueInfo(name, type, shape));
  }

  node(
    opType: string,
    inputs: readonly NodeOutput[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): NodeOutput {
    const output = this.#name(opType.toLowerCase());
    this.#nodes.push({
      opType,
      name: output,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }

  floats(shape: readonly number[], data: Float32Array): NodeOutput {
    const name = this.#name('weight');
    // Little-endian bytes, the order of ONNX and of all supported machines.
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#weights.push({ name, dims: [...shape], dataType: onnx.TensorProto.DataType.FLOAT, rawData });
    return name;
  }

  ints(shape: readonly number[], data: readonly number[]): NodeOutput {
    const name = this.#name('constant');
    this.#weights.push({ name, dims: [...shape], dataType: onnx.TensorProto.DataType.INT64, int64Data: [...data] });
    return name;
  }

  /** Random weights of the given spread. */
  random(shape: readonly number[], spread: number): NodeOutput {
    const size = shape.reduce((product, length) => product * length, 1);
    return this.floats(
      shape,
      Float32Array.from({ length: size }, () => this.#noise() * spread),
    );
  }

  filled(shape: readonly number[], value: number): NodeOutput {
    const size = shape.reduce((product, length) => product * length, 1);
    return this.floats(shape, new Float32Array(size).fill(value));
  }

  /** `[..., from]` -> `[..., to]` */
  linear(value: NodeOutput, from: number, to: number): NodeOutput {
    const spread = 5 / Math.sqrt(from);
    const product = this.#quantized
      ? this.#integerProduct(value, from, to, spread)
      : this.node('MatMul', [value, this.random([from, to], spread)]);
    return this.node('Add', [product, this.random([to], 0.1)]);
  }

  /** As ONNX Runtime's dynamic quantisation writes it: one range for the whole input, batch and all. */
  #integerProduct(value: NodeOutput, from: number, to: number, spread: number): NodeOutput {
    const [bytes, scale, zero] = [this.#name('bytes'), this.#name('scale'), this.#name('zero')];
    this.#nodes.push({ opType: 'DynamicQuantizeLinear', name: bytes, input: [value], output: [bytes, scale, zero] });
    const weights = this.#name('weight');
    const rawData = new Uint8Array(Int8Array.from({ length: from * to }, () => Math.round(this.#noise() * 127)).buffer);
    this.#weights.push({ name: weights, dims: [from, to], dataType: onnx.TensorProto.DataType.INT8, rawData });
    const sums = this.node('Cast', [this.node('MatMulInteger', [bytes, weights, zero])], { to: 1 });
    return this.node('Mul', [sums, this.node('Mul', [scale, this.filled([], spread / 127)])]);
  }

  layerNorm(value: NodeOutput, width: number): NodeOutput {
    const inputs = [value, this.filled([width], 1), this.random([width], 0.1)];
    return this.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** The model file. Opset 17 has LayerNormalization as one node. */
  bytes(): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion: 8,
      producerName: 'make-tiny-clip',
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'tiny-clip',
        node: this.#nodes,
        initializer: this.#weights,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }
}

function valueInfo(
  name: string,
  type: 'float' | 'half' | 'int64',
  shape: readonly (number | string)[],
): Onnx.IValueInfoProto {
  const { FLOAT, FLOAT16, INT64 } = onnx.TensorProto.DataType;
  const elemType = { float: FLOAT, half: FLOAT16, int64: INT64 }[type];
  const dim = shape.map((length) => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
