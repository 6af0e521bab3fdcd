// XMP, in photos and in sidecars: captions, tags, dates, camera, rating and place from RDF written by many programs.
import { XMLParser } from 'fast-xml-parser';
import { decodeUndeclared, decodeUtf8 } from '../../text/charset.ts';
import { splitKeywords } from '../../text/file-text.ts';
import { parseCaptureDate, parseOffset } from './capture.ts';
import { xmpPosition, type Position } from './position.ts';
import type { PlaceFields, RatingFields } from './rating-place.ts';
import { fieldsOf } from './field-sources.ts';
import { itemAt, namedIn } from '../../../shared/at.ts';

export interface XmpFields {
  /** Each field's text in its default language, then the texts in other languages. */
  readonly captions: readonly string[];
  /**
   * Plain keywords first, then the levels of hierarchical ones (`People|Anna` gives `People` and `Anna`), then the
   * names of pets.
   */
  readonly tags: readonly string[];
  readonly people: readonly string[];
  /** Dates as written, ISO 8601, by the name of the field. */
  readonly dates: ReadonlyMap<string, string>;
  readonly make: string | null;
  readonly model: string | null;
  readonly ratings: readonly RatingFields[];
  readonly place: PlaceFields;
  /** Places in structures: those that are shown, then those of the camera. */
  readonly locations: readonly PlaceFields[];
  readonly position: Position | null;
  /** Positions in structures: those of the camera, then those that are shown. */
  readonly locationPositions: readonly Position[];
}

export const maxXmp = 4 * 1024 * 1024;

const rdfNamespace = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
/** Customary prefixes. Declarations in the document override them; hand-made sidecars often lack declarations. */
const namespaces: Readonly<Record<string, string>> = {
  rdf: rdfNamespace,
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xap: 'http://ns.adobe.com/xap/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  exifEX: 'http://cipa.jp/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  'mwg-kw': 'http://www.metadataworkinggroup.com/schemas/keywords/',
  MP: 'http://ns.microsoft.com/photo/1.2/',
  MPReg: 'http://ns.microsoft.com/photo/1.2/t/Region#',
  mediapro: 'http://ns.iview-multimedia.com/mediapro/1.0/',
  expressionmedia: 'http://ns.microsoft.com/expressionmedia/1.0/',
  acdsee: 'http://ns.acdsee.com/iptc/1.0/',
  'acdsee-rs': 'http://ns.acdsee.com/regions/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
  ics: 'http://ns.idimager.com/ics/1.0/',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  GettyImagesGIFT: 'http://xmp.gettyimages.com/gift/1.0/',
  prism: 'http://prismstandard.org/namespaces/basic/2.0/',
};
/** Programs write a namespace with or without its last slash. */
const bareUri = (uri: string): string => uri.replace(/[/#]$/, '');
const prefixOf = new Map(
  Object.entries(namespaces).map(([prefix, uri]) => [bareUri(uri), prefix === 'xap' ? 'xmp' : prefix]),
);

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  // Entities of the document are never expanded; XML's own five are decoded below.
  processEntities: false,
});

/** Null for bytes that are not XMP, too large, hostile or damaged. */
export const readXmp = (bytes: Uint8Array): XmpFields | null =>
  bytes.length > maxXmp ? null : readXmpText(decodeXmp(bytes));

/** The same of a text that was decoded. */
export function readXmpText(text: string): XmpFields | null {
  if (text.length > maxXmp) return null;
  // XMP has no document type; one is always malicious.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null;
  let document: XmlElement | null;
  try {
    document = toElement('', {}, parser.parse(trimPacket(text)), customScope, 0);
  } catch {
    return null;
  }
  const rdf = document && findRdf(document, 0);
  return rdf === null ? null : xmpFields(propertiesOf(rdf));
}

/** Whether a file of XMP has its end: a truncated file may still be readable in part. */
export const hasEnd = (bytes: Uint8Array): boolean =>
  /<\/(?:[\w.-]{1,20}:)?RDF\s*>|<(?:[\w.-]{1,20}:)?RDF\s*\/>/.test(decodeXmp(bytes));

/** Number of bytes in which XML declares its character set. */
const declarationBytes = 256;
const declaration = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/i;

/** Fields of a fixed size end in NULs, which give no hint of the character set. */
export function decodeXmp(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  const isUtf8 = text !== null && !text.slice(0, 64).includes('\0');
  // Programs copy a declaration to files that they write in UTF-8. ASCII may hold the escapes of another set.
  if (isUtf8 && /\P{ASCII}/u.test(text)) return text;
  return decodeDeclared(bytes) ?? (isUtf8 ? text : (decodeUndeclared(bytes)?.text ?? ''));
}

/** Text in the character set of its XML declaration; null without one, and where the bytes cannot be in it. */
function decodeDeclared(bytes: Uint8Array): string | null {
  const [, label] = declaration.exec(Buffer.from(bytes.subarray(0, declarationBytes)).toString('latin1')) ?? [];
  // The declaration itself is ASCII.
  if (label === undefined || /^(?:utf|ucs|unicode|iso-10646)/i.test(label)) return null;
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes around the XML: NULs of a fixed-size field, junk at the end. */
function trimPacket(text: string): string {
  const start = text.indexOf('<');
  const end = text.lastIndexOf('>');
  return start < 0 ? '' : text.slice(start, end + 1);
}

// --- the parser's output as elements with resolved names

interface XmlElement {
  /** Name with the customary prefix: `dc:subject`. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Deepest nesting that is read; programs write 10 levels. */
const maxDepth = 64;

/** Prefixes declared on one element, and those of the elements around it. */
interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}
const customScope: Scope = { own: new Map(Object.entries(namespaces)), outer: null };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null below the deepest level. */
function toElement(
  name: string,
  attributes: Record<string, unknown>,
  content: unknown,
  outer: Scope,
  depth: number,
): XmlElement | null {
  if (depth > maxDepth) return null;
  const declared = Object.entries(attributes).flatMap(([key, value]) =>
    key.startsWith('xmlns:') && typeof value === 'string' ? [[key.slice(6), value] as const] : [],
  );
  // Elements without declarations share the scope around them, so a name is looked up in few maps.
  const scope = declared.length === 0 ? outer : { own: new Map(declared), outer };
  const children: XmlElement[] = [];
  const texts: string[] = [];
  for (const node of Array.isArray(content) ? (content as readonly unknown[]) : []) {
    if (!isRecord(node)) continue;
    const nodeAttributes = isRecord(node[':@']) ? node[':@'] : {};
    for (const [key, value] of Object.entries(node)) {
      if (key === ':@') continue;
      if (key === '#text') texts.push(typeof value === 'string' ? decodeEntities(value) : '');
      else if (key === '#cdata') texts.push(cdataOf(value));
      else {
        const child = toElement(key, nodeAttributes, value, scope, depth + 1);
        if (child !== null) children.push(child);
      }
    }
  }
  const named = Object.entries(attributes).map(
    ([key, value]) => [resolve(key, scope), decodeEntities(String(value))] as const,
  );
  return { name: resolve(name, scope), attributes: new Map(named), children, text: texts.join('') };
}

function cdataOf(content: unknown): string {
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  return isRecord(first) && typeof first['#text'] === 'string' ? first['#text'] : '';
}

function resolve(name: string, scope: Scope): string {
  const colon = name.indexOf(':');
  if (colon < 0) return name;
  const prefix = name.slice(0, colon);
  let uri: string | undefined;
  for (let at: Scope | null = scope; at !== null && uri === undefined; at = at.outer) uri = at.own.get(prefix);
  if (uri === undefined) return name;
  // An unknown namespace keeps its URI, so that another vocabulary's `dc:` does not count as the real one.
  return `${prefixOf.get(bareUri(uri)) ?? uri}${name.slice(colon)}`;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** One pass over the text, so that decoded text is not decoded again. Unknown entities stay as written. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return namedIn(entities, name.toLowerCase());
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

// --- RDF

function findRdf(element: XmlElement, depth: number): XmlElement | null {
  if (element.name === 'rdf:RDF') return element;
  if (depth > 4) return null;
  for (const child of element.children) {
    const found = findRdf(child, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

interface Properties {
  /** Values as text. Programs write a simple property as an attribute or as an element: both count. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly elements: ReadonlyMap<string, readonly XmlElement[]>;
}

function propertiesOf(rdf: XmlElement): Properties {
  const values = new Map<string, string[]>();
  const elements = new Map<string, XmlElement[]>();
  const add = (name: string, texts: readonly string[]): void => {
    const tidy = texts.map((text) => text.trim()).filter((text) => text !== '');
    const known = values.get(name);
    if (known === undefined) values.set(name, tidy);
    else for (const text of tidy) known.push(text);
  };
  for (const description of rdf.children) {
    if (description.name !== 'rdf:Description') continue;
    for (const [name, value] of description.attributes) add(name, [value]);
    for (const property of description.children) {
      add(property.name, valuesOf(property));
      const same = elements.get(property.name);
      if (same === undefined) elements.set(property.name, [property]);
      else same.push(property);
    }
  }
  return { values, elements };
}

const listOf = (property: XmlElement): XmlElement | undefined =>
  property.children.find((child) => /^rdf:(?:Bag|Seq|Alt)$/.test(child.name));

/** The items of a property's list; undefined without one. */
const itemsOf = (property: XmlElement): XmlElement[] | undefined =>
  listOf(property)?.children.filter((child) => child.name === 'rdf:li');

function valuesOf(property: XmlElement): string[] {
  const list = listOf(property);
  const items = itemsOf(property);
  if (list === undefined || items === undefined) return [simpleValue(property)];
  if (list.name !== 'rdf:Alt') return items.map(simpleValue);
  // Alternatives are one text in several languages: the default one, else the first that is not empty.
  const preferred = items.find((item) => item.attributes.get('xml:lang')?.toLowerCase() === 'x-default');
  const usable = [...(preferred === undefined ? [] : [preferred]), ...items].map(simpleValue);
  return usable.filter((value) => value.trim() !== '').slice(0, 1);
}

/** A property's texts in all languages, in the order of the document; none without alternatives. */
const languagesOf = (property: XmlElement): string[] =>
  listOf(property)?.name === 'rdf:Alt'
    ? (itemsOf(property) ?? []).map((item) => simpleValue(item).trim()).filter((text) => text !== '')
    : [];

/** The text, or the `rdf:value` of a value with qualifiers. */
function simpleValue(element: XmlElement): string {
  if (element.text.trim() !== '') return element.text;
  const holder = element.children.find((child) => child.name === 'rdf:Description') ?? element;
  return holder.children.find((child) => child.name === 'rdf:value')?.text ?? holder.attributes.get('rdf:value') ?? '';
}

/** Values of a name at any depth, as attributes or elements, in the order of the document. */
function* deepValues(element: XmlElement, name: string): Generator<string> {
  const attribute = element.attributes.get(name);
  if (attribute !== undefined) yield attribute;
  for (const child of element.children) {
    if (child.name === name) yield* valuesOf(child);
    else yield* deepValues(child, name);
  }
}

/** The outermost items of lists below, such as the regions of a picture. */
function* itemsBelow(element: XmlElement): Generator<XmlElement> {
  for (const child of element.children) {
    if (child.name === 'rdf:li') yield child;
    else yield* itemsBelow(child);
  }
}

/** Fields of a region's name and of its kind. */
const regions: Readonly<Record<string, { readonly name: string; readonly kind?: string }>> = {
  'mwg-rs:Regions': { name: 'mwg-rs:Name', kind: 'mwg-rs:Type' },
  'MP:RegionInfo': { name: 'MPReg:PersonDisplayName' },
  'Iptc4xmpExt:PersonInImageWDetails': { name: 'Iptc4xmpExt:PersonName' },
  'Iptc4xmpExt:ImageRegion': { name: 'Iptc4xmpExt:PersonInImage' },
  'acdsee-rs:Regions': { name: 'acdsee-rs:Name', kind: 'acdsee-rs:Type' },
};

/** The names of a field's regions of this kind. A region without a kind is a face; one of focus or a bar code has no name. */
function namesIn({ elements }: Properties, field: string, wanted: 'face' | 'pet'): string[] {
  const { name, kind } = namedIn(regions, field);
  return (elements.get(field) ?? []).flatMap((property) =>
    [...itemsBelow(property)].flatMap((item) => {
      const [is = 'face'] = kind === undefined ? [] : deepValues(item, kind);
      return is.trim().toLowerCase() === wanted ? [...deepValues(item, name)] : [];
    }),
  );
}

const peopleOf = (properties: Properties): string[] =>
  fieldsOf('person', 'XMP').flatMap((field) =>
    field in regions ? namesIn(properties, field, 'face') : (properties.values.get(field) ?? []),
  );

const petsOf = (properties: Properties): string[] =>
  fieldsOf('tag', 'XMP').flatMap((field) => (field in regions ? namesIn(properties, field, 'pet') : []));

/** Descriptions of regions; a bar code has its content there. */
const regionTexts = ({ elements }: Properties): string[] =>
  (elements.get('mwg-rs:Regions') ?? []).flatMap((property) =>
    [...itemsBelow(property)].flatMap((item) => {
      const [kind = ''] = deepValues(item, 'mwg-rs:Type');
      return kind.trim().toLowerCase() === 'barcode'
        ? []
        : [...deepValues(item, 'mwg-rs:Description')].map((text) => text.trim());
    }),
  );

/** Levels of hierarchical keywords, by the field that contains them. */
function hierarchiesOf({ values, elements }: Properties): string[] {
  const steps = (name: string, separator: string): string[] =>
    (values.get(name) ?? []).flatMap((path) => {
      const names = path.split(separator).map((step) => step.trim());
      return isInternalTag(itemAt(names, 0)) ? [] : names;
    });
  return [
    ...steps('lr:hierarchicalSubject', '|'),
    ...steps('digiKam:TagsList', '/'),
    ...steps('MicrosoftPhoto:LastKeywordXMP', '/'),
    ...steps('mediapro:CatalogSets', '|'),
    ...steps('expressionmedia:CatalogSets', '|'),
    ...(values.get('acdsee:categories') ?? []).flatMap((tree) => decodeEntities(tree).split(/<[^<>]*>/)),
    ...(elements.get('mwg-kw:Keywords') ?? []).flatMap((tree) => [...deepValues(tree, 'mwg-kw:Keyword')]),
    ...(elements.get('ics:TagStructure') ?? []).flatMap((tree) => [...deepValues(tree, 'ics:LabelName')]),
    ...(values.get('acdsee:keywords') ?? []),
    ...splitKeywords(values.get('pdf:Keywords') ?? []),
    ...(values.get('photoshop:SupplementalCategories') ?? []),
  ];
}

/** Tags that programs write for themselves. */
const isInternalTag = (tag: string): boolean => /^(?:_?digikam[_ ]internal|darktable$)/i.test(tag.trim());

function xmpFields(properties: Properties): XmpFields {
  const all = (name: string): readonly string[] => properties.values.get(name) ?? [];
  const first = (name: string): string | null => all(name)[0] ?? null;
  const locations = (fact: 'place' | 'position'): XmlElement[] =>
    fieldsOf(fact, 'XMP').flatMap((name) =>
      name.startsWith('Iptc4xmpExt:') ? (properties.elements.get(name) ?? []).flatMap(structuresOf) : [],
    );
  /** The offset from UTC in a separate field, as in EXIF; empty for a date that has one, or no time of day. */
  const offsetOf = (name: string, value: string): string => {
    const field = name.replace(/^exif:DateTime/, 'OffsetTime');
    const date = field === name ? null : parseCaptureDate(value);
    if (date?.until !== null || date.offset !== null) return '';
    const offset = first(`exif:${field}`) ?? first(`exifEX:${field}`) ?? '';
    return parseOffset(offset) === null ? '' : offset;
  };
  const plain = all('dc:subject').filter((tag) => !isInternalTag(itemAt(tag.split('|', 1), 0)));
  const tags = [...splitKeywords(plain), ...hierarchiesOf(properties), ...petsOf(properties)];
  const captionFields = fieldsOf('caption', 'XMP');
  const captionsIn = (name: string) => (name === 'mwg-rs:Description' ? regionTexts(properties) : all(name));
  const translations = captionFields.flatMap((name) => (properties.elements.get(name) ?? []).flatMap(languagesOf));
  return {
    // Many programs write one text as the default and under its language.
    captions: [...new Set([...captionFields.flatMap(captionsIn), ...translations])],
    tags: tags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
    people: peopleOf(properties),
    dates: new Map(
      fieldsOf('date', 'XMP').flatMap((name) => {
        const value = name === 'exif:GPSTimeStamp' ? gpsTime(first(name), first('exif:GPSDateStamp')) : first(name);
        return value === null ? [] : [[name, value + offsetOf(name, value)] as const];
      }),
    ),
    make: first('tiff:Make'),
    model: first('tiff:Model'),
    ratings: fieldsOf('rating', 'XMP').flatMap((name) => {
      const value = first(name);
      return value === null ? [] : [{ value, isPercent: name === 'MicrosoftPhoto:Rating' }];
    }),
    place: {
      location: first('Iptc4xmpCore:Location'),
      city: first('photoshop:City'),
      state: first('photoshop:State'),
      country: first('photoshop:Country'),
    },
    locations: locations('place').map(placeIn),
    position: positionBy(first),
    locationPositions: locations('position').flatMap((item) => positionBy((name) => partOf(item, name)) ?? []),
  };
}

/** The structures of a property, with or without a list around them, as older programs write one. */
const structuresOf = (property: XmlElement): XmlElement[] => itemsOf(property) ?? [property];

function partOf(item: XmlElement, name: string): string | null {
  const [value] = deepValues(item, name);
  return value ?? null;
}

function placeIn(item: XmlElement): PlaceFields {
  const part = (name: string): string | null => partOf(item, `Iptc4xmpExt:${name}`);
  return {
    location: part('Sublocation') ?? part('LocationName'),
    city: part('City'),
    state: part('ProvinceState'),
    country: part('CountryName'),
    region: part('WorldRegion'),
  };
}

/** @param part the value of a field */
function positionBy(part: (name: string) => string | null): Position | null {
  return xmpPosition({
    latitude: part('exif:GPSLatitude'),
    longitude: part('exif:GPSLongitude'),
    latitudeRef: part('exif:GPSLatitudeRef'),
    longitudeRef: part('exif:GPSLongitudeRef'),
  });
}

/** Date and time of a satellite, UTC: in one field as in XMP, or in two as in EXIF. */
function gpsTime(stamp: string | null, day: string | null): string | null {
  if (stamp === null || !/^\d{1,2}:/.test(stamp)) return stamp ?? day;
  return day === null ? null : `${day} ${stamp.replace(/Z$/i, '')}Z`;
}
