// Cleans text from files: decodes bytes, removes control characters, collapses white space, limits the length.

export const maxCaption = 2000;
export const maxTag = 100;

/** A caption without unreadable parts, in the same case; empty when nothing readable remains. */
export function cleanCaption(text: string): string {
  return clean(text, maxCaption);
}

/**
 * The keywords of a list whose items may be lists or paths themselves, as some programs write them: `beach, sunset,
 * Anna`, `beach; sunset`, `#beach #sunset`, `Places|Italy|Rome`, `Places/Italy/Rome`, `Places > Italy`. One comma
 * beside other keywords is part of a name (`Rome, Italy`). One slash may be part of a name or separate a path
 * (`Places/Italy`): the whole and both parts are keywords.
 */
export function splitKeywords(keywords: readonly string[]): string[] {
  return keywords.flatMap((keyword) => {
    const parts = keyword.split(/[;；|\r\n]+/).flatMap(stepsOf);
    return parts.flatMap((part) => {
      const commas = part.match(comma)?.length ?? 0;
      const isList = commas > 1 || (commas === 1 && keywords.length === 1) || part.length > maxTag;
      return (isList ? part.split(comma) : [part]).map(bareKeyword);
    });
  });
}

/** Commas of Latin, Chinese, Japanese and Arabic text. */
const comma = /[,，、،]/g;
/** `#beach #sunset`. */
const hashtags = /^\s*(?:#[\p{L}\p{N}_]+\s*){2,}$/u;
/** One slash between two words. */
const oneSlash = /^\s*(\p{L}{3}[\p{L} ]*)\/([\p{L} ]*\p{L}{3})\s*$/u;

function stepsOf(part: string): string[] {
  if (hashtags.test(part)) return part.split('#');
  if (isPath(part)) return part.split(/[/\\>]/);
  const [, first, second] = oneSlash.exec(part) ?? [];
  if (first !== undefined && second !== undefined) return [part, first, second];
  // No name has these between its words.
  return part.split(/(?<=\p{L}\s*)[>\\](?=\s*\p{L})/u);
}

/** Removes quotation marks around a keyword, or a `#` before it. */
const bareKeyword = (keyword: string): string =>
  keyword
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/^#(?=\p{L})/u, '');

/** Longest path that people write, in names. */
const longestPath = 10 * maxTag;

/** `Places/Italy/Rome`: at least two separators, with names between; not a date or a web address. */
const isPath = (keyword: string): boolean =>
  keyword.length <= longestPath &&
  /^\s*\p{L}[^/\\>]+(?:\s*[/\\>]\s*\p{L}[^/\\>]*){2,}\s*$/u.test(keyword) &&
  !/:\/\//.test(keyword);

/** A tag without unreadable parts, in the same case; empty when nothing readable remains. */
export function cleanTag(text: string): string {
  return clean(text, maxTag);
}

function clean(text: string, limit: number): string {
  const tidy = text
    // Cut coarsely first, so that a hostile megabyte costs no time.
    .slice(0, limit * 8)
    .toWellFormed()
    // Remove invisible marks that reorder text on screen: they could make a caption look like something else.
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (tidy.length <= limit) return tidy;
  // Cut by code points, so that no character is split.
  return [...tidy].slice(0, limit).join('').trim();
}

/** Default descriptions of cameras and programs, in any case. Nobody writes these about a photo. */
const boilerplate = new Set(
  [
    ...[
      'olympus digital camera',
      'minolta digital camera',
      'konica minolta digital camera',
      'kodak digital still camera',
    ],
    ...['pentax digital camera', 'samsung digital camera', 'fujifilm digital camera', 'casio digital camera'],
    ...['ricoh digital camera', 'digital camera', 'benq digital camera', 'hp digital camera', 'epson digital camera'],
    ...[
      'sony dsc',
      'samsung camera pictures',
      'digital still camera',
      'exif_jpeg_picture',
      'exif jpeg picture',
      'exif jpeg',
    ],
    ...[
      'dcim',
      'dsc',
      'my beautiful picture',
      'default',
      'untitled',
      'none',
      'null',
      'imagedescription',
      'image description',
    ],
    ...[
      'created with gimp',
      'created with the gimp',
      'created by imagegear',
      'applemark',
      'oplus_0',
      'oplus_32',
      'oplus_131072',
    ],
    ...['ai generated image', 'lead technologies inc. v1.01', 'charset=ascii', 'user comments', 'jpeg', 'jpg'],
    ...['minolta dsc', 'binary comment'],
  ].flat(),
);
const boilerplateForms = [
  /^<\s*(?:kenox|samsung|digimax)[^<>]*>$/i,
  // The file's own name as a camera makes it, or only punctuation.
  /^(?:(?:img|dscn?|dscf|mvc|cimg|hpim|gopr|imgp|sdc|kif|mov)[-_ ]?|(?:p|pict|sam)[-_]?|1\d\d_)\d{3,}(?:\.\w{3,4})?$/i,
  /^[^\p{L}\p{N}\p{Extended_Pictographic}]*$/u,
  /^creator: gd-jpeg v\d.*$/i,
  /^(?:oplus|oppo)_\d+$/i,
  // The file's place on the memory card, of drones.
  /^DCIM[\\/][\w\\/-]+\.\w{3,4}$/i,
  /^file written by adobe photoshop\W{0,3} ?[\d.]*$/i,
  /^processed with vsco(?: with \w+ preset)?$/i,
  /^lav[cf][\d.]+$/i,
  // Canva's number of a design.
  /^xr:d:[\w-]+:\d+(?:,[a-z]:\d+)+$/i,
];
/** Names of scenes and filters that phones write into EXIF, in this spelling. */
const sceneNames = new Set(
  (
    'cof|dav|rhdr|hdr|hdrpl|mde|edf|fznor|oznor|oznco|ozedf|cznor|dznor|sdr_hdrb|sdr_HDRB|rpt|rotf|tov|vivid|sdr|nor|bty|btf|' +
    'dig|smart|Screenshot|screenshot|ptr|ptfbty|rptbty|fbt'
  ).split('|'),
);
/** The same with a filter: `dav_vivid`. */
const sceneFilter = /_(?:auto|soft|vivid)$/;

/**
 * Settings of phones: `filter: 0; touch: (-1.0, -1.0); sceneMode: Auto; weatherinfo: null;`. Their values are numbers, single
 * letters and these words; a person's `Left: Anna; right: Bob;` has names. The last one may be cut. A value begins with no blank:
 * two ways to read each of many would take exponential time.
 */
const settings =
  /^(?:[\w.-]+ ?[:=] ?(?:(?:[-+()[\]\d.,][-+()[\]\d.,\s]*)?|0x[\da-f]+|[a-z]|\d+[a-z]+:\d+|null|nan|none|auto|manual|on|off|true|false|yes|no|photo|normal|hdr|night|portrait|pro|beauty|weather\?[^;]*); ?){2,}(?:[\w.-]+(?: ?[:=][^;]*)?)?$/i;

/** Whether a cleaned caption is a default text of cameras and programs, in any field. */
export function isBoilerplate(caption: string): boolean {
  return boilerplate.has(caption.toLowerCase()) || boilerplateForms.some((form) => form.test(caption));
}

/** The same for EXIF, where phones write more: names of scenes, and their settings (`key: value; key: value;`). */
export function isExifBoilerplate(caption: string): boolean {
  if (isBoilerplate(caption) || sceneNames.has(caption.replace(sceneFilter, ''))) return true;
  return settings.test(caption) || /^\s*[{[]\s*["{]/.test(caption) || /^fbmd[\da-f]{10}/i.test(caption);
}
