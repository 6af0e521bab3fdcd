// The encoder that ships with the app: a small object detector for photos and a word table for texts.
import { join } from 'node:path';
import { ort } from '../../runtime/onnxruntime.ts';
import type { Encoder, EncoderInfo, PreparedImage } from '../encoder.ts';
import { CLASS_COUNT } from './coco-classes.ts';
import { IMAGE_SIDE, IMAGE_SIZE, prepareImage, starterInput } from './image-input.ts';
import { normalizePart, openWordTable, TEXT_WIDTH, type WordTable } from './word-table.ts';

export const NETWORK_FILE = 'nanodet.onnx';
export const BACKBONE_WIDTH = 512;
const IMAGE_WIDTH = CLASS_COUNT + BACKBONE_WIDTH;

/**
 * Photos in one run of the network. Larger batches gain no speed on a CPU, and each photo takes some 40 MB during the
 * run.
 */
const BATCH = 4;

export const starterInfo: EncoderInfo = {
  id: 'starter-1',
  name: 'Starter',
  description:
    'Works at once, without a download. It sees about 80 everyday things, such as people, pets, vehicles, food and ' +
    'furniture, and knows what some 50,000 English words have to do with them; for scenes, colours and everything ' +
    'else, install CLIP or teach Hashlens your own captions.',
  imageWidth: IMAGE_WIDTH,
  textWidth: TEXT_WIDTH,
  sharedWidth: CLASS_COUNT,
};

export interface StarterOptions {
  /** Threads of the network. ONNX Runtime's default is one for each core. */
  readonly threads?: number;
}

/** Output of the network for photos, before normalisation. */
export interface DetectorOutput {
  /** `[n, 80]` highest score of each class anywhere in the photo, 0-1. */
  readonly scores: Float32Array;
  /** `[n, 512]` averaged features of the backbone. */
  readonly backbone: Float32Array;
}

/** Image rows are `[80 class scores | 512 backbone features]`, text rows `[80 classes | 100 word vector]`. */
export class StarterEncoder implements Encoder {
  readonly info = starterInfo;
  readonly input = starterInput;
  readonly words: WordTable;
  readonly #session: ort.InferenceSession;

  /** Use `openStarterEncoder`. */
  constructor(session: ort.InferenceSession, words: WordTable) {
    this.#session = session;
    this.words = words;
  }

  prepareImage(source: string | Uint8Array): Promise<PreparedImage> {
    return prepareImage(source);
  }

  async encodeImages(images: readonly PreparedImage[]): Promise<Float32Array> {
    const { scores, backbone } = await this.detect(images);
    const rows = new Float32Array(images.length * IMAGE_WIDTH); // [n, 80 | 512]
    for (let i = 0; i < images.length; i++) {
      const row = rows.subarray(i * IMAGE_WIDTH, (i + 1) * IMAGE_WIDTH);
      row.set(scores.subarray(i * CLASS_COUNT, (i + 1) * CLASS_COUNT));
      row.set(backbone.subarray(i * BACKBONE_WIDTH, (i + 1) * BACKBONE_WIDTH), CLASS_COUNT);
      normalizePart(row, 0, CLASS_COUNT);
      normalizePart(row, CLASS_COUNT, IMAGE_WIDTH);
    }
    return rows;
  }

  /**
   * The network's own numbers, for measurements.
   * @throws RangeError when a photo is not [3, 416, 416]
   */
  async detect(images: readonly PreparedImage[]): Promise<DetectorOutput> {
    const scores = new Float32Array(images.length * CLASS_COUNT);
    const backbone = new Float32Array(images.length * BACKBONE_WIDTH);
    for (let first = 0; first < images.length; first += BATCH) {
      const batch = images.slice(first, first + BATCH);
      const pixels = new Float32Array(batch.length * IMAGE_SIZE); // [b, 3, 416, 416]
      batch.forEach((image, i) => {
        if (image.length !== IMAGE_SIZE)
          throw new RangeError(`A prepared photo has ${image.length} numbers, not ${IMAGE_SIZE}.`);
        pixels.set(image, i * IMAGE_SIZE);
      });
      const input = new ort.Tensor('float32', pixels, [batch.length, 3, IMAGE_SIDE, IMAGE_SIDE]);
      const outputs = await this.#session.run({ pixels: input });
      scores.set(floats(outputs['scores']), first * CLASS_COUNT);
      backbone.set(floats(outputs['backbone']), first * BACKBONE_WIDTH);
    }
    return { scores, backbone };
  }

  encodeTexts(texts: readonly string[]): Promise<Float32Array> {
    const rows = new Float32Array(texts.length * TEXT_WIDTH); // [n, 80 | 100]
    texts.forEach((text, i) => {
      this.words.writeTextRow(text, rows.subarray(i * TEXT_WIDTH, (i + 1) * TEXT_WIDTH));
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
  const session = await ort.InferenceSession.create(join(resourceDir, NETWORK_FILE), {
    executionProviders: ['cpu'],
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
  });
  return new StarterEncoder(session, words);
}
