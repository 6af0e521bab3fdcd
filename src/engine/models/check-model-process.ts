// The process that opens files from elsewhere, with limits (check-model.ts): a harmful file ends this process, not
// the engine.
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { unsafeOnnx, type OwnFiles } from '../compute/onnx-check.ts';
import { openHashModel } from '../hashing/model/hash-model.ts';
import { readModel } from '../hashing/model/model-files.ts';
import { invalidEncoder } from '../encoder/encoder-format.ts';
import { encoderFileNames, openEncoderFolder } from '../encoder/open-encoder.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { serveTask } from '../runtime/capped-task.ts';
import { readPlainFile } from '../runtime/plain-file.ts';
import { checkOrder } from './check-model-messages.ts';

/** One row and many: the size of intermediate results may depend on the number. */
const rowCounts = [1, 64];

serveTask(async (input) => {
  const order = checkOrder.parse(input);
  if (order.kind === 'encoder') return checkEncoder(order.dir, order.id);
  const { dir } = order;
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

async function checkEncoder(dir: string, id: string | null): Promise<EncoderInfo> {
  const names = await encoderFileNames(dir);
  for (const name of names.filter((file) => file.endsWith('.onnx'))) {
    const why = unsafeOnnx(await readPlainFile(join(dir, name)), 'any', await ownFiles(dir, name, names));
    if (why === 'is not an ONNX file') throw invalidEncoder(dir, `has a damaged ${name}, which cannot be loaded`);
    if (why !== null) {
      const remedy = `take an export with its numbers in it, or beside it in ${basename(name)}_data`;
      throw invalidEncoder(dir, `has an ${name} that ${why}`, remedy);
    }
  }
  const encoder = await openEncoderFolder(dir, id === null ? {} : { id });
  const { info } = encoder;
  await encoder.dispose();
  return info;
}

/** Files beside a network that may contain its numbers: files of the encoder that are named after the network. */
async function ownFiles(dir: string, name: string, names: readonly string[]): Promise<OwnFiles> {
  const found = new Map<string, number>();
  for (const file of names.filter((other) => other.startsWith(`${name}_data`))) {
    found.set(basename(file), (await stat(join(dir, file))).size);
  }
  return found;
}

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
