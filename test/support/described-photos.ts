// Photos of a library with words about them, without files.
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import type { Store } from '../../src/engine/store/database.ts';
import { photoFacts, photoFile } from './photo-rows.ts';

export interface Described {
  readonly caption?: string;
  readonly tags?: readonly string[];
  readonly people?: readonly string[];
}

/** Adds photos to one folder, with words as files have them. */
export function addDescribed(store: Store, photos: readonly Described[]): PhotoId[] {
  const folder = store.folders.list()[0]?.id ?? store.folders.add('/photos', false).id;
  const before = store.photos.count(true);
  return store.transaction(() =>
    photos.map(({ caption, tags = [], people = [] }, i) => {
      const name = String(before + i);
      const id = store.photos.insert(folder, photoFile(`${name}.jpg`), { ...photoFacts, contentHash: name });
      const written = (of: string) => ({ name: of, source: 'xmp' as const });
      if (caption !== undefined) store.texts.replaceCaptions(id, ['xmp'], [{ text: caption, source: 'xmp' }]);
      store.texts.replaceTags(id, ['xmp'], tags.map(written));
      store.texts.replacePeople(id, ['xmp'], people.map(written));
      return id;
    }),
  );
}
