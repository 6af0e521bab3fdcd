// Values of a shared library, with defaults: for tests of the page.
import type { ConnectionId } from '../../src/shared/contract/ids.ts';
import { modelId } from '../../src/shared/contract/ids.ts';
import type {
  SharedAnswer,
  SharedConnection,
  SharedHit,
  SharedLibraryState,
} from '../../src/shared/contract/shared-library.ts';

export const connection: SharedConnection = { id: 1 as ConnectionId, server: 'ben@server/photos', name: 'family' };
export const aboutShared: SharedLibraryState = {
  ...{ server: connection.server, name: 'family', encoderId: 'starter-1', modelId: 'itq-64', bits: 64 },
  ...{ vectors: true, recall: null },
  libraries: [
    {
      ...{ label: 'anna on desk', owner: 'anna', photos: 1200, publishedAt: Date.UTC(2026, 10, 14, 12) },
      folders: [{ name: 'Italy', roles: [] }],
    },
    { label: 'carla on sofa', owner: 'carla', photos: 3, publishedAt: null, folders: [] },
  ],
};

export const sharedHit = (id: number, more: Partial<SharedHit> = {}): SharedHit => ({
  ...{ rank: id, id, library: 'anna on desk', folder: 'Italy', path: `sea/${id}.jpg`, caption: null },
  ...{ width: 3, height: 2, photoId: null, score: 0.5, distance: 3, textScore: null, ...more },
});

export const sharedAnswer = (hits: readonly SharedHit[], more: Partial<SharedAnswer> = {}): SharedAnswer => ({
  ...{ hits, searched: 1203, filtered: null, encodeMs: 2, serverMs: 30, bits: 64, recall: null },
  ...{ notices: [], notice: null, modelId: modelId.parse('itq-64'), ...more },
});
