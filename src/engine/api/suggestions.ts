// Suggestions of the person's own words for photos.
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { EngineServices } from './services.ts';
import { requireWritable } from './writable.ts';

/** Number of similar photos to consider for a group. */
const mostAlike = 60;

export function suggestionsApi({
  store,
  searcher,
  maintenance,
  prepareSearch,
}: Pick<EngineServices, 'store' | 'searcher' | 'maintenance' | 'prepareSearch'>) {
  const alikeOf = async (photoId: PhotoId): Promise<PhotoId[]> => {
    const written = store.texts.writtenAbout();
    const { hits } = await searcher.similarPhotos(photoId, mostAlike);
    const others = hits.map((hit) => hit.photoId).filter((id) => !written.has(id));
    return searcher.alike(photoId, others);
  };
  return {
    'suggestions.words': async ({ photoIds, limit }) => {
      await prepareSearch();
      const [only, ...others] = photoIds;
      const found = await searcher.suggestWords(photoIds, limit);
      return { ...found, alike: only === undefined || others.length > 0 ? [] : await alikeOf(only) };
    },
    'suggestions.reject': async ({ states }) => {
      requireWritable(store);
      const inverse = store
        .durably(() =>
          states.flatMap(({ kind, text, photoIds, rejected }) =>
            store.judgements
              .set(kind, text, photoIds, rejected ? false : null)
              .map((before) => ({ kind, text, photoIds: before.photoIds, rejected: before.fits === false })),
          ),
        )
        .reverse();
      const photos = new Set(inverse.flatMap((state) => state.photoIds)).size;
      if (photos > 0) {
        maintenance.changed();
        searcher.codesChanged();
      }
      return { photos, inverse };
    },
  } satisfies Partial<EngineApi>;
}
