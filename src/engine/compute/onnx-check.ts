// Checks an ONNX file from elsewhere for forbidden content without running it.
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;
/** The numbers are in another file, which no checksum covers. */
const external = onnx.TensorProto.DataLocation.EXTERNAL;

/**
 * `network`: a network that training has written. It contains plain operators only, so every run ends and takes memory
 * in proportion to its tensors. `any`: any network with all its numbers in the file.
 */
export type OnnxRules = 'network' | 'any';

/** Reason for refusing a file, as the end of the sentence "The file ..."; null for an acceptable file. */
export function unsafeOnnx(bytes: Uint8Array, rules: OnnxRules): string | null {
  let model: Onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(bytes);
  } catch {
    return 'is no ONNX file';
  }
  if (!model.graph) return 'is no ONNX file';
  if (rules === 'network') {
    if (model.functions.length > 0 || model.trainingInfo.length > 0) return 'contains functions of its own';
    // Readers differ in how they treat repeated and unknown fields. A file written the way ours are has neither, so
    // ONNX Runtime reads the same content as this check.
    if (Buffer.compare(onnx.ModelProto.encode(model).finish(), bytes) !== 0)
      return 'is not written as networks are here';
  }
  return unsafeGraph(model.graph, rules);
}

function unsafeGraph(graph: Onnx.IGraphProto, rules: OnnxRules): string | null {
  const tensors = [
    ...(graph.initializer ?? []),
    ...(graph.sparseInitializer ?? []).flatMap(({ values, indices }) => [values, indices]),
  ];
  if (tensors.some(isExternal)) return externalData;
  for (const node of graph.node ?? []) {
    const domain = node.domain ?? '';
    if (rules === 'network' && domain !== '' && domain !== 'ai.onnx') {
      return `uses the operator ${domain}.${node.opType ?? ''}`;
    }
    for (const { t, tensors: list, g, graphs, sparseTensor, sparseTensors } of node.attribute ?? []) {
      const sparse = [sparseTensor, ...(sparseTensors ?? [])].flatMap((s) => [s?.values, s?.indices]);
      if ([t, ...(list ?? []), ...sparse].some(isExternal)) return externalData;
      for (const inner of [g, ...(graphs ?? [])]) {
        if (!inner) continue;
        if (rules === 'network') return `contains a loop or a branch (${node.opType ?? ''})`;
        const found = unsafeGraph(inner, rules);
        if (found !== null) return found;
      }
    }
  }
  return null;
}

const externalData = 'keeps its numbers in another file';
const isExternal = (tensor: Onnx.ITensorProto | null | undefined): boolean =>
  tensor?.dataLocation === external || (tensor?.externalData?.length ?? 0) > 0;
