// The encoder that ships with the app: a small object detector for photos and a word table for texts.
import { join } from 'node:path';
import { ort } from '../../runtime/onnxruntime.ts';
import type { EncoderDevice } from '../../../shared/contract/encoders.ts';
import type { EncoderInfo, PreparedImage } from '../encoder.ts';
import type { OpenedEncoder } from '../encoder-format.ts';
import { classCount } from './coco-classes.ts';
import { PlaneBatches } from '../plane-batches.ts';
import { imageSide, prepareStarterImage, starterInput } from './image-input.ts';
import { normalizePart, openWordTable, textRowWidth, type WordTable } from './word-table.ts';

export const networkFileName = 'nanodet.onnx';
export const backboneWidth = 512;
const imageRowWidth = classCount + backboneWidth;

/** Photos in one run of the network: more take memory and gain no speed on a CPU (docs/measurements.md, Runs of networks). */
const defaultBatch = 4;

export const starterInfo: EncoderInfo = {
  id: 'starter-1',
  name: 'Starter',
  description:
    'Works at once, without a download. It sees about 80 everyday things, such as people, pets, vehicles, food and ' +
    'furniture, and knows what some 50,000 English words have to do with them; for scenes, colours and everything ' +
    'else, install CLIP or teach Hashlens your own captions.',
  imageWidth: imageRowWidth,
  textWidth: textRowWidth,
  sharedWidth: classCount,
};

export interface StarterOptions {
  /** Threads of the network. ONNX Runtime's default is one for each core. */
  readonly threads?: number;
  /** Device of the network; `cpu` where absent. */
  readonly device?: EncoderDevice;
  /** Most photos in one run of the network. */
  readonly imageBatch?: number;
}

/** Output of the network for photos, before normalisation. */
export interface DetectorOutput {
  /** `[n, 80]` highest score of each class anywhere in the photo, 0-1. */
  readonly scores: Float32Array;
  /** `[n, 512]` averaged features of the backbone. */
  readonly backbone: Float32Array;
}

/** Image rows are `[80 class scores | 512 backbone features]`, text rows `[80 classes | 100 word vector]`. */
export class StarterEncoder implements OpenedEncoder {
  readonly info = starterInfo;
  readonly isFullPrecision = true;
  readonly input = starterInput;
  readonly words: WordTable;
  readonly imageBatch: number;
  readonly #session: ort.InferenceSession;
  readonly #batches = new PlaneBatches(starterInput);

  /** Use `openStarterEncoder`. */
  constructor(session: ort.InferenceSession, words: WordTable, imageBatch: number) {
    this.#session = session;
    this.words = words;
    this.imageBatch = imageBatch;
  }

  prepareImage(source: string | Uint8Array): Promise<PreparedImage> {
    return prepareStarterImage(source);
  }

  async encodeImages(images: readonly PreparedImage[]): Promise<Float32Array> {
    const { scores, backbone } = await this.detect(images);
    const rows = new Float32Array(images.length * imageRowWidth); // [n, 80 | 512]
    for (let i = 0; i < images.length; i++) {
      const row = rows.subarray(i * imageRowWidth, (i + 1) * imageRowWidth);
      row.set(scores.subarray(i * classCount, (i + 1) * classCount));
      row.set(backbone.subarray(i * backboneWidth, (i + 1) * backboneWidth), classCount);
      normalizePart(row, 0, classCount);
      normalizePart(row, classCount, imageRowWidth);
    }
    return rows;
  }

  /**
   * The network's own numbers, for measurements.
   * @throws RangeError when a photo is not [416, 416, 3]
   */
  async detect(images: readonly PreparedImage[]): Promise<DetectorOutput> {
    const scores = new Float32Array(images.length * classCount);
    const backbone = new Float32Array(images.length * backboneWidth);
    for (let first = 0; first < images.length; first += this.imageBatch) {
      const batch = images.slice(first, first + this.imageBatch);
      const outputs = await this.#batches.run(batch, (planes) =>
        this.#session.run({ pixels: new ort.Tensor('float32', planes, [batch.length, 3, imageSide, imageSide]) }),
      );
      scores.set(floats(outputs['scores']), first * classCount);
      backbone.set(floats(outputs['backbone']), first * backboneWidth);
    }
    return { scores, backbone };
  }

  encodeTexts(texts: readonly string[]): Promise<Float32Array> {
    const rows = new Float32Array(texts.length * textRowWidth); // [n, 80 | 100]
    texts.forEach((text, i) => {
      this.words.writeTextRow(text, rows.subarray(i * textRowWidth, (i + 1) * textRowWidth));
    });
    return Promise.resolve(rows);
  }

  /** Ids of the known words of a text, each below `wordCount`. */
  wordIds(text: string): Uint32Array {
    return this.words.wordIds(text);
  }

  get wordCount(): number {
    return this.words.size;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  const data = tensor?.data;
  if (!(data instanceof Float32Array)) throw new Error('The network gave no float32 output.');
  return data;
}

/**
 * Opens the starter encoder from a folder with `nanodet.onnx` and `words.bin` (`resources/starter`).
 * @throws Error when a file is missing or damaged
 */
export async function openStarterEncoder(resourceDir: string, options: StarterOptions = {}): Promise<StarterEncoder> {
  const words = await openWordTable(resourceDir);
  const session = await ort.InferenceSession.create(join(resourceDir, networkFileName), {
    executionProviders: [options.device ?? 'cpu'],
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
  });
  return new StarterEncoder(session, words, options.imageBatch ?? defaultBatch);
}
