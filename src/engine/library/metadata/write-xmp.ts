// Adds a person's words to XMP. Content of other programs stays byte by byte: new properties get a description of
// their own, lists get items at their end, and single values are replaced in place.
import { ratingOf } from './rating-place.ts';
import { maxXmp, readXmpText, type XmpFields } from './xmp.ts';
import type { SidecarField } from '../../../shared/contract/metadata.ts';
import { itemAt } from '../../../shared/at.ts';

/** Additions and changes; absent values stay. */
export interface XmpChanges {
  /** The description; replaces an existing one. */
  readonly caption?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly people?: readonly string[] | undefined;
  /** 0 to 5 stars; 0 removes a rating. */
  readonly rating?: number | undefined;
  /** `1968`, `1968-06`, `1968-06-15`, `1968-06-15T10:00:00`: when the photo was taken. */
  readonly date?: string | undefined;
}

const uris = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
} as const;
type Prefix = keyof typeof uris;

const empty = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Hashlens">
 <rdf:RDF xmlns:rdf="${uris.rdf}">
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;

/** The message completes "... was not changed because". */
export class NotChangeable extends Error {}

export interface ChangedXmp {
  /** The text with the changes; the very same text if it already has them all. */
  readonly text: string;
  /** Fields in which it says something else, which was kept. */
  readonly kept: readonly SidecarField[];
}

/**
 * Parses the existing text once, and the result once before it is given out; a second time without a caption that would
 * have replaced another.
 * @param existing the sidecar's text; null for a new one
 * @param keeps leaves the text's own caption, rating and date unchanged
 * @throws NotChangeable where the existing text is not XMP, or has a form that cannot be changed safely
 */
export function changedXmp(existing: string | null, changes: XmpChanges, keeps = false): ChangedXmp {
  const before = existing === null ? null : readXmpText(existing);
  if (existing !== null && before === null) throw new NotChangeable('it is damaged');
  if (!keeps || before === null) return { text: withChanges(existing, before, changes).text, kept: [] };
  const kept = conflictsOf(before, changes);
  const wanted = { ...changes, ...Object.fromEntries(kept.map((field) => [field, undefined])) };
  // A caption that is there as a title or in another language does not replace the description.
  if (wanted.caption !== undefined && !before.captions.includes(wanted.caption.trim())) {
    const text = withoutLoss(existing, before, wanted);
    if (text !== null) return { text, kept };
    kept.unshift('caption');
  }
  return { text: withChanges(existing, before, { ...wanted, caption: undefined }).text, kept };
}

/** Null where a new description replaces a text, as it might where the form of the present one is not known. */
function withoutLoss(existing: string | null, before: XmpFields, changes: XmpChanges): string | null {
  try {
    const { text, after } = withChanges(existing, before, changes);
    return before.captions.every((caption) => after.captions.includes(caption)) ? text : null;
  } catch (error) {
    if (error instanceof NotChangeable) return null;
    throw error;
  }
}

/** @throws NotChangeable where the existing text has a form that cannot be changed safely */
function withChanges(
  existing: string | null,
  before: XmpFields | null,
  changes: XmpChanges,
): { readonly text: string; readonly after: XmpFields } {
  let text = existing ?? empty;
  const known = (names: readonly string[] = []): Set<string> => new Set(names.map(fold));
  const tags = newOf(changes.tags, known(before?.tags));
  const people = newOf(changes.people, known(before?.people));
  if (changes.caption !== undefined && before?.captions[0] !== changes.caption) {
    text = withAlternative(text, 'dc', 'description', changes.caption);
  }
  if (tags.length > 0) text = withItems(text, 'dc', 'subject', tags);
  if (people.length > 0) text = withItems(text, 'Iptc4xmpExt', 'PersonInImage', people);
  if (changes.rating !== undefined) text = withValue(text, 'xmp', 'Rating', String(changes.rating));
  if (changes.date !== undefined) text = withValue(text, 'exif', 'DateTimeOriginal', changes.date);
  if (before !== null && text === existing) return { text, after: before };
  text = text.replace(declaredCharset, '$1UTF-8');
  // A larger file would not be read again.
  const after = Buffer.byteLength(text) > maxXmp ? null : readXmpText(text);
  if (after === null || !isCorrectlyChanged(before, after, changes))
    throw new NotChangeable('it is written in a form that is not known');
  return { text: existing === null && text === empty ? '' : text, after };
}

/** Single fields in which the sidecar says something else than `changes`, so that writing them would replace it. */
function conflictsOf(before: XmpFields, { rating, date }: XmpChanges): SidecarField[] {
  const conflicts: SidecarField[] = [];
  const stars = ratingOf(before.ratings);
  // Rejected photos have no stars, and are not unrated.
  const isRejected = stars === null && before.ratings.some(({ value }) => Number(value) < 0);
  if (rating !== undefined && (isRejected || (stars !== null && stars !== rating))) conflicts.push('rating');
  const taken = before.dates.get('exif:DateTimeOriginal');
  if (date !== undefined && taken !== undefined && taken !== date) conflicts.push('date');
  return conflicts;
}

/** Any declared character set of a document, which is written in UTF-8. */
const declaredCharset = /^(\s*<\?xml\s[^>]*?encoding\s*=\s*["'])(?!utf-8["'])[\w.:-]+/i;

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

/** Names that are missing, each once. */
function newOf(names: readonly string[] = [], known: Set<string>): string[] {
  return names.filter((name) => {
    if (known.has(fold(name)) || name.trim() === '') return false;
    known.add(fold(name));
    return true;
  });
}

/** Checks that all earlier content is still there, and that the changes are. */
function isCorrectlyChanged(before: XmpFields | null, after: XmpFields, changes: XmpChanges): boolean {
  const has = (names: readonly string[], wanted: readonly string[] = []): boolean => {
    const there = new Set(names.map(fold));
    return wanted.every((name) => there.has(fold(name.trim())) || name.trim() === '');
  };
  const { caption, rating, date } = changes;
  // A new caption replaces one text; those in other languages stay.
  const lost = before?.captions.filter((text) => !after.captions.includes(text)).length ?? 0;
  return (
    (caption === undefined || after.captions[0] === caption.trim()) &&
    lost <= (caption === undefined ? 0 : 1) &&
    has(after.tags, before?.tags) &&
    has(
      after.tags,
      changes.tags?.filter((tag) => !/[,;|]/.test(tag)),
    ) &&
    has(after.people, before?.people) &&
    has(after.people, changes.people) &&
    (rating === undefined || after.ratings[0]?.value === String(rating)) &&
    (date === undefined || after.dates.get('exif:DateTimeOriginal') === date)
  );
}

const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // XML allows no other control characters.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? '&quot;');

/** Prefixes that the document declares for this namespace, and the customary one. */
function prefixesOf(text: string, prefix: Prefix): string {
  const uri = uris[prefix].replace(/[/#]$/, '').replaceAll('.', '\\.');
  const declared = [...text.matchAll(new RegExp(`xmlns:([\\w-]+)\\s*=\\s*["']${uri}[/#]?["']`, 'g'))];
  return `(?:${[...new Set([prefix, ...declared.map((match) => itemAt(match, 1))])].join('|')})`;
}

/** A separate description before the end of the RDF. */
function withProperty(text: string, prefix: Prefix, property: string): string {
  const rdf = prefixesOf(text, 'rdf');
  const end = [...text.matchAll(new RegExp(`</(${rdf}):RDF\\s*>`, 'g'))].at(-1);
  if (end === undefined) throw new NotChangeable('it has no end');
  const name = itemAt(end, 1);
  const own = property.replaceAll('rdf:', `${name}:`);
  const description = ` <${name}:Description ${name}:about="${aboutOf(text, rdf)}" xmlns:${prefix}="${uris[prefix]}">\n${own}\n </${name}:Description>\n `;
  return text.slice(0, end.index) + description.slice(1) + text.slice(end.index);
}

/** Descriptions of one resource have the same name. */
const aboutOf = (text: string, rdf: string): string =>
  new RegExp(`${rdf}:about\\s*=\\s*["']([^"'<]*)["']`).exec(text)?.[1] ?? '';

/** Position and content of a property's element; null where it is an attribute or absent. */
function elementOf(text: string, prefix: Prefix, name: string): { start: number; inside: number; end: number } | null {
  const names = `${prefixesOf(text, prefix)}:${name}`;
  const open = new RegExp(`<${names}(?:\\s[^<>]*)?(?<!/)>`).exec(text);
  if (open === null) return null;
  const inside = open.index + open[0].length;
  const close = new RegExp(`</${names}\\s*>`).exec(text.slice(inside));
  return close === null ? null : { start: open.index, inside, end: inside + close.index };
}

function withItems(text: string, prefix: Prefix, name: string, items: readonly string[]): string {
  const element = elementOf(text, prefix, name);
  const list = (rdf: string): string => items.map((item) => `<${rdf}:li>${escapeXml(item)}</${rdf}:li>`).join('');
  if (element === null) {
    return withProperty(text, prefix, `  <${prefix}:${name}><rdf:Bag>${list('rdf')}</rdf:Bag></${prefix}:${name}>`);
  }
  const content = text.slice(element.inside, element.end);
  const close = /<\/([\w-]+):(?:Bag|Seq|Alt)\s*>\s*$/.exec(content);
  if (close === null) throw new NotChangeable('it is written in a form that is not known');
  const at = element.inside + close.index;
  return text.slice(0, at) + list(itemAt(close, 1)) + text.slice(at);
}

function withAlternative(text: string, prefix: Prefix, name: string, value: string): string {
  const element = elementOf(text, prefix, name);
  if (element === null) {
    const replaced = withAttribute(text, prefix, name, value);
    if (replaced !== null) return replaced;
    const alternative = `<rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(value)}</rdf:li></rdf:Alt>`;
    return withProperty(text, prefix, `  <${prefix}:${name}>${alternative}</${prefix}:${name}>`);
  }
  // An empty default text may have no end of its own.
  const content = text
    .slice(element.inside, element.end)
    .replace(/(<([\w-]+:li)\b[^<>]*\sxml:lang\s*=\s*["']x-default["'][^<>]*?)\s*\/>/i, '$1></$2>');
  const items = [...content.matchAll(/(<[\w-]+:li\b[^<>]*>)([^<]*)(?=<\/[\w-]+:li\s*>)/g)];
  const defaultItem = items.find((item) => /\sxml:lang\s*=\s*["']x-default["']/i.test(itemAt(item, 1)));
  if (defaultItem === undefined && /["']x-default["']/i.test(content)) {
    throw new NotChangeable('it is written in a form that is not known');
  }
  const single = /^([^<]*)$/.exec(content);
  const changed =
    defaultItem !== undefined
      ? replacedAll(content, items, defaultItem, value)
      : single !== null
        ? escapeXml(value)
        : content.replace(
            /(<([\w-]+):Alt\s*>)/,
            (_, alt: string, rdf: string) => `${alt}<${rdf}:li xml:lang="x-default">${escapeXml(value)}</${rdf}:li>`,
          );
  return text.slice(0, element.inside) + changed + text.slice(element.end);
}

/**
 * The default item and those that have its text, with the new one. A default text is often there a second time, under its
 * language: both are the same text, and texts in other languages stay, also empty ones.
 */
function replacedAll(
  content: string,
  items: readonly RegExpExecArray[],
  defaultItem: RegExpExecArray,
  value: string,
): string {
  const old = itemAt(defaultItem, 2).trim();
  let [result, end] = ['', 0];
  for (const item of items) {
    if (item !== defaultItem && (old === '' || itemAt(item, 2).trim() !== old)) continue;
    const at = item.index + itemAt(item, 1).length;
    result += content.slice(end, at) + escapeXml(value);
    end = at + itemAt(item, 2).length;
  }
  return result + content.slice(end);
}

function withValue(text: string, prefix: Prefix, name: string, value: string): string {
  const element = elementOf(text, prefix, name);
  if (element !== null) return text.slice(0, element.inside) + escapeXml(value) + text.slice(element.end);
  return (
    withAttribute(text, prefix, name, value) ??
    withProperty(text, prefix, `  <${prefix}:${name}>${escapeXml(value)}</${prefix}:${name}>`)
  );
}

/** Null unless the property is an attribute. */
function withAttribute(text: string, prefix: Prefix, name: string, value: string): string | null {
  const attribute = new RegExp(`(\\s${prefixesOf(text, prefix)}:${name}\\s*=\\s*)(?:"[^"<]*"|'[^'<]*')`);
  const found = attribute.exec(text);
  if (found === null) return null;
  return `${text.slice(0, found.index)}${itemAt(found, 1)}"${escapeXml(value)}"${text.slice(found.index + found[0].length)}`;
}
