// Near-duplicates: searching for them, and the results.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { duplicateReport } from '../duplicates/duplicate-report.ts';
import type { EngineServices } from './services.ts';

export function duplicatesApi({ store, queue }: Pick<EngineServices, 'store' | 'queue'>) {
  return {
    'photos.findDuplicates': async () => queue.enqueue('duplicates', {}),
    'photos.duplicates': async () => duplicateReport(store),
  } satisfies Partial<EngineApi>;
}
