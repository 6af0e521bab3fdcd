// Filters of a query as conditions of the server. Names are compared here, by the rules of a local library.
import type { FolderId } from '../../shared/contract/ids.ts';
import type { Filter } from '../../shared/query/query.ts';
import { directoryRanges } from '../search/query/compile-filters.ts';
import { isTag, isTagPath, namePart, unknownValue } from '../search/query/cached-facets.ts';
import { sharedPhotos, type PhotoCondition } from './sql/photo-conditions.ts';
import { namesOfKind, sharedDirectories } from './sql/ranking.ts';
import type { SharedSchema } from './sql/schema.ts';
import { describedTsquery, openTsquery } from './text-vectors.ts';
import { sentence, type Sentence } from '../../shared/sentences.ts';

/** @param say receives filter values that no photo has */
export async function sharedCondition(
  shared: SharedSchema,
  filter: Filter,
  say: (notice: Sentence) => void,
): Promise<PhotoCondition> {
  const condition = await plainCondition(shared, filter, say);
  return filter.not ? sharedPhotos.not(condition) : condition;
}

async function plainCondition(
  shared: SharedSchema,
  filter: Filter,
  say: (notice: Sentence) => void,
): Promise<PhotoCondition> {
  /** Names of a kind that match one of the values. */
  const fitting = async ({
    field,
    values,
  }: {
    readonly field: 'person' | 'camera' | 'place';
    readonly values: readonly string[];
  }): Promise<string[]> => {
    const names = await namesOfKind(shared, field);
    return values.flatMap((value) => {
      const found = names.filter((name) => namePart(name, value));
      if (found.length === 0) say(unknownValue(field, value));
      return found;
    });
  };
  switch (filter.field) {
    case 'tag': {
      const paths = await namesOfKind(shared, 'tag-path');
      const tags = await namesOfKind(shared, 'tag');
      return sharedPhotos.anyOf(
        filter.values.map((value) => {
          const below = paths.filter((name) => isTagPath(name, value));
          if (below.length > 0) return sharedPhotos.withTagPaths(below);
          const found = tags.filter((name) => isTag(name, value));
          if (found.length === 0) say(unknownValue('tag', value));
          return sharedPhotos.withTags(found);
        }),
      );
    }
    case 'album':
      say(sentence('albums-not-published', {}));
      return sharedPhotos.anyOf([]);
    case 'person':
      return sharedPhotos.withPeople(await fitting(filter));
    case 'camera':
      return sharedPhotos.withCamera(await fitting(filter));
    case 'place':
      return sharedPhotos.withPlace(await fitting(filter));
    case 'folder': {
      const directories = (await sharedDirectories(shared)).map(({ folderId, folder, directory }) => ({
        folderId: folderId as FolderId,
        folderPath: folder,
        directory,
      }));
      return sharedPhotos.inPaths(
        filter.values.flatMap((value) => {
          const found = directoryRanges({ directories }, value);
          if (found.length === 0) say(unknownValue('folder', value));
          return found;
        }),
      );
    }
    case 'text':
      return sharedPhotos.anyOf(filter.values.flatMap((value) => openTsquery(value) ?? []).map(sharedPhotos.showing));
    case 'word': {
      const tags = await namesOfKind(shared, 'tag');
      return sharedPhotos.anyOf([
        ...filter.values.flatMap((value) => describedTsquery(value) ?? []).map(sharedPhotos.describedBy),
        sharedPhotos.withTags(tags.filter((name) => filter.values.some((value) => isTag(name, value)))),
      ]);
    }
    case 'type':
      return sharedPhotos.withFormat(filter.values);
    case 'date': {
      const midnight = (day: string | null) => (day === null ? null : Date.parse(`${day}T00:00:00Z`));
      return sharedPhotos.takenBetween(midnight(filter.from), midnight(filter.to));
    }
    case 'day':
      return sharedPhotos.takenOnDay(filter.month, filter.day);
    case 'orientation':
      return sharedPhotos.withShape(filter.value);
    case 'size':
    case 'width':
    case 'height':
      return sharedPhotos.measuring(filter.field, filter.least ?? 0, filter.most ?? Number.MAX_SAFE_INTEGER);
    case 'rating':
      return sharedPhotos.measuring('rating', filter.least ?? 1, filter.most ?? 5);
    case 'has':
      return sharedPhotos.having(filter.what);
  }
}
