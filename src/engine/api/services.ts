// Parts of the engine for the API's methods; each subject names those it needs.
import type { EngineEvent } from '../../shared/contract/engine.ts';
import type { LibraryMaintenance } from '../backup/maintenance.ts';
import type { PhotosInView } from '../jobs/photos-in-view.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Recalibration } from '../jobs/recalibration.ts';
import type { WorkGate } from '../jobs/work-gate.ts';
import type { WrittenTexts } from '../jobs/written-texts.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { LibraryPaths } from '../models/library-paths.ts';
import type { RemovedModels } from '../models/removed-models.ts';
import type { Searcher } from '../search/searcher.ts';
import type { SharedLibraries } from '../shared-library/shared-libraries.ts';
import type { Store } from '../store/database.ts';

export interface EngineServices extends LibraryPaths {
  readonly store: Store;
  readonly active: ActiveModels;
  readonly removedModels: RemovedModels;
  readonly searcher: Searcher;
  readonly queue: JobQueue;
  /** The only access to files in photo folders. */
  readonly photoFolders: PhotoFolders;
  readonly maintenance: LibraryMaintenance;
  readonly gate: WorkGate;
  readonly inView: PhotosInView;
  readonly writtenTexts: WrittenTexts;
  readonly recalibration: Recalibration;
  readonly shared: SharedLibraries;
  readonly emit: (event: EngineEvent) => void;
  /** Call after a change of photos, codes, models or encoders, so that searches see it and clients get an event. */
  readonly changed: () => void;
  /** Opens what a search needs, and makes it again if it is damaged. */
  readonly prepareSearch: () => Promise<void>;
}
