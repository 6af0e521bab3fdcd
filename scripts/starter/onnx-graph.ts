// Collects the nodes and constants of an ONNX graph and writes the file.
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT, FLOAT16, INT64 } = onnx.TensorProto.DataType;

/** Whole numbers and lists of them, texts, and fractions (which must be marked: `1` could be either). */
type Attributes = Readonly<Record<string, number | readonly number[] | string | { readonly float: number }>>;

/** A float32 tensor at the border of the graph: `[n, ...dims]` with a free `n`. */
export interface Port {
  readonly name: string;
  readonly dims: readonly number[];
}

/** An ONNX graph being written. Names are given by the caller and must be unique. */
export class OnnxGraph {
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #initializers: InstanceType<typeof onnx.TensorProto>[] = [];

  /** Adds a node. An empty input name leaves an optional input out. */
  node(opType: string, input: readonly string[], output: readonly string[], attributes: Attributes = {}): void {
    const attribute = Object.entries(attributes).map(([name, value]) => toAttribute(name, value));
    this.#nodes.push(onnx.NodeProto.create({ opType, input: [...input], output: [...output], attribute }));
  }

  floats(name: string, values: readonly number[]): string {
    return this.#initializer(name, FLOAT, [values.length], Float32Array.from(values));
  }

  integers(name: string, values: readonly number[]): string {
    return this.#initializer(name, INT64, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** A constant stored in 16 bits and used in 32: ONNX Runtime folds the cast away when the session is made. */
  halfFloats(name: string, dims: readonly number[], bits: Uint16Array): string {
    const stored = this.#initializer(`${name}_f16`, FLOAT16, dims, bits);
    this.node('Cast', [stored], [name], { to: FLOAT });
    return name;
  }

  /** The bytes of the file: the same for the same calls. */
  encode(
    name: string,
    opset: number,
    inputs: readonly Port[],
    outputs: readonly Port[],
    docString: string,
  ): Uint8Array {
    const port = (one: Port): object => ({
      name: one.name,
      type: {
        tensorType: {
          elemType: FLOAT,
          shape: { dim: [{ dimParam: 'n' }, ...one.dims.map((dimValue) => ({ dimValue }))] },
        },
      },
    });
    const file = onnx.ModelProto.create({
      irVersion: 7,
      opsetImport: [{ domain: '', version: opset }],
      producerName: 'hashlens build:starter',
      docString,
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: inputs.map(port),
        output: outputs.map(port),
      },
    });
    return onnx.ModelProto.encode(file).finish();
  }

  #initializer(name: string, dataType: number, dims: readonly number[], data: NodeJS.TypedArray): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push(onnx.TensorProto.create({ name, dataType, dims: [...dims], rawData }));
    return name;
  }
}

function toAttribute(name: string, value: Attributes[string]): InstanceType<typeof onnx.AttributeProto> {
  const types = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return onnx.AttributeProto.create({ name, type: types.INT, i: value });
  if (typeof value === 'string') {
    return onnx.AttributeProto.create({ name, type: types.STRING, s: new TextEncoder().encode(value) });
  }
  if (value !== undefined && 'float' in value) {
    return onnx.AttributeProto.create({ name, type: types.FLOAT, f: value.float });
  }
  return onnx.AttributeProto.create({ name, type: types.INTS, ints: [...(value ?? [])] });
}
