// The JSON that Google Takeout puts beside each photo: description, date, people, position.
import * as z from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { decodeUndeclared } from '../../text/charset.ts';
import { positionOf, type Position } from './position.ts';
import { namedIn } from '../../../shared/at.ts';

export interface TakeoutFields {
  readonly captions: readonly string[];
  readonly people: readonly string[];
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly date: string | null;
  readonly position: Position | null;
  /** Whether the photo was deleted before the export. */
  readonly isTrashed: boolean;
}

export const maxTakeout = 1024 * 1024;

const degrees = z.object({ latitude: z.number(), longitude: z.number() }).nullish().catch(null);
const takeout = z.object({
  title: z.string(),
  description: z.string().optional().catch(undefined),
  photoTakenTime: z.object({ timestamp: z.union([z.string(), z.number()]) }),
  geoData: degrees,
  geoDataExif: degrees,
  people: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  favorited: z.boolean().optional().catch(undefined),
  trashed: z.boolean().optional().catch(undefined),
});

/** Null for other JSON; undefined for a damaged file of Takeout's. */
export function readTakeout(bytes: Uint8Array): TakeoutFields | null | undefined {
  const text = decodeUndeclared(bytes)?.text;
  // Takeout's own keys are ASCII in any character set.
  if (text === undefined) return Buffer.from(bytes).includes('photoTakenTime') ? undefined : null;
  let content: unknown;
  try {
    content = parseJson(z.unknown(), text);
  } catch {
    return text.includes('photoTakenTime') ? undefined : null;
  }
  const parsed = takeout.safeParse(content);
  if (!parsed.success) return null;
  const { description = '', photoTakenTime, geoData, geoDataExif, people = [], favorited, trashed } = parsed.data;
  const seconds = Number(photoTakenTime.timestamp);
  const position = [geoData, geoDataExif].map((at) => positionOf(at?.latitude ?? null, at?.longitude ?? null));
  return {
    captions: [decodeHtml(description)],
    people: people.map(({ name }) => name),
    tags: favorited === true ? [favoriteTag] : [],
    date:
      photoTakenTime.timestamp !== '' && Math.abs(seconds) < 1e11 && seconds !== 0
        ? new Date(seconds * 1000).toISOString()
        : null,
    position: position.find((at) => at !== null) ?? null,
    isTrashed: trashed === true,
  };
}

/** Google's and Picasa's mark of a favourite, as the tag used here. */
export const favoriteTag = 'Favorite';

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

/** Older exports escape descriptions as for a web page. */
const decodeHtml = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => namedIn(entities, name));
