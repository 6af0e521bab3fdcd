// The training job: the library's (photo, caption) pairs in, a hash model on disk and every photo coded with it out.
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { trainOptions } from '../../shared/contract.ts';
import type { EngineEvent } from '../../shared/contract.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { EvaluationContext, ModelId } from '../../shared/types.ts';
import type { TrainingData } from '../hashing/data.ts';
import { writeModel } from '../hashing/model-files.ts';
import { trainInWorker } from '../hashing/train-in-worker.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { Store } from '../store/database.ts';
import { encodeMissing, fillCodes, type EncodingTools } from './encoding.ts';
import type { JobRunner } from './queue.ts';

export const trainParams = z.object({ modelId: z.string().transform((s) => s as ModelId), options: trainOptions });

export function trainJob(tools: EncodingTools, threads: number, emit: (event: EngineEvent) => void): JobRunner {
  return async (rawParams, context) => {
    const { modelId, options } = trainParams.parse(rawParams);
    const { store, active } = tools;
    await encodeMissing(tools, context);
    const encoder = active.encoderInfo(active.encoderId());
    const data = trainingData(store, encoder);
    const { method, bits, activate, ...rest } = options;
    const modelOptions = Object.fromEntries(
      Object.entries(rest).filter((e): e is [string, string | number] => e[1] !== null),
    );
    store.models.begin({ id: modelId, method, bits, encoderId: encoder.id, state: 'training', options: modelOptions });
    emit({ type: 'library' });
    let evaluation: EvaluationContext | null = null;
    let epoch = 0;
    try {
      const model = await trainInWorker({
        data,
        options: { method, bits, ...rest, threads },
        encoder,
        signal: context.signal,
        onStart: (found) => {
          evaluation = found;
          store.models.setEvaluation(modelId, found);
        },
        onEpoch: (metrics, isBest) => {
          epoch = metrics.epoch;
          store.models.addEpoch(modelId, metrics, isBest);
          if (evaluation) emit({ type: 'epoch', modelId, metrics, evaluation });
        },
        onStep: (done, total) => {
          const now = Math.min(epoch + 1, options.epochs);
          context.progress(done, total, `Training, epoch ${now} of ${options.epochs}`);
        },
      });
      await rm(active.modelDir(modelId), { recursive: true, force: true });
      await writeModel(active.modelDir(modelId), model);
      store.models.setState(modelId, 'ready');
    } catch (error) {
      if (context.signal.aborted) {
        // Paused or shut down: the training starts over from its first epoch when it goes on.
        store.models.setState(modelId, context.signal.reason === 'cancel' ? 'cancelled' : 'training');
      } else store.models.setState(modelId, 'failed');
      emit({ type: 'library' });
      throw error;
    }
    if (activate) {
      store.settings.set('model', modelId);
      await fillCodes(tools, context);
      tools.codesChanged();
    }
    emit({ type: 'library' });
    return { modelId };
  };
}

/** The whole library as arrays. Photos without a caption take part as things to be found. */
export function trainingData(store: Store, encoder: EncoderInfo): TrainingData {
  const photos = store.features.all('photo', encoder.id, encoder.imageWidth);
  const captions = store.features.all('caption', encoder.id, encoder.textWidth);
  if (photos.ids.length === 0) {
    throw new HashlensError(
      'nothing-indexed',
      'The library has no photos yet; add a folder first (`hashlens index <folder>`).',
    );
  }
  const rowOf = new Map(photos.ids.map((id, row) => [id, row]));
  const owners = store.features.captionPhotos(captions.ids).map((id) => rowOf.get(id) ?? -1);
  const kept = owners.flatMap((row, i) => (row >= 0 ? [i] : []));
  const { textWidth } = encoder;
  const textRows = new Float32Array(kept.length * textWidth);
  kept.forEach((from, to) =>
    textRows.set(captions.rows.subarray(from * textWidth, (from + 1) * textWidth), to * textWidth),
  );
  const photoTags: number[][] = photos.ids.map(() => []);
  for (const { photoId, tagId } of store.texts.photoTags()) {
    const row = rowOf.get(photoId);
    if (row !== undefined) photoTags[row]?.push(tagId);
  }
  return {
    imageRows: photos.rows,
    textRows,
    imageWidth: encoder.imageWidth,
    textWidth,
    sharedWidth: encoder.sharedWidth,
    captionPhoto: Int32Array.from(kept, (i) => owners[i] ?? 0),
    photoTags,
  };
}
