// Checks an ONNX file from elsewhere for forbidden content without running it.
import onnxProto from 'onnx-proto';
import type { onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;
/** The numbers are in another file. */
const external = onnx.TensorProto.DataLocation.EXTERNAL;

/**
 * `network`: a network that training has written. It contains plain operators only, so every run ends and takes memory
 * in proportion to its tensors. `any`: any network with all its numbers in the file, or in `ownFiles`.
 */
export type OnnxRules = 'network' | 'any';

/** Bytes of the files that may hold a network's numbers, by name. Checksums cover them, and they are beside the network. */
export type OwnFiles = ReadonlyMap<string, number>;

/** Reason for refusing a file, as the end of the sentence "The file ..."; null for an acceptable file. */
export function unsafeOnnx(bytes: Uint8Array, rules: OnnxRules, ownFiles: OwnFiles = new Map()): string | null {
  let model: Onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(bytes);
  } catch {
    return 'is not an ONNX file';
  }
  if (!model.graph) return 'is not an ONNX file';
  if (rules === 'network') {
    if (model.functions.length > 0 || model.trainingInfo.length > 0) return 'contains functions of its own';
    // Readers differ in how they treat repeated and unknown fields. A file written the way ours are has neither, so
    // ONNX Runtime reads the same content as this check.
    if (Buffer.compare(onnx.ModelProto.encode(model).finish(), bytes) !== 0)
      return 'is not in the form that Hashlens writes';
  }
  return unsafeGraph(model.graph, rules, ownFiles);
}

function unsafeGraph(graph: Onnx.IGraphProto, rules: OnnxRules, ownFiles: OwnFiles): string | null {
  const isOutside = (tensor: Onnx.ITensorProto | null | undefined): boolean =>
    isExternal(tensor) && !isIn(ownFiles, tensor);
  const tensors = [
    ...(graph.initializer ?? []),
    ...(graph.sparseInitializer ?? []).flatMap(({ values, indices }) => [values, indices]),
  ];
  if (tensors.some(isOutside)) return externalData;
  for (const node of graph.node ?? []) {
    const domain = node.domain ?? '';
    if (rules === 'network' && domain !== '' && domain !== 'ai.onnx') {
      return `uses the operator ${domain}.${node.opType ?? ''}`;
    }
    for (const { t, tensors: list, g, graphs, sparseTensor, sparseTensors } of node.attribute ?? []) {
      const sparse = [sparseTensor, ...(sparseTensors ?? [])].flatMap((s) => [s?.values, s?.indices]);
      if ([t, ...(list ?? []), ...sparse].some(isOutside)) return externalData;
      for (const inner of [g, ...(graphs ?? [])]) {
        if (!inner) continue;
        if (rules === 'network') return `contains a loop or a branch (${node.opType ?? ''})`;
        const found = unsafeGraph(inner, rules, ownFiles);
        if (found !== null) return found;
      }
    }
  }
  return null;
}

const externalData = 'keeps its numbers in another file';
const isExternal = (tensor: Onnx.ITensorProto | null | undefined): boolean =>
  tensor?.dataLocation === external || (tensor?.externalData?.length ?? 0) > 0;

/** Whether a tensor's numbers are inside one of the files, at an offset that all readers interpret in the same way. */
function isIn(files: OwnFiles, tensor: Onnx.ITensorProto | null | undefined): boolean {
  const entries = (tensor?.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const);
  const place = new Map(entries);
  if (tensor?.dataLocation !== external || place.size !== entries.length) return false;
  if ([...place.keys()].some((key) => !['location', 'offset', 'length', 'checksum'].includes(key))) return false;
  const size = files.get(place.get('location') ?? '');
  const [offset, length] = [place.get('offset') ?? '0', place.get('length') ?? '0'];
  if (size === undefined || !/^\d{1,15}$/.test(offset) || !/^\d{1,15}$/.test(length)) return false;
  return Number(offset) + Number(length) <= size;
}
