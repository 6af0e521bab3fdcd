// A recorded computation: values and the operations between them. Common subexpressions are recorded once.
import { numberAt } from '../../../shared/at.ts';

export type DType = 'float32' | 'int32' | 'bool';
export type TypedArray = Float32Array | Int32Array | Uint8Array;
/** Attributes of an ONNX node: whole numbers, real numbers (`{ float }`), words, lists of whole numbers. */
export type Attribute = number | { readonly float: number } | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** An operation that computes values. */
export interface Operation {
  /** ONNX operator. */
  readonly op: string;
  readonly inputs: readonly Value[];
  /**
   * Lists of whole numbers that an operator takes as trailing int64 inputs (axes, shapes, bounds). They are known while
   * recording. `null` leaves an optional input out.
   */
  readonly literals: readonly (readonly number[] | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly from:
    | { readonly kind: 'input'; readonly name: string }
    /** All elements are equal; the value is never stored in full. */
    | { readonly kind: 'splat'; readonly value: number }
    | { readonly kind: 'constant'; readonly data: TypedArray }
    | { readonly kind: 'operation'; readonly operation: Operation; readonly index: number };
}

/** Formats a list for messages and keys. */
export const listed = (numbers: ArrayLike<number>): string => Array.prototype.join.call(numbers, ',');
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** The shape with axes of length 1 before its own, by numpy's rule. */
export const ofRank = (shape: readonly number[], rank: number): number[] => [
  ...Array<number>(rank - shape.length).fill(1),
  ...shape,
];

/** Shape of an elementwise operation on two shapes by numpy's rule. Throws where they do not broadcast. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const [first, second] = [ofRank(a, rank), ofRank(b, rank)];
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [numberAt(first, i), numberAt(second, i)];
    if (m !== n && m !== 1 && n !== 1) throw new Error(`shapes [${listed(a)}] and [${listed(b)}] do not broadcast`);
    return m === 1 ? n : m;
  });
}

interface OutputSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export interface OperationSpec {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly literals?: readonly (readonly number[] | null)[];
  readonly attributes?: Attributes;
}

export class Graph {
  readonly inputs: Value[] = [];
  #count = 0;
  /** Operations and constants by a key of what they compute. */
  readonly #known = new Map<string, Operation | Value>();

  input(name: string, shape: readonly number[], dtype: DType): Value {
    const value = this.#value(shape, dtype, { kind: 'input', name });
    this.inputs.push(value);
    return value;
  }

  splat(value: number, shape: readonly number[], dtype: DType): Value {
    const key = `splat ${Object.is(value, -0) ? '-0' : value} ${dtype} ${listed(shape)}`;
    return this.#once(key, () => this.#value(shape, dtype, { kind: 'splat', value }));
  }

  constant(data: TypedArray, shape: readonly number[], dtype: DType): Value {
    const first = data[0];
    if (first !== undefined && data.every((x) => Object.is(x, first))) return this.splat(first, shape, dtype);
    const make = () => this.#value(shape, dtype, { kind: 'constant', data });
    return data.length <= 64 ? this.#once(`constant ${dtype} ${listed(shape)}: ${listed(data)}`, make) : make();
  }

  /** Adds the same input, number or constant as in another graph. */
  leaf({ from, shape, dtype }: Value): Value {
    if (from.kind === 'input') return this.input(from.name, shape, dtype);
    if (from.kind === 'splat') return this.splat(from.value, shape, dtype);
    if (from.kind === 'constant') return this.constant(from.data, shape, dtype);
    throw new Error(`${from.operation.op} is used before it is computed`);
  }

  /** Records an operation with one output, or finds the same one recorded before. */
  operation(spec: OperationSpec, output: OutputSpec): Value {
    const [value] = this.operations(spec, [output]);
    if (value === undefined) throw new Error(`${spec.op} has no output`);
    return value;
  }

  operations(spec: OperationSpec, outputs: readonly OutputSpec[]): readonly Value[] {
    const { op, inputs, literals = [], attributes = {} } = spec;
    const key = `${op} ${listed(inputs.map((value) => value.id))} ${JSON.stringify([literals, attributes])} ${outputs.length}`;
    const known = this.#known.get(key);
    if (known !== undefined && 'outputs' in known) return known.outputs;
    const made: Value[] = [];
    const operation: Operation = { op, inputs, literals, attributes, outputs: made };
    outputs.forEach(({ shape, dtype }, index) => {
      made.push(this.#value(shape, dtype, { kind: 'operation', operation, index }));
    });
    this.#known.set(key, operation);
    return made;
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#known.get(key);
    if (known !== undefined && 'id' in known) return known;
    const value = make();
    this.#known.set(key, value);
    return value;
  }

  #value(shape: readonly number[], dtype: DType, from: Value['from']): Value {
    return { id: this.#count++, shape: [...shape], dtype, from };
  }
}

/** The operation that computes a value if its operator is `op`, otherwise null. */
export function producedBy(value: Value, op: string): Operation | null {
  return value.from.kind === 'operation' && value.from.operation.op === op ? value.from.operation : null;
}

/** The number a value is filled with; null for other values. */
export const splatOf = (value: Value): number | null => (value.from.kind === 'splat' ? value.from.value : null);

/** Operations that `outputs` depend on, each after those it depends on. All other operations are dead. */
export function liveOperations(outputs: readonly Value[]): Operation[] {
  const order: Operation[] = [];
  const seen = new Set<Operation>();
  // Use an explicit stack: recorded graphs can be deeper than the call stack allows.
  const stack: { operation: Operation; next: number }[] = [];
  const visit = (value: Value) => {
    if (value.from.kind !== 'operation' || seen.has(value.from.operation)) return;
    seen.add(value.from.operation);
    stack.push({ operation: value.from.operation, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.operation.inputs[top.next++];
      if (input !== undefined) visit(input);
      else {
        order.push(top.operation);
        stack.pop();
      }
    }
  }
  return order;
}
