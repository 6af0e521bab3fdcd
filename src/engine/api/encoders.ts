// Encoders: list, plan, use, add, download, the address of the hub, remove.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncoderState } from '../../shared/contract/encoders.ts';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { countMissing, pendingChanges } from '../jobs/change-models.ts';
import { knownEncoder, registerEncoder } from '../jobs/download-job.ts';
import { planEncoder } from '../jobs/encoder-plan.ts';
import { inTurns } from '../jobs/in-turns.ts';
import { hubUrl } from '../encoder/clip/download.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import { chooseEncoderHub, encoderHub } from '../models/encoder-hub.ts';
import { isBelow } from '../runtime/below.ts';
import { itemKinds } from '../store/item-kinds.ts';
import type { EngineServices } from './services.ts';

export function encodersApi({
  store,
  active,
  queue,
  photoFolders,
  libraryDir,
  emit,
  changed,
}: Pick<EngineServices, 'store' | 'active' | 'queue' | 'photoFolders' | 'libraryDir' | 'emit' | 'changed'>) {
  /** Whether the library keeps the files of the encoder in a folder. */
  const isOwn = (path: string): boolean => isBelow(path, join(libraryDir, 'encoders'));

  const list = (): EncoderState[] => {
    const pending = new Set(pendingChanges(store, queue).map(({ request }) => request.encoderId));
    const ofFiles = new Map(
      store.encoders.list().map(({ info, path, files }) => {
        const bytes = Object.values(files ?? {}).reduce((sum, { size }) => sum + size, 0);
        return [info.id, isOwn(path) ? bytes : 0];
      }),
    );
    return active.encoders().map((encoder) => {
      const { photos, bytes } = store.encoders.made(encoder);
      const isPending = !encoder.active && pending.has(encoder.id);
      return { ...encoder, isPending, photos, bytes: bytes + (ofFiles.get(encoder.id) ?? 0) };
    });
  };

  const isAtWork = () => queue.list().some(({ state }) => state === 'running');

  return {
    'encoders.list': async (): Promise<EncoderState[]> => list(),
    'encoders.plan': async ({ encoderId }) => {
      active.encoderInfo(encoderId);
      await active.tryEncoder(encoderId);
      try {
        return await planEncoder(store, active, photoFolders, encoderId);
      } finally {
        if (!isAtWork()) active.closeUnused();
      }
    },
    'encoders.use': async ({ encoderId, withoutOffline = false }) => {
      active.encoderInfo(encoderId);
      await active.tryEncoder(encoderId);
      active.clearTrouble(encoderId);
      const pending = pendingChanges(store, queue);
      for (const { id, request } of pending) if (request.encoderId !== encoderId) await queue.cancel(id);
      const isChosen = encoderId === active.chosenEncoderId();
      if ((await countMissing(store, active.pendingModels(encoderId))) > 0) {
        return queue.enqueue('encode', isChosen ? {} : { encoderId, ...(withoutOffline ? { withoutOffline } : {}) });
      }
      for (const { id } of pendingChanges(store, queue)) await queue.cancel(id);
      if (isChosen) return null;
      active.use({ encoderId, modelId: null });
      changed();
      // A running job still encodes with the previous encoder.
      if (isAtWork()) queue.enqueue('encode', {});
      return null;
    },
    'encoders.add': async ({ path, prompts = false }) => {
      const info = await registerEncoder(store, path, null, prompts);
      active.clearTrouble(info.id);
      emit({ type: 'library' });
      const added = list().find(({ id }) => id === info.id);
      if (!added) throw new HashlensError('internal', `The encoder in ${path} could not be added.`);
      return added;
    },
    'encoders.device': async ({ encoderId, device }) => {
      const measurement = await active.useDevice(encoderId, device);
      emit({ type: 'library' });
      return measurement;
    },
    'encoders.measure': async ({ encoderId }) => {
      const measurements = await active.measureEncoder(encoderId);
      emit({ type: 'library' });
      return measurements;
    },
    'encoders.hub': async ({ url }) => {
      if (url !== undefined) {
        chooseEncoderHub(store.settings, url);
        emit({ type: 'library' });
      }
      const now = encoderHub(store.settings);
      return { url: now, isDefault: now === hubUrl };
    },
    'encoders.download': async ({ encoderId }) => queue.enqueue('download', { encoderId: knownEncoder(encoderId).id }),
    'encoders.remove': async ({ encoderId }) => {
      const { name } = active.encoderInfo(encoderId);
      if ([active.encoderId(), active.chosenEncoderId()].includes(encoderId)) {
        throw new HashlensError('bad-argument', `${name} is the encoder in use; change to another one first.`);
      }
      for (const { id, request } of pendingChanges(store, queue)) {
        if (request.encoderId === encoderId) await queue.cancel(id);
      }
      const row = store.encoders.get(encoderId);
      const last = Math.max(...itemKinds.map((kind) => store.features.lastId(kind)));
      // Default models can be made again at any time and are removed with all their data.
      for (const id of [rotationId(encoderId), centredId(encoderId)]) {
        store.models.remove(id);
        await rm(active.modelDir(id), { recursive: true, force: true });
      }
      await inTurns(last, (from, to) => (store.transaction(() => store.encoders.removeMade(encoderId, from, to)), []));
      let bytes = store.compact();
      const isTrainedFor = store.models.list().some((model) => model.encoderId === encoderId);
      const isShared = store.encoders.list().some(({ info, path }) => info.id !== encoderId && path === row?.path);
      if (row !== null && isOwn(row.path) && !isShared) {
        bytes += Object.values(row.files ?? {}).reduce((sum, { size }) => sum + size, 0);
        await rm(row.path, { recursive: true, force: true });
      }
      // Models were trained for it, so only the same files may come back under its id.
      if (row !== null && !isTrainedFor) store.encoders.remove(encoderId);
      changed();
      return { bytes };
    },
  } satisfies Partial<EngineApi>;
}
