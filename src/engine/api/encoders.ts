// Encoders: list, use, add, download.
import type { EncoderState } from '../../shared/contract/encoders.ts';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { knownEncoder, registerEncoder } from '../jobs/download-job.ts';
import { kinds } from '../store/kinds.ts';
import type { EngineServices } from './services.ts';

export function encodersApi({
  store,
  active,
  queue,
  emit,
  changed,
}: Pick<EngineServices, 'store' | 'active' | 'queue' | 'emit' | 'changed'>) {
  /** A change to this encoder was interrupted: a job is unfinished, or what it was to encode is missing. */
  const isHalfDone = (encoderId: string): boolean =>
    queue.list().some(({ kind, finishedAt }) => kind === 'encode' && finishedAt === null) ||
    kinds.some((kind) => store.features.missing(kind, encoderId).length > 0);

  return {
    'encoders.list': async (): Promise<EncoderState[]> => active.encoders(),
    'encoders.use': async ({ encoderId }) => {
      active.encoderInfo(encoderId);
      await active.tryEncoder(encoderId);
      active.forgetTrouble(encoderId);
      if (encoderId === active.encoderId() && !isHalfDone(encoderId)) return null;
      store.settings.set('encoder', encoderId);
      changed();
      return queue.enqueue('encode', {});
    },
    'encoders.add': async ({ path }) => {
      const info = await registerEncoder(store, path);
      active.forgetTrouble(info.id);
      emit({ type: 'library' });
      return { ...info, active: info.id === active.encoderId(), installed: true, downloadBytes: null };
    },
    'encoders.download': async ({ encoderId }) => queue.enqueue('download', { encoderId: knownEncoder(encoderId).id }),
  } satisfies Partial<EngineApi>;
}
