// A trained hash model opened for use: feature rows in, packed codes out.
import { HashlensError } from '../../../shared/errors.ts';
import { openSession, type OnnxSession } from '../../compute/onnx/sessions.ts';
import { readModel, type ModelFiles, type ModelManifest } from './model-files.ts';
import { embeddingOutput, realOutput, rowsInput, runRows, type NetworkInput } from './network-session.ts';
import { packCodes } from '../../numerics/pack.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Coverage } from './word-coverage.ts';
import { Vocabulary } from '../../text/caption-words.ts';
import { numberAt } from '../../../shared/at.ts';

export interface Codes {
  /** `[n, bits / 8]`, packed as pack.ts says. */
  readonly codes: Uint8Array;
  /**
   * `[n, realWidth]`: rows the method keeps to re-rank by, or the networks' outputs before the signs were taken. Of photos
   * at unit length. The length of a text's row is the weight of what was learned: small for a text of new words, which is
   * then left to the encoder.
   */
  readonly real: Float32Array;
}

export interface HashModel {
  readonly manifest: ModelManifest;
  readonly bits: number;
  /** Numbers in a row of `real`. */
  readonly realWidth: number;
  /**
   * Weight of the encoder's cosine in the order of results; the similarity of the `real` rows has the rest. Chosen with
   * held-out captions. 1 for an untrained model, 0.8 where it could not be measured.
   */
  readonly encoderWeight: number;
  /** `rows`: `[n, imageWidth]`, row-major. */
  encodeImages(rows: Float32Array): Promise<Codes>;
  /** `rows`: `[n, textWidth]`, row-major, of `texts`. */
  encodeTexts(rows: Float32Array, texts: readonly string[]): Promise<Codes>;
  /** Number of a text's words that the model has learned. */
  wordsKnown(text: string): number;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  /** Threads ONNX Runtime may use; 0 (default) lets it choose. */
  readonly threads?: number;
}

const unmeasuredShare = 0.8;
/** Outputs of an untrained model have less information than the features they are made from. */
const untrainedShare = 1;

/** Width of each output, by name. */
type Outputs = { readonly [realOutput]: number; readonly [embeddingOutput]?: number };

/** A network's session, checked against its manifest. */
async function openNetwork(bytes: Uint8Array, width: number, outputs: Outputs, name: string, threads: number) {
  const session = await openSession(bytes, { threads });
  const takes = session.inputs.get(rowsInput)?.shape;
  const fits = Object.entries(outputs).every(([output, size]) => session.outputs.get(output)?.shape[1] === size);
  if (takes?.[1] !== width || !fits) {
    await session.dispose();
    throw new HashlensError('unreadable', `${name} does not have the shape its manifest says; train the model again.`);
  }
  return session;
}

/**
 * Opens the model in folder `dir`. Throws `model-missing`, `unreadable` (sums or shapes are wrong) or
 * `unsupported-format` (made by a newer version).
 */
export async function openHashModel(dir: string, options: OpenOptions = {}): Promise<HashModel> {
  return openModelFiles(await readModel(dir), options);
}

/** Opens a model that is in memory. */
export async function openModelFiles(
  { manifest, image, text }: ModelFiles,
  options: OpenOptions = {},
): Promise<HashModel> {
  const { bits, encoder, embeddingWidth } = manifest;
  const { threads = 0 } = options;
  const outputs: Outputs = {
    [realOutput]: bits,
    ...(embeddingWidth === undefined ? {} : { [embeddingOutput]: embeddingWidth }),
  };
  const imageSession = await openNetwork(image, encoder.imageWidth, outputs, 'image.onnx', threads);
  const textSession = await openNetwork(text, encoder.textWidth, outputs, 'text.onnx', threads);
  const vocabulary = new Vocabulary(manifest.words ?? []);
  const coverage = manifest.coverage === undefined ? null : new Coverage(manifest.coverage);
  const realWidth = embeddingWidth ?? bits;
  const encode = async (session: OnnxSession, source: NetworkInput): Promise<Codes> => {
    const { rows, width } = source;
    if (rows.length % width !== 0) {
      throw new HashlensError('bad-argument', `${rows.length} numbers are not feature rows of ${width}.`);
    }
    const { real, embedding } = await runRows(session, source, outputs);
    return { codes: packCodes(real, bits), real: unitRowsOf(embedding ?? real, realWidth) };
  };
  return {
    manifest,
    bits,
    realWidth,
    encoderWeight: manifest.encoderWeight ?? (manifest.evaluation === null ? untrainedShare : unmeasuredShare),
    encodeImages: (rows) => encode(imageSession, { rows, width: encoder.imageWidth }),
    async encodeTexts(rows, texts) {
      const words = vocabulary.lists(texts);
      const encoded = await encode(textSession, { rows, width: encoder.textWidth, words });
      if (coverage === null) return encoded;
      const lengths = texts.map((text) => coverage.weight(text));
      const real = encoded.real.map((x, i) => x * numberAt(lengths, Math.floor(i / realWidth)));
      return { ...encoded, real };
    },
    wordsKnown: (text) => vocabulary.lists([text]).ids.length,
    async dispose() {
      await imageSession.dispose();
      await textSession.dispose();
    },
  };
}
