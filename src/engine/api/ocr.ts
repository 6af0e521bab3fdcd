// Text in photos: on and off, speed, resuming, removing.
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { OcrStatus } from '../../shared/contract/ocr.ts';
import { measureReading, resumeReading, unfinishedReading } from '../jobs/ocr-job.ts';
import type { Store } from '../store/database.ts';
import type { EngineServices } from './services.ts';

export function ocrApi({
  store,
  queue,
  photoFolders,
  gate,
  changed,
}: Pick<EngineServices, 'store' | 'queue' | 'photoFolders' | 'gate' | 'changed'>) {
  return {
    'ocr.status': async () => statusOf(store),
    'ocr.measure': async () => {
      const seconds = await measureReading(store, photoFolders, await gate.threads());
      if (seconds !== null) store.settings.set('read-text-seconds', String(seconds));
      return statusOf(store);
    },
    'ocr.set': async ({ on }) => {
      store.settings.switch('read-text', on);
      if (!on) for (const job of unfinishedReading(queue)) await queue.cancel(job.id);
      const job = on ? resumeReading(store, queue) : null;
      changed();
      return { status: statusOf(store), job };
    },
    'ocr.read': async () => resumeReading(store, queue),
    'ocr.removeText': async () => {
      for (const job of unfinishedReading(queue)) await queue.cancel(job.id);
      store.transaction(() => store.ocr.clear());
      store.compact();
      changed();
      return statusOf(store);
    },
  } satisfies Partial<EngineApi>;
}

function statusOf(store: Store): OcrStatus {
  const seconds = store.settings.get('read-text-seconds');
  return {
    on: store.settings.isOn('read-text'),
    ...store.ocr.counts(),
    secondsPerPhoto: seconds === null ? null : Number(seconds),
  };
}
