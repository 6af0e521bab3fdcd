// XMP, in photos and in sidecars: captions, tags, dates, camera, rating and place out of RDF written by many programs.
import { XMLParser } from 'fast-xml-parser';
import type { PlaceFields } from './rating-place.ts';
import { decodeTextFile } from '../../text/file-text.ts';

export interface XmpFields {
  readonly descriptions: readonly string[];
  /** Plain keywords first, then the steps of hierarchical ones: `People|Anna` gives `People` and `Anna`. */
  readonly tags: readonly string[];
  /** ISO 8601, best first: when the picture was taken, then when it was made or digitised. */
  readonly dates: readonly string[];
  readonly make: string | null;
  readonly model: string | null;
  /** Stars as written: `3`, `1.0`, `-1`. */
  readonly rating: string | null;
  readonly place: PlaceFields;
}

export const MAX_XMP = 4 * 1024 * 1024;

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
/** What prefixes mean by custom. Declarations in the document win; hand-made sidecars forget them. */
const NAMESPACES: Readonly<Record<string, string>> = {
  rdf: RDF,
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xap: 'http://ns.adobe.com/xap/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
};
const PREFIX_OF = new Map(Object.entries(NAMESPACES).map(([prefix, uri]) => [uri, prefix === 'xap' ? 'xmp' : prefix]));

/** Tags that programs keep for themselves. */
const INTERNAL_TAG = /^(?:_?digikam[_ ]internal[_ ]tags_?|darktable)$/i;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  // No entity of the document's own is ever expanded; the five of XML itself are decoded below.
  processEntities: false,
});

/** Null when the bytes are no XMP, too large, hostile or damaged. */
export function readXmp(bytes: Uint8Array): XmpFields | null {
  if (bytes.length > MAX_XMP) return null;
  const text = decodeTextFile(bytes);
  // XMP has no document type; one is there only to do harm.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null;
  let document: XmlElement | null;
  try {
    document = toElement('', {}, parser.parse(trimPacket(text)), CUSTOM, 0);
  } catch {
    return null;
  }
  const rdf = document && findRdf(document, 0);
  return rdf === null ? null : fieldsOf(propertiesOf(rdf));
}

/** What stands around the XML: NULs of a fixed-size field, junk after the end. */
function trimPacket(text: string): string {
  const start = text.indexOf('<');
  const end = text.lastIndexOf('>');
  return start < 0 ? '' : text.slice(start, end + 1);
}

// --- the parser's output as elements with resolved names

interface XmlElement {
  /** With the customary prefix: `dc:subject`. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Deepest nesting that is looked into; programs write 10. */
const MAX_DEPTH = 64;

/** Prefixes declared on one element, and those of the elements around it. */
interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}
const CUSTOM: Scope = { own: new Map(Object.entries(NAMESPACES)), outer: null };

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
  if (depth > MAX_DEPTH) return null;
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
  // A namespace not known keeps its URI, so that no `dc:` of somebody else passes for the real one.
  return `${PREFIX_OF.get(uri) ?? uri}${name.slice(colon)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Once over the text, so that nothing decoded is decoded again. Unknown entities stay as written. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole;
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

/** Property -> its values. Programs write a simple property as an attribute or as an element: both count. */
function propertiesOf(rdf: XmlElement): Map<string, string[]> {
  const properties = new Map<string, string[]>();
  const add = (name: string, values: readonly string[]): void => {
    const tidy = values.map((value) => value.trim()).filter((value) => value !== '');
    const known = properties.get(name);
    if (known === undefined) properties.set(name, tidy);
    else for (const value of tidy) known.push(value);
  };
  for (const description of rdf.children) {
    if (description.name !== 'rdf:Description') continue;
    for (const [name, value] of description.attributes) add(name, [value]);
    for (const property of description.children) add(property.name, valuesOf(property));
  }
  return properties;
}

function valuesOf(property: XmlElement): string[] {
  const list = property.children.find((child) => /^rdf:(?:Bag|Seq|Alt)$/.test(child.name));
  if (list === undefined) return [simpleValue(property)];
  const items = list.children.filter((child) => child.name === 'rdf:li');
  if (list.name !== 'rdf:Alt') return items.map(simpleValue);
  // Alternatives are one text in several languages: the default one, else the first that says anything.
  const preferred = items.find((item) => item.attributes.get('xml:lang')?.toLowerCase() === 'x-default');
  const usable = [...(preferred === undefined ? [] : [preferred]), ...items].map(simpleValue);
  return usable.filter((value) => value.trim() !== '').slice(0, 1);
}

/** The text, or the `rdf:value` of a value that carries qualifiers. */
function simpleValue(element: XmlElement): string {
  if (element.text.trim() !== '') return element.text;
  const holder = element.children.find((child) => child.name === 'rdf:Description') ?? element;
  return holder.children.find((child) => child.name === 'rdf:value')?.text ?? holder.attributes.get('rdf:value') ?? '';
}

function fieldsOf(properties: ReadonlyMap<string, readonly string[]>): XmpFields {
  const all = (name: string): readonly string[] => properties.get(name) ?? [];
  const first = (name: string): string | null => all(name)[0] ?? null;
  const steps = (name: string, separator: string): string[] =>
    all(name).flatMap((path) => {
      const names = path.split(separator).map((step) => step.trim());
      return INTERNAL_TAG.test(names[0] ?? '') ? [] : names;
    });
  const plain = all('dc:subject').filter((tag) => !/^_?digikam[_ ]internal/i.test(tag));
  return {
    descriptions: all('dc:description'),
    tags: [
      ...plain,
      ...steps('lr:hierarchicalSubject', '|'),
      ...steps('digiKam:TagsList', '/'),
      ...steps('MicrosoftPhoto:LastKeywordXMP', '/'),
    ].filter((tag) => tag !== ''),
    dates: [
      ...all('exif:DateTimeOriginal'),
      ...all('photoshop:DateCreated'),
      ...all('xmp:CreateDate'),
      ...all('exif:DateTimeDigitized'),
    ],
    make: first('tiff:Make'),
    model: first('tiff:Model'),
    rating: first('xmp:Rating'),
    place: {
      location: first('Iptc4xmpCore:Location'),
      city: first('photoshop:City'),
      state: first('photoshop:State'),
      country: first('photoshop:Country'),
    },
  };
}
