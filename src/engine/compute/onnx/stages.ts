// Splits a recorded graph with host operations into graphs for ONNX Runtime and the host operations between them.
import type { ort } from '../../runtime/onnxruntime.ts';
import { Graph, liveOperations, type Operation, type Value } from '../graph/graph.ts';
import type { HostCall } from './host-call.ts';
import { hostOperators } from './host-operators.ts';
import {
  numbersOf,
  openSession,
  tensorOf,
  type Numbers,
  type OnnxSession,
  type SessionOptions,
  type Slot,
} from './sessions.ts';
import { entryOf, itemAt } from '../../../shared/at.ts';

/** A host operation that runs after a graph. Inputs and results by name. */
export interface HostStep {
  readonly operation: Operation;
  readonly inputs: readonly string[];
  readonly results: readonly string[];
}

export interface Stage {
  /** Takes the inputs of the whole graph and, by name, results of earlier stages. */
  readonly graph: Graph;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly host: readonly HostStep[];
}

const isHost = ({ op }: Operation) => hostOperators.has(op);
const operationOf = ({ from }: Value) => (from.kind === 'operation' ? from.operation : null);
const nameOf = (value: Value) => (value.from.kind === 'input' ? value.from.name : `between.${value.id}`);

/**
 * Stages in order. Every operation is computed as late as possible, so that few values must be kept while a host
 * operation runs.
 */
export function stagesOf(outputs: ReadonlyMap<string, Value>): Stage[] {
  const operations = liveOperations([...outputs.values()]);
  const earliest = new Map<Operation, number>();
  for (const operation of operations) {
    const before = operation.inputs.flatMap((value) => operationOf(value) ?? []);
    earliest.set(operation, Math.max(0, ...before.map((one) => entryOf(earliest, one) + Number(isHost(one)))));
  }
  const last = Math.max(0, ...operations.map((one) => entryOf(earliest, one) + Number(isHost(one))));
  const stageOf = new Map<Operation, number>();
  for (const operation of operations.toReversed()) {
    // The operations that use this one have been visited: the order is reversed.
    const stage = isHost(operation) ? entryOf(earliest, operation) : (stageOf.get(operation) ?? last);
    stageOf.set(operation, stage);
    for (const one of operation.inputs.flatMap((value) => operationOf(value) ?? [])) {
      stageOf.set(one, Math.min(stage, stageOf.get(one) ?? last));
    }
  }
  // The stage that computes an output writes it. The last stage passes on inputs and host results.
  const writtenBy = (value: Value) => {
    const operation = operationOf(value);
    return operation === null || isHost(operation) ? last : entryOf(stageOf, operation);
  };
  return Array.from({ length: last + 1 }, (_, stage) => {
    const own = operations.filter((operation) => stageOf.get(operation) === stage);
    const host = own.filter(isHost);
    const here = own.filter((operation) => !isHost(operation));
    const graph = new Graph();
    const images = new Map<Value, Value>();
    const image = (value: Value): Value => {
      const known = images.get(value);
      if (known !== undefined) return known;
      const made =
        operationOf(value) === null ? graph.leaf(value) : graph.input(nameOf(value), value.shape, value.dtype);
      images.set(value, made);
      return made;
    };
    for (const operation of here) {
      const results = graph.operations({ ...operation, inputs: operation.inputs.map(image) }, operation.outputs);
      operation.outputs.forEach((value, i) => images.set(value, itemAt(results, i)));
    }
    const usedLater = new Set(
      operations.filter((one) => isHost(one) || entryOf(stageOf, one) > stage).flatMap(({ inputs }) => inputs),
    );
    const between = here.flatMap((operation) => operation.outputs.filter((value) => usedLater.has(value)));
    // Constants that a host operation needs.
    const given = host.flatMap(({ inputs }) =>
      inputs.filter((value) => operationOf(value) === null && value.from.kind !== 'input'),
    );
    return {
      graph,
      outputs: new Map([
        ...[...outputs]
          .filter(([, value]) => writtenBy(value) === stage)
          .map(([name, value]) => [name, image(value)] as const),
        ...[...between, ...given].map((value) => [nameOf(value), image(value)] as const),
      ]),
      host: host.map((operation) => ({
        operation,
        inputs: operation.inputs.map(nameOf),
        results: operation.outputs.map(nameOf),
      })),
    };
  });
}

export interface CompiledStages {
  readonly stages: readonly (Pick<Stage, 'host'> & { /** The ONNX file. */ readonly bytes: Uint8Array })[];
  readonly inputs: readonly Slot[];
}

interface OpenStage {
  readonly session: OnnxSession;
  /** Tensors that later stages or host operations read. */
  readonly between: Readonly<Record<string, ort.Tensor>>;
  readonly host: readonly { readonly call: HostCall; readonly inputs: readonly string[] }[];
}

/** A model in stages, with the interface of a `Session` with known shapes. */
export class StagedSession {
  readonly #inputs: ReadonlyMap<string, Slot>;
  readonly #outputs = new Map<string, OnnxSession>();
  readonly #stages: readonly OpenStage[];
  /** Tensors that stages and host operations leave for later ones, by name. */
  readonly #between: Readonly<Record<string, ort.Tensor>>;

  private constructor(
    inputs: readonly Slot[],
    stages: readonly OpenStage[],
    between: Readonly<Record<string, ort.Tensor>>,
  ) {
    this.#inputs = new Map(inputs.map((slot) => [slot.name, slot]));
    this.#stages = stages;
    this.#between = between;
    for (const { session } of stages) {
      for (const name of session.outputs.keys()) if (!(name in between)) this.#outputs.set(name, session);
    }
  }

  static async open({ stages, inputs }: CompiledStages, options: SessionOptions): Promise<StagedSession> {
    const all: Record<string, ort.Tensor> = {};
    const open: OpenStage[] = [];
    for (const { bytes, host } of stages) {
      const session = await openSession(bytes, options);
      const calls = host.map(({ operation, inputs: names, results }) => {
        const make = entryOf(hostOperators, operation.op);
        return { call: make(operation.inputs), inputs: names, results, specs: operation.outputs };
      });
      const places = new Map(
        calls.flatMap(({ call, inputs: names }) => names.map((name, i) => [name, call.places[i] ?? null] as const)),
      );
      const between: Record<string, ort.Tensor> = {};
      for (const name of session.outputs.keys()) {
        if (isBetween(name)) between[name] = session.outputTensor(name, places.get(name) ?? undefined);
      }
      Object.assign(all, between);
      for (const { call, results, specs } of calls) {
        call.results.forEach((data, i) => {
          const [name, { dtype, shape }] = [itemAt(results, i), itemAt(specs, i)];
          all[name] = tensorOf({ name, dtype, shape }, data);
        });
      }
      open.push({ session, between, host: calls });
    }
    return new StagedSession(inputs, open, all);
  }

  /** Names of the outputs. */
  get outputs(): Iterable<string> {
    return this.#outputs.keys();
  }

  tensors(feeds: Readonly<Record<string, Numbers>>): Record<string, ort.Tensor> {
    return Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => [name, tensorOf(entryOf(this.#inputs, name), data)]),
    );
  }

  outputTensor(name: string, data?: Numbers): ort.Tensor {
    return entryOf(this.#outputs, name).outputTensor(name, data);
  }

  /** Runs with tensors made by `tensors` and `outputTensor`, and writes the outputs into `fetches`. */
  async runInto(
    feeds: Readonly<Record<string, ort.Tensor>>,
    fetches: Readonly<Record<string, ort.Tensor>>,
  ): Promise<void> {
    const known = { ...this.#between, ...feeds };
    const pick = (from: Readonly<Record<string, ort.Tensor>>, names: Iterable<string>) => {
      const picked: Record<string, ort.Tensor> = {};
      for (const name of names) {
        const tensor = from[name];
        if (tensor !== undefined) picked[name] = tensor;
      }
      return picked;
    };
    for (const { session, between, host } of this.#stages) {
      const wanted = pick({ ...fetches, ...between }, session.outputs.keys());
      await session.runInto(pick(known, session.inputs.keys()), wanted);
      for (const { call, inputs } of host) {
        call.run(inputs.map((name) => numbersOf(known[name] as ort.Tensor)));
      }
    }
  }

  async dispose(): Promise<void> {
    for (const { session } of this.#stages) await session.dispose();
  }
}

const isBetween = (name: string) => name.startsWith('between.');
