// The process that opens files from elsewhere, with caps (check.ts): what they do to it, they do not do to the engine.
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { unsafeOnnx } from '../compute/onnx-check.ts';
import { openHashModel } from '../hashing/model/hash-model.ts';
import { readModel } from '../hashing/model/model-files.ts';
import { serveTask } from '../runtime/capped-task.ts';
import { checkOrder } from './check-messages.ts';

/** One row and many: the size of what is computed may depend on their number. */
const rowCounts = [1, 64];

serveTask(async (input) => {
  const { dir } = checkOrder.parse(input);
  try {
    await checkNetworks(dir);
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    // ONNX Runtime's own words.
    const reason = toErrorData(error).message;
    throw new HashlensError('unreadable', `The networks of the hash model in ${dir} cannot be run (${reason}).`);
  }
  return null;
});

async function checkNetworks(dir: string): Promise<void> {
  const files = await readModel(dir);
  for (const name of ['image', 'text'] as const) {
    const why = unsafeOnnx(files[name], 'network');
    if (why !== null) {
      throw new HashlensError('unreadable', `${name}.onnx of the hash model in ${dir} ${why}, so it is not used.`);
    }
  }
  const model = await openHashModel(dir, { threads: 1 });
  const { imageWidth, textWidth } = model.manifest.encoder;
  for (const n of rowCounts) {
    const rows = (width: number) => Float32Array.from({ length: n * width }, (_, i) => ((i % 7) - 3) / 7);
    const images = await model.encodeImages(rows(imageWidth));
    const texts = await model.encodeTexts(rows(textWidth), Array<string>(n).fill('a dog'));
    if (images.real.length !== n * model.realWidth || texts.real.length !== n * model.realWidth) {
      throw new HashlensError('unreadable', `The networks of the hash model in ${dir} do not give ${model.bits} bits.`);
    }
  }
}
