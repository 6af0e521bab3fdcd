// Writes a recorded graph as the bytes of an ONNX model.
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import type { Attribute, DType, Graph, Operation, TypedArray, Value } from '../graph/graph.ts';
import { listed, liveOperations, sizeOf } from '../graph/graph.ts';

const { onnx } = onnxProto;
/** ONNX operator set 18 (ONNX 1.13): the first in which all reductions take their axes as an input. */
const opset = 18;
const irVersion = 8;
const elementType: Readonly<Record<DType, number>> = { float32: 1, int32: 6, bool: 9 };
const int64 = 7;

/** A dimension whose size is known only when the model runs: its name and the number it was recorded with. */
export interface OpenDimension {
  readonly standIn: number;
  readonly name: string;
}

class Writer {
  readonly nodes: Onnx.INodeProto[] = [];
  readonly initializers: Onnx.ITensorProto[] = [];
  readonly #names = new Map<Value, string>();
  readonly #literals = new Map<string, string>();
  readonly #open: readonly OpenDimension[];

  constructor(open: readonly OpenDimension[]) {
    this.#open = open;
  }

  /** Name of a value in the model. Constants are written on first use. */
  name(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = value.from.kind === 'input' ? value.from.name : `v${value.id}`;
    this.#names.set(value, name);
    if (value.from.kind === 'splat') this.#splat(value, value.from.value, name);
    if (value.from.kind === 'constant') this.#initializer(name, value.from.data, value.shape, value.dtype);
    return name;
  }

  call(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  has(value: Value): boolean {
    return this.#names.has(value);
  }

  operation({ op, inputs, literals, attributes, outputs }: Operation): void {
    // Literals follow the tensors. An empty name leaves an optional input out.
    const literalNames = literals.map((list) => (list === null ? '' : this.#literal(op, list)));
    this.nodes.push({
      opType: op,
      name: `${op}_${outputs[0]?.id ?? 0}`,
      input: [...inputs.map((value) => this.name(value)), ...literalNames],
      output: outputs.map((value) => this.name(value)),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
  }

  valueInfo(value: Value, name: string): Onnx.IValueInfoProto {
    const dim = value.shape.map((n) => {
      const open = this.#open.find(({ standIn }) => n % standIn === 0 && n > 0);
      if (open === undefined) return { dimValue: n };
      return { dimParam: n === open.standIn ? open.name : `${n / open.standIn}${open.name}` };
    });
    return { name, type: { tensorType: { elemType: elementType[value.dtype], shape: { dim } } } };
  }

  #literal(op: string, list: readonly number[]): string {
    const key = `${op === 'Reshape' ? 'shape' : 'list'} ${listed(list)}`;
    const known = this.#literals.get(key);
    if (known !== undefined) return known;
    const name = `i${this.#literals.size}`;
    this.#literals.set(key, name);
    const isOpen = (n: number) => this.#open.some(({ standIn }) => n > 0 && n % standIn === 0);
    const openCount = list.filter(isOpen).length;
    if (openCount > 0 && !(op === 'Reshape' && openCount === 1)) {
      throw new Error(`${op} needs the size of a dimension that is known only when the model runs`);
    }
    const numbers = BigInt64Array.from(list, (n) => BigInt(isOpen(n) ? -1 : n));
    this.initializers.push({ name, dataType: int64, dims: [list.length], rawData: bytesOf(numbers) });
    return name;
  }

  #splat(value: Value, filler: number, name: string): void {
    const { dtype, shape } = value;
    const one =
      dtype === 'int32' ? Int32Array.of(filler) : dtype === 'bool' ? Uint8Array.of(filler) : Float32Array.of(filler);
    if (sizeOf(shape) === 1) {
      this.#initializer(name, one, shape, dtype);
      return;
    }
    const tensor = { dataType: elementType[dtype], dims: [1], rawData: bytesOf(one) };
    this.nodes.push({
      opType: 'ConstantOfShape',
      name: `Fill_${value.id}`,
      input: [this.#literal('ConstantOfShape', shape)],
      output: [name],
      attribute: [{ name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: tensor }],
    });
  }

  #initializer(name: string, data: TypedArray, shape: readonly number[], dtype: DType): void {
    this.initializers.push({ name, dataType: elementType[dtype], dims: [...shape], rawData: bytesOf(data) });
  }
}

const bytesOf = (data: TypedArray | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function attribute(name: string, value: Attribute): Onnx.IAttributeProto {
  const { FLOAT, INT, INTS, STRING } = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: INT, i: value };
  if (typeof value === 'string') return { name, type: STRING, s: new TextEncoder().encode(value) };
  return 'float' in value ? { name, type: FLOAT, f: value.float } : { name, type: INTS, ints: [...value] };
}

/** Writes the part of the graph that `outputs` need. Output names are the keys. */
export function writeOnnx(
  graph: Graph,
  outputs: ReadonlyMap<string, Value>,
  open: readonly OpenDimension[],
): Uint8Array {
  const writer = new Writer(open);
  // Copy an output that is also an input, a constant or another output under its own name.
  const copies: Onnx.INodeProto[] = [];
  for (const [name, value] of outputs) {
    if (value.from.kind === 'operation' && !writer.has(value)) writer.call(value, name);
    else copies.push({ opType: 'Identity', name: `copy_${name}`, input: [writer.name(value)], output: [name] });
  }
  for (const operation of liveOperations([...outputs.values()])) writer.operation(operation);
  const model = onnx.ModelProto.create({
    irVersion,
    opsetImport: [{ domain: '', version: opset }],
    producerName: 'hashlens',
    graph: {
      name: 'graph',
      node: [...writer.nodes, ...copies],
      initializer: writer.initializers,
      input: graph.inputs.map((value) => writer.valueInfo(value, writer.name(value))),
      output: [...outputs].map(([name, value]) => writer.valueInfo(value, name)),
    },
  });
  return onnx.ModelProto.encode(model).finish();
}
