// The check accepts networks from training. It refuses those that could run for ever or read another file.
import onnxProto from 'onnx-proto';
import { expect, it } from 'vitest';
import { changedOnnx, endlessLoop, externalData } from '../../../test/support/onnx.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { rotationModel } from '../hashing/methods/rotation.ts';
import { unsafeOnnx } from './onnx-check.ts';

const { onnx } = onnxProto;
const { image } = rotationModel({ encoder: starterInfo, bits: 16, seed: 1 });

it('accepts a network that was written here', () => {
  expect(unsafeOnnx(image, 'network')).toBeNull();
  expect(unsafeOnnx(image, 'any')).toBeNull();
});

it('refuses external data under both rules, and in a loop’s body too', () => {
  const outside = changedOnnx(image, externalData('x.bin'));
  expect(unsafeOnnx(outside, 'network')).toMatch(/another file/);
  expect(unsafeOnnx(outside, 'any')).toMatch(/another file/);
  const inLoop = changedOnnx(image, (graph) => {
    endlessLoop(graph);
    const body = graph.node?.at(-1)?.attribute?.[0]?.g;
    if (body) body.initializer = [{ name: 'z', dims: [1], dataType: 1, dataLocation: 1, externalData: [] }];
  });
  expect(unsafeOnnx(inLoop, 'any')).toMatch(/another file/);
});

it('accepts numbers only inside a file of the network itself', () => {
  const outside = changedOnnx(image, externalData('x.onnx_data'));
  const own = (size: number) => new Map([['x.onnx_data', size]]);
  expect(unsafeOnnx(outside, 'any', own(1 << 20))).toBeNull();
  expect(unsafeOnnx(outside, 'any', own(4))).toMatch(/another file/);
  for (const place of ['../x.onnx_data', './x.onnx_data', '/x.onnx_data', 'y.onnx_data', '']) {
    expect(unsafeOnnx(changedOnnx(image, externalData(place)), 'any', own(1 << 20))).toMatch(/another file/);
  }
  const strange: readonly { key: string; value: string }[][] = [
    [{ key: 'offset', value: '-4' }],
    [{ key: 'offset', value: '1e3' }],
    [{ key: 'location', value: 'x.onnx_data' }],
    [{ key: 'basepath', value: '/etc' }],
  ];
  for (const entries of strange) {
    const changed = changedOnnx(image, (graph) => {
      externalData('x.onnx_data')(graph);
      graph.initializer?.find((tensor) => (tensor.externalData?.length ?? 0) > 0)?.externalData?.push(...entries);
    });
    expect(unsafeOnnx(changed, 'any', own(1 << 20))).toMatch(/another file/);
  }
});

it('refuses loops and vendors’ operators where a hash model is expected, and lets an encoder have them', () => {
  const loop = changedOnnx(image, endlessLoop);
  expect(unsafeOnnx(loop, 'network')).toMatch(/loop/);
  expect(unsafeOnnx(loop, 'any')).toBeNull();
  const vendor = changedOnnx(image, (graph) => {
    graph.node?.push({ opType: 'Inverse', domain: 'com.microsoft', input: ['rows'], output: ['i'] });
  });
  expect(unsafeOnnx(vendor, 'network')).toMatch(/com\.microsoft\.Inverse/);
  expect(unsafeOnnx(vendor, 'any')).toBeNull();
});

it('refuses bytes that readers understand differently', () => {
  // A second graph: this reader takes the last one, ONNX Runtime merges both.
  const looped = changedOnnx(image, endlessLoop);
  expect(unsafeOnnx(Buffer.concat([looped, image]), 'network')).toMatch(/not in the form/);
  expect(unsafeOnnx(Buffer.from('no network'), 'network')).toMatch(/not an ONNX/);
  expect(unsafeOnnx(new Uint8Array(0), 'any')).toMatch(/not an ONNX/);
});

it('finds external data in every place for tensors, and loops in lists of graphs', () => {
  const outside = { dims: [1], dataType: 1, dataLocation: 1, externalData: [] };
  const places: readonly Parameters<typeof changedOnnx>[1][] = [
    (graph) => (graph.sparseInitializer = [{ values: outside }]),
    (graph) => (graph.sparseInitializer = [{ indices: outside }]),
    (graph) => graph.node?.push({ opType: 'Constant', attribute: [{ name: 'value', t: outside }] }),
    (graph) => graph.node?.push({ opType: 'X', attribute: [{ name: 'list', tensors: [outside] }] }),
    (graph) => graph.node?.push({ opType: 'X', attribute: [{ name: 'one', sparseTensor: { values: outside } }] }),
    (graph) => graph.node?.push({ opType: 'X', attribute: [{ name: 'list', sparseTensors: [{ indices: outside }] }] }),
    (graph) => graph.node?.push({ opType: 'If', attribute: [{ name: 'all', graphs: [{ initializer: [outside] }] }] }),
  ];
  for (const change of places) expect(unsafeOnnx(changedOnnx(image, change), 'any')).toMatch(/another file/);
  const branches = changedOnnx(image, (graph) => {
    graph.node?.push({ opType: 'If', attribute: [{ name: 'all', graphs: [{ name: 'empty' }] }] });
  });
  expect(unsafeOnnx(branches, 'network')).toMatch(/loop or a branch \(If\)/);
  expect(unsafeOnnx(branches, 'any')).toBeNull();
});

it('refuses a hash model with functions of its own', () => {
  const model = onnx.ModelProto.decode(image);
  model.functions = [onnx.FunctionProto.fromObject({ name: 'f' })];
  const bytes = onnx.ModelProto.encode(model).finish();
  expect(unsafeOnnx(bytes, 'network')).toMatch(/functions of its own/);
  expect(unsafeOnnx(bytes, 'any')).toBeNull();
});
