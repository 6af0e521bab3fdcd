// A trained hash model opened for use: feature rows in, packed codes out.
import { HashlensError } from '../../shared/errors.ts';
import { openSession, type Session } from '../compute/sessions.ts';
import { readModel, type ModelManifest } from './model-files.ts';
import { realOutput, rowsInput, runRows } from './network-session.ts';
import { packCodes } from './pack.ts';

export interface Codes {
  /** `[n, bits / 8]`, packed as pack.ts says. */
  readonly codes: Uint8Array;
  /** `[n, bits]`, the networks' outputs. */
  readonly real: Float32Array;
}

export interface HashModel {
  readonly manifest: ModelManifest;
  readonly bits: number;
  /** `rows`: `[n, imageWidth]`, row-major. */
  encodeImages(rows: Float32Array): Promise<Codes>;
  /** `rows`: `[n, textWidth]`, row-major. */
  encodeTexts(rows: Float32Array): Promise<Codes>;
  dispose(): Promise<void>;
}

export interface OpenOptions {
  /** Threads ONNX Runtime may use; 0 (default) lets it choose. */
  readonly threads?: number;
}

/** A network's session, checked against what the manifest says of it. */
async function openNetwork(bytes: Uint8Array, width: number, bits: number, name: string, threads: number) {
  const session = await openSession(bytes, { threads });
  const takes = session.inputs.get(rowsInput)?.shape;
  const gives = session.outputs.get(realOutput)?.shape;
  if (takes?.[1] !== width || gives?.[1] !== bits) {
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
  const { manifest, image, text } = await readModel(dir);
  const { bits, encoder } = manifest;
  const { threads = 0 } = options;
  const imageSession = await openNetwork(image, encoder.imageWidth, bits, 'image.onnx', threads);
  const textSession = await openNetwork(text, encoder.textWidth, bits, 'text.onnx', threads);
  const encode = async (session: Session, rows: Float32Array, width: number): Promise<Codes> => {
    if (rows.length % width !== 0) {
      throw new HashlensError('bad-argument', `${rows.length} numbers are not feature rows of ${width}.`);
    }
    const real = await runRows(session, rows, width, bits);
    return { codes: packCodes(real, bits), real };
  };
  return {
    manifest,
    bits,
    encodeImages: (rows) => encode(imageSession, rows, encoder.imageWidth),
    encodeTexts: (rows) => encode(textSession, rows, encoder.textWidth),
    async dispose() {
      await imageSession.dispose();
      await textSession.dispose();
    },
  };
}
