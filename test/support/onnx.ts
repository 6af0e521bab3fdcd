// ONNX files changed as an attacker might change them.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

const { onnx } = onnxProto;
type Change = (graph: Onnx.IGraphProto) => void;

const float = (name: string, ...dims: number[]): Onnx.IValueInfoProto => ({
  name,
  type: { tensorType: { elemType: 1, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
});
const scalar = (name: string, elemType: number): Onnx.IValueInfoProto => ({
  name,
  type: { tensorType: { elemType, shape: { dim: [] } } },
});

/** Adds an output that takes practically for ever to compute. */
export const endlessLoop: Change = (graph) => {
  const body: Onnx.IGraphProto = {
    name: 'body',
    input: [scalar('i', 7), scalar('c', 9), float('xx', 1)],
    output: [scalar('c2', 9), float('y', 1)],
    node: [
      { opType: 'Identity', input: ['c'], output: ['c2'] },
      { opType: 'Add', input: ['xx', 'one'], output: ['y'] },
    ],
  };
  graph.initializer?.push(
    { name: 'trip', dims: [], dataType: 7, int64Data: [4e15] },
    { name: 'cond', dims: [], dataType: 9, int32Data: [1] },
    { name: 'x0', dims: [1], dataType: 1, floatData: [0] },
    { name: 'one', dims: [1], dataType: 1, floatData: [1] },
  );
  graph.node?.push({
    opType: 'Loop',
    name: 'loop',
    input: ['trip', 'cond', 'x0'],
    output: ['looped'],
    attribute: [{ name: 'body', type: 5, g: body }],
  });
  graph.output?.push(float('looped', 1));
};

/** Adds an output that is the sum of `count` ones. */
export const hugeConstant =
  (numbers: number): Change =>
  (graph) => {
    graph.initializer?.push({ name: 'hugeShape', dims: [1], dataType: 7, int64Data: [numbers] });
    graph.node?.push(
      { opType: 'ConstantOfShape', name: 'huge', input: ['hugeShape'], output: ['hugeOut'], attribute: [] },
      { opType: 'ReduceSum', name: 'hugeSum', input: ['hugeOut'], output: ['hugeSum'], attribute: [] },
    );
    graph.output?.push(float('hugeSum', 1));
  };

/** Moves the numbers of the first initialiser that has some into another file. */
export const externalData =
  (location: string): Change =>
  (graph) => {
    const tensor = graph.initializer?.find((t) => (t.rawData?.length ?? 0) >= 64);
    if (!tensor) throw new Error('no initialiser with numbers');
    const length = String(tensor.rawData?.length);
    delete tensor.rawData;
    tensor.dataLocation = 1;
    tensor.externalData = [
      { key: 'location', value: location },
      { key: 'offset', value: '0' },
      { key: 'length', value: length },
    ];
  };

export function changedOnnx(bytes: Uint8Array, change: Change): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  if (model.graph) change(model.graph);
  return onnx.ModelProto.encode(model).finish();
}

/** Changes image.onnx of an exported model, and its checksum in the manifest with it. */
export function changeModel(folder: string, change: Change): void {
  const image = changedOnnx(readFileSync(join(folder, 'image.onnx')), change);
  writeFileSync(join(folder, 'image.onnx'), image);
  const manifest = parseJson(
    z.looseObject({ files: z.record(z.string(), z.string()) }),
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
  );
  manifest.files['image.onnx'] = createHash('sha256').update(image).digest('hex');
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** The same network with its larger weights in a separate file, as in exports of more than 2 GB. */
export function withWeightsOutside(bytes: Uint8Array, name: string, file: string): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const weight of model.graph?.initializer ?? []) {
    const { rawData } = weight;
    if (!(rawData instanceof Uint8Array) || rawData.length < 1000) continue;
    const place = { location: name, offset: String(offset), length: String(rawData.length) };
    weight.externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
    weight.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
    weight.rawData = new Uint8Array();
    pieces.push(rawData);
    offset += rawData.length;
  }
  writeFileSync(file, Buffer.concat(pieces));
  return onnx.ModelProto.encode(model).finish();
}
