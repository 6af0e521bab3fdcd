// Picasa's file of a folder: captions, keywords, stars and faces of its photos.
import { decodeUndeclared } from '../../text/charset.ts';
import { favoriteTag } from './takeout.ts';
import { itemAt } from '../../../shared/at.ts';

export interface PicasaFields {
  readonly captions: readonly string[];
  readonly tags: readonly string[];
  readonly people: readonly string[];
}

export const maxPicasa = 4 * 1024 * 1024;

type Section = ReadonlyMap<string, string>;

/**
 * Sections by name, each of `key=value` lines. The bytes of the last file are cached, as the photos of a folder
 * share it.
 */
let last: { readonly bytes: Buffer; readonly sections: ReadonlyMap<string, Section> | null } | null = null;

/** Facts of one photo; null without any, undefined in an unknown character set. */
export function readPicasa(bytes: Buffer, photoName: string): PicasaFields | null | undefined {
  if (last?.bytes.equals(bytes) !== true) {
    const text = decodeUndeclared(bytes)?.text;
    last = { bytes, sections: text === undefined ? null : sectionsOf(text) };
  }
  const { sections } = last;
  if (sections === null) return undefined;
  const photo = sections.get(photoName.normalize('NFC').toLowerCase());
  if (photo === undefined) return null;
  const contacts = [sections.get('contacts2'), sections.get('contacts')];
  // `rect64(3f845bcb59418507),8e62398ebda8c1a5;`: position and person of the face.
  const people = (photo.get('faces') ?? '').split(';').flatMap((face) => {
    const id = face.split(',')[1]?.trim().toLowerCase() ?? '';
    const name = contacts.map((known) => known?.get(id)).find((found) => found !== undefined);
    return name === undefined ? [] : [itemAt(name.split(';', 1), 0)];
  });
  // `[.album:abc]` with `name=Italy`, and `albums=abc` of its photos.
  const albums = (photo.get('albums') ?? '')
    .split(',')
    .map((id) => sections.get(`.album:${id.trim().toLowerCase()}`)?.get('name'))
    .filter((name) => name !== undefined);
  return {
    captions: [photo.get('caption') ?? ''],
    tags: [
      ...(photo.get('keywords') ?? '').split(','),
      ...albums,
      ...(photo.get('star') === 'yes' ? [favoriteTag] : []),
    ],
    people,
  };
}

function sectionsOf(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^\[(.*)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) {
      const name = heading.normalize('NFC').toLowerCase();
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals > 0) section.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim());
  }
  return sections;
}
