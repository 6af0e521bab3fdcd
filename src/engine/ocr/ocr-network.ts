// One network of the text reader as an ONNX Runtime session whose input has a new size each time.
import { ort } from '../runtime/onnxruntime.ts';

export interface OcrNetwork {
  /** @returns the numbers of the only output */
  run(input: Float32Array, shape: readonly number[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** @throws the runtime's error when the file is missing or damaged */
export async function openNetwork(file: string, threads: number): Promise<OcrNetwork> {
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Pictures differ in size: memory kept for one size is useless for the next, and would accumulate.
    enableCpuMemArena: false,
    enableMemPattern: false,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error(`${file} has no input or no output`);
  return {
    async run(numbers, shape) {
      const results = await session.run({ [input]: new ort.Tensor('float32', numbers, shape) });
      const data = results[output]?.data;
      if (!(data instanceof Float32Array)) throw new TypeError(`${file} gives no float32 numbers`);
      return data;
    },
    dispose: () => session.release(),
  };
}
