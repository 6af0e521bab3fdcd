// A hash model on disk: one folder with image.onnx, text.onnx and manifest.json, written completely or not at all.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import {
  epochMetricsSchema,
  evaluationContextSchema,
  type EpochMetrics,
  type EvaluationContext,
} from '../../../shared/contract/evaluation.ts';
import { settingValues } from '../../../shared/contract/training.ts';
import { writeFileAtomic, writeFolderAtomic } from '../../runtime/atomic-write.ts';
import { readPlainFile } from '../../runtime/plain-file.ts';
import type { WordCoverage } from './word-coverage.ts';
import type { EncoderShape, OptionValue, TrainedModel } from './trained-model.ts';
import { parseJson } from '../../../shared/json.ts';

export interface ModelManifest {
  readonly formatVersion: 1;
  /** Name of the folder where the model was made. Absent in older models. */
  readonly name?: string;
  readonly method: string;
  readonly bits: number;
  readonly seed: number;
  readonly encoder: EncoderShape;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number | null;
  readonly dataFingerprint: string | null;
  /** Width of the output `embedding` of both networks, which search re-ranks by; absent where they have none. */
  readonly embeddingWidth?: number;
  /** Evaluation of the trained model; absent where it was not measured. */
  readonly encoderWeight?: number;
  /** Words of the captions trained on; absent in models made before they were kept. */
  readonly coverage?: WordCoverage;
  /** Words the text network takes, by id; absent where it takes none. */
  readonly words?: readonly string[];
  /** SHA-256, hexadecimal, by file name. */
  readonly files: Readonly<Record<'image.onnx' | 'text.onnx', string>>;
}

const formatVersion = 1;
/** Every file of a model's folder. */
export const modelFileNames = ['image.onnx', 'text.onnx', 'manifest.json'] as const;
const count = z.int().min(0);
/** Becomes part of file names. */
const plainName = z.string().regex(/^[\w.-]{1,60}$/);
/** The end of the year 9999, in milliseconds since 1970. */
const latestTime = 253_402_300_799_999;
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const manifestObject = z.object({
  formatVersion: z.literal(formatVersion),
  name: z.string().max(200).exactOptional(),
  method: plainName,
  bits: z.int().min(8).max(4096).multipleOf(8),
  seed: z.number(),
  encoder: z.object({ id: z.string().max(300), imageWidth: count, textWidth: count, sharedWidth: count }),
  options: settingValues,
  createdAt: z.int().min(0).max(latestTime),
  evaluation: evaluationContextSchema.nullable(),
  epochs: z.array(epochMetricsSchema),
  bestEpoch: count.nullable(),
  dataFingerprint: sha256Hex.nullable(),
  embeddingWidth: z.int().min(1).exactOptional(),
  encoderWeight: z.number().min(0).max(1).exactOptional(),
  coverage: z.object({ captions: count, words: z.array(z.string()), counts: z.array(count) }).exactOptional(),
  words: z.array(z.string()).exactOptional(),
  files: z.object({ 'image.onnx': sha256Hex, 'text.onnx': sha256Hex }),
});
/** Earlier versions wrote `encoderWeight` as `sharedWeight`. */
const manifestSchema: z.ZodType<ModelManifest> = manifestObject
  .extend({ sharedWeight: manifestObject.shape.encoderWeight })
  .transform(({ sharedWeight, ...manifest }) =>
    sharedWeight === undefined ? manifest : { encoderWeight: sharedWeight, ...manifest },
  );

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The manifest of a model with the name `name`. */
export function manifestOf(name: string, model: TrainedModel, createdAt = Date.now()): ModelManifest {
  const { method, bits, seed, options, evaluation, epochs, bestEpoch, dataFingerprint } = model;
  const { id, imageWidth, textWidth, sharedWidth } = model.encoder;
  return {
    formatVersion,
    name,
    method,
    bits,
    seed,
    encoder: { id, imageWidth, textWidth, sharedWidth },
    options,
    createdAt,
    evaluation,
    epochs,
    bestEpoch,
    dataFingerprint,
    ...(model.embeddingWidth === undefined ? {} : { embeddingWidth: model.embeddingWidth }),
    ...(model.encoderWeight === undefined ? {} : { encoderWeight: model.encoderWeight }),
    ...(model.coverage === undefined ? {} : { coverage: model.coverage }),
    ...(model.words === undefined ? {} : { words: model.words }),
    files: { 'image.onnx': sha256(model.image), 'text.onnx': sha256(model.text) },
  };
}

/**
 * Writes a model into folder `dir`, which must not exist yet; the folder is complete or absent.
 */
export async function writeModel(dir: string, model: TrainedModel, createdAt = Date.now()): Promise<ModelManifest> {
  const manifest = manifestOf(basename(dir), model, createdAt);
  await writeFolderAtomic(dir, async (folder) => {
    await writeFile(join(folder, 'image.onnx'), model.image);
    await writeFile(join(folder, 'text.onnx'), model.text);
    await writeFile(join(folder, 'manifest.json'), manifestText(manifest));
  });
  return manifest;
}

const manifestText = (manifest: ModelManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** Replaces the evaluation in a model's manifest. Throws as `readManifest`. */
export async function writeEvaluation(dir: string, evaluation: EvaluationContext): Promise<void> {
  const manifest = await readManifest(dir);
  await writeFileAtomic(join(dir, 'manifest.json'), manifestText({ ...manifest, evaluation }));
}

async function read(dir: string, name: string): Promise<Uint8Array> {
  try {
    return await readPlainFile(join(dir, name));
  } catch (cause) {
    throw new HashlensError('model-missing', `The hash model in ${dir} has no readable ${name}; train it again.`, {
      cause,
    });
  }
}

export async function readManifest(dir: string): Promise<ModelManifest> {
  const text = Buffer.from(await read(dir, 'manifest.json')).toString('utf8');
  let json: unknown;
  try {
    json = parseJson(z.unknown(), text);
  } catch (cause) {
    throw new HashlensError('unreadable', `manifest.json of the hash model in ${dir} is damaged; train it again.`, {
      cause,
    });
  }
  const version = z.object({ formatVersion: z.number() }).safeParse(json);
  if (version.success && version.data.formatVersion > formatVersion) {
    throw new HashlensError(
      'unsupported-format',
      `The hash model in ${dir} was made by a newer version of Hashlens; update Hashlens or train it again.`,
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new HashlensError(
      'unreadable',
      `manifest.json of the hash model in ${dir} is damaged (${where}); train it again.`,
    );
  }
  return parsed.data;
}

export interface ModelFiles {
  readonly manifest: ModelManifest;
  readonly image: Uint8Array;
  readonly text: Uint8Array;
}

/** Reads a model and checks the sums of its files. Throws `model-missing`, `unreadable` or `unsupported-format`. */
export async function readModel(dir: string): Promise<ModelFiles> {
  const manifest = await readManifest(dir);
  const checked = async (name: 'image.onnx' | 'text.onnx') => {
    const bytes = await read(dir, name);
    if (sha256(bytes) !== manifest.files[name]) {
      throw new HashlensError('unreadable', `${name} of the hash model in ${dir} is damaged; train it again.`);
    }
    return bytes;
  };
  return { manifest, image: await checked('image.onnx'), text: await checked('text.onnx') };
}
