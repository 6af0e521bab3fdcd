// A photo's row for specs of the store, independent of the photo's content.
import type { PhotoDescription, PhotoFile } from '../../src/engine/store/photos.ts';

export const photoFacts: PhotoDescription = {
  contentHash: 'aa',
  width: 4,
  height: 3,
  format: 'jpeg',
  capturedAt: null,
  camera: null,
  rating: null,
  place: null,
  capturedUntil: null,
  utcOffset: null,
  dateSource: null,
  position: null,
  positionPlace: null,
  metadataReader: 0,
};

export const photoFile = (path: string): PhotoFile => ({
  path,
  size: 1,
  mtimeMs: 1,
  ctimeMs: 1,
  sidecarStamp: '',
  versions: [],
});
