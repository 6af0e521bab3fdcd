// A library in a temporary folder with photos that have no content, for specs of jobs.
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import type { PhotoDescription, PhotoFile } from '../../src/engine/store/photos.ts';
import type { FolderId, PhotoId } from '../../src/shared/contract/ids.ts';
import { photoFacts, photoFile } from './photo-rows.ts';
import { temporaryFolder } from './temporary.ts';

export interface PhotoLibrary {
  readonly store: Store;
  readonly folderId: FolderId;
  /** Adds a photo of a content of its own. @param path relative to the folder */
  readonly add: (path: string, facts?: Partial<PhotoDescription>, file?: Partial<PhotoFile>) => PhotoId;
  /** Gives the photo this caption, read from its file. */
  readonly caption: (id: PhotoId, ...texts: readonly string[]) => void;
  /** Gives the photo these tags, read from its file. */
  readonly tag: (id: PhotoId, ...names: readonly string[]) => void;
}

/** @param path of its one folder, which need not exist */
export function photoLibrary(path = '/photos'): PhotoLibrary {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add(path, null).id;
  return {
    store,
    folderId,
    add: (path, facts = {}, file = {}) =>
      store.photos.insert(folderId, { ...photoFile(path), ...file }, { ...photoFacts, contentHash: path, ...facts }),
    caption: (id, ...texts) =>
      store.texts.replaceCaptions(
        id,
        ['iptc'],
        texts.map((text) => ({ text, source: 'iptc' })),
      ),
    tag: (id, ...names) =>
      store.texts.replaceTags(
        id,
        ['iptc'],
        names.map((name) => ({ name, source: 'iptc' })),
      ),
  };
}
