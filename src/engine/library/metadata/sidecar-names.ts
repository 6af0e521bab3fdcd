// Finds the files beside a photo that describe it, by their names alone.
import { itemAt, present } from '../../../shared/at.ts';

/** Extensions of sidecars, after the photo's whole name or in place of its extension; the most deliberate first. */
const sidecarEndings = ['xmp', 'txt', 'caption'] as const;
/** Picasa stores its data about a folder's photos in one file. */
const picasaNames = new Set(['.picasa.ini', 'picasa.ini']);

/** darktable's sidecar of a further development of a photo: `a_01.jpg.xmp`, beside `a.jpg.xmp`. */
const duplicateName = /^(.+)_\d{2,}(\.[a-z0-9]{2,5})\.xmp$/i;

export const isPicasaName = (name: string): boolean => picasaNames.has(name.toLowerCase());

/** Apple's export of iCloud Photos has such a file in each of its folders. */
export const isAppleExportName = (name: string): boolean => /^photo details(?:-\d+)?\.csv$/i.test(name);

/** Normalised names: case and decomposed accents make no difference. */
const looseName = (name: string): string => name.normalize('NFC').toLowerCase();

export interface PairingOptions {
  /** Files that describe many photos and are not sidecars. */
  readonly isOther: (name: string) => boolean;
  /** Photo name -> other files of the same photo, whose sidecars also belong to the photo. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/**
 * Photo name -> names of its sidecars, in order of precedence. If a name exists in several spellings, the photo's
 * own counts.
 * @param names all files of the folder
 */
export function pairSidecars(
  photoNames: readonly string[],
  names: readonly string[],
  { isOther, versions }: PairingOptions,
): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  const duplicates = new Map<string, string[]>();
  const here = new Set(names.map(looseName));
  const jsons: string[] = [];
  const folderWide: string[] = [];
  for (const name of names) {
    if (isPicasaName(name) || isAppleExportName(name)) folderWide.push(name);
    if (isOther(name)) continue;
    if (/\.json$/i.test(name)) jsons.push(name);
    if (!/\.(?:xmp|txt|caption)$/i.test(name)) continue;
    const [, stem = '', ending = ''] = duplicateName.exec(name) ?? [];
    const isDuplicate = stem !== '' && !here.has(looseName(name.slice(0, -'.xmp'.length)));
    if (isDuplicate) {
      const key = looseName(stem + ending);
      duplicates.set(key, [...(duplicates.get(key) ?? []), name].sort());
    }
    const same = byName.get(looseName(name));
    if (same === undefined) byName.set(looseName(name), [name]);
    else same.push(name);
  }
  const pairs = new Map<string, string[]>();
  if (byName.size === 0 && jsons.length === 0 && folderWide.length === 0) return pairs;
  const takeout = new TakeoutNames(jsons, names);
  for (const photo of photoNames) {
    const found = new Set<string>();
    for (const file of [photo, ...(versions.get(photo) ?? [])]) {
      const stem = file.includes('.') ? file.slice(0, file.lastIndexOf('.')) : file;
      for (const wanted of sidecarEndings.flatMap((ending) => [`${file}.${ending}`, `${stem}.${ending}`])) {
        const spellings = byName.get(looseName(wanted)) ?? [];
        const start = wanted.slice(0, wanted.lastIndexOf('.') + 1);
        const best = spellings.find((name) => name.startsWith(start)) ?? spellings[0];
        if (best !== undefined) found.add(best);
      }
      for (const name of duplicates.get(looseName(file)) ?? []) found.add(name);
      for (const json of takeout.of(file)) found.add(json);
    }
    for (const name of folderWide) found.add(name);
    if (found.size > 0) pairs.set(photo, [...found]);
  }
  return pairs;
}

// --- Google Takeout

/** The end of a JSON's name since 2024, cut where the name would be longer than 46 characters. */
const takeoutSuffix = '.supplemental-metadata';
const longestTakeoutName = 46;
/** Google's word for an edited photo, by language. */
const editedWords =
  'edited|bearbeitet|modifié|modifie|(?:ha )?editado|editada|modificato|bewerkt|edytowane|editat|redigerad|redigerat|redigeret|redigert|muokattu|upraveno|upravené|editovano|uređeno|szerkesztett|düzenlendi|diedit|đã chỉnh sửa|отредактировано|изменено|змінено|επεξεργασμένο|נערך|แก้ไขแล้ว|編集済み|已修改|已编辑|已編輯|수정됨|edytowany';
const editedCopy = new RegExp(`-(?:${editedWords})$`, 'iu');
/** The same, with the words for photos that Google has made of one or several others. */
const edited = new RegExp(`-(?:effects|smile|mix|${editedWords})$`, 'iu');

/** A suffix of that kind in any other language. Google's have no capital letters, as names have. */
const wordBehind = /-(?!\p{Lu})\p{L}[\p{Ll}\p{Lm}\p{Lo}\p{M} ]{2,23}$/u;

interface TakeoutName {
  readonly name: string;
  /** Without counter and `.json`. */
  readonly base: string;
  /** `(1)`, or empty. */
  readonly counter: string;
  /** Counter and base, the keys for finding and sorting names. */
  readonly key: string;
}

const keyOf = (counter: string, base: string): string => `${counter}/${base}`;

/**
 * The JSON files of a folder of Google Takeout, found by the photo's name. A folder may have 100,000 with the same
 * beginning, so each is looked up directly.
 */
class TakeoutNames {
  readonly #byKey = new Map<string, TakeoutName>();
  readonly #sorted: readonly TakeoutName[];
  /** The truncated ones of those names. */
  readonly #cut: readonly TakeoutName[];
  readonly #names: ReadonlySet<string>;

  constructor(jsons: readonly string[], names: readonly string[]) {
    this.#names = new Set(names.map(looseName));
    for (const name of jsons) {
      const [, whole = '', counter = ''] = present(/^(.*?)(\(\d+\))?\.json$/is.exec(name.normalize('NFC')));
      const base = looseName(whole);
      const key = keyOf(counter, base);
      if (!this.#byKey.has(key)) this.#byKey.set(key, { name, base, counter, key });
    }
    this.#sorted = [...this.#byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#cut = this.#sorted.filter(({ base }) => isCutName(base));
  }

  /** The JSON of a photo, of its original if it is an edited copy, or of its source if it was converted. */
  of(photo: string): string[] {
    if (this.#sorted.length === 0) return [];
    const { stem, counter, ending } = partsOf(photo.normalize('NFC'));
    // `a(1).jpg` may be the photo's original name, or the second `a.jpg`, whose JSON is `a.jpg(1).json`.
    const original = stem.replace(edited, '');
    const stems = original === stem ? [stem] : [stem, original];
    const readings = stems.flatMap((one): [name: string, counter: string][] => [
      [one + counter + ending, ''],
      [one + ending, counter],
    ]);
    for (const one of stems) {
      const [whole, source] = [looseName(one + counter + ending), looseName(one + ending)];
      // A name that was truncated before its counter is the one of the source, unless there is none.
      const found =
        this.#meaning(whole, '', looseName(one + counter).length) ??
        this.#meaning(source, counter) ??
        (counter === '' || this.#names.has(source) ? undefined : this.#meaning(whole, ''));
      if (found !== undefined) return [found.name];
    }
    // The name of an edited copy is truncated, too, sometimes within the suffix for it.
    const cut = cutBefore(stem);
    if (cut !== null) {
      const [found] = beginningWith(this.#cut, keyOf(counter, cut));
      if (found !== undefined) return [found.name];
    }
    // A photo and its motion, or a photo that Google has converted, share the JSON of the uploaded file.
    for (const [name, wanted] of readings) {
      const bare = looseName(name.slice(0, name.length - ending.length));
      const found =
        this.#byKey.get(keyOf(wanted, bare)) ?? this.#ofUntitled(bare, wanted) ?? this.#ofOther(bare, wanted);
      if (found !== undefined) return [found.name];
    }
    // Google gives each photo a JSON, so one without any, named like another with a word behind it, is an edited copy of that.
    const source = stem.replace(wordBehind, '') + ending;
    const found = this.#names.has(looseName(source)) ? this.#meaning(looseName(source), counter) : undefined;
    return found === undefined ? [] : [found.name];
  }

  /**
   * The JSON whose base name is the photo's: whole, with the suffix or a part of it, or truncated at 46 characters.
   * @param fewest characters of the name that are left where it is truncated
   */
  #meaning(photo: string, counter: string, fewest = 0): TakeoutName | undefined {
    for (let length = 0; length <= takeoutSuffix.length; length++) {
      const found = this.#byKey.get(keyOf(counter, photo + takeoutSuffix.slice(0, length)));
      if (found !== undefined) return found;
    }
    const shortest = Math.max(fewestCutUnits, fewest);
    for (let length = Math.min(mostCutUnits, photo.length); length >= shortest; length--) {
      const base = photo.slice(0, length);
      const found = isCutName(base) ? this.#byKey.get(keyOf(counter, base)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The JSON of a photo whose title has no extension: its name without one, and the suffix or a part of it. */
  #ofUntitled(bare: string, counter: string): TakeoutName | undefined {
    for (let length = takeoutSuffix.length; length > 2; length--) {
      const found = this.#byKey.get(keyOf(counter, bare + takeoutSuffix.slice(0, length)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The JSON of `bare` with another photo's extension, if that photo does not exist. */
  #ofOther(bare: string, counter: string): TakeoutName | undefined {
    for (const json of beginningWith(this.#sorted, keyOf(counter, `${bare}.`))) {
      const [, ending] = /^(\.[a-z0-9]{2,5})(?:\.[a-z-]*)?$/.exec(json.base.slice(bare.length)) ?? [];
      if (ending !== undefined && !takeoutSuffix.startsWith(ending) && !this.#names.has(bare + ending)) return json;
    }
    return undefined;
  }
}

/** Entries of a sorted list whose key begins with the prefix. */
function* beginningWith(sorted: readonly TakeoutName[], start: string): Generator<TakeoutName> {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < start) low = middle + 1;
    else high = middle;
  }
  for (let at = low; sorted[at]?.key.startsWith(start) === true; at++) yield itemAt(sorted, at);
}

function partsOf(photo: string): { stem: string; counter: string; ending: string } {
  const [, stem = photo, counter = '', ending = ''] = /^(.*?)(\(\d+\))?(\.[^.]*)$/s.exec(photo) ?? [];
  return { stem, counter, ending };
}

/**
 * The name, without extension, of the photo of which this one is an edited copy by its name: `a(1)` for `a-edited(1)`; null
 * for others.
 */
export function editedStemOf(stem: string): string | null {
  const [, whole = '', counter = ''] = present(/^(.*?)(\(\d+\))?$/s.exec(stem));
  const original = whole.replace(editedCopy, '');
  return original === whole || original === '' ? null : original + counter;
}

/** Least number of characters before the suffix in a name truncated by Google. */
const shortestCutStem = 36;

/** The part before the suffix for edited copies, or before its beginning, in a truncated name; null in others. */
function cutBefore(stem: string): string | null {
  const dash = stem.lastIndexOf('-');
  if (dash < shortestCutStem) return null;
  const isEdited = edited.test(stem) || '-edited'.startsWith(stem.slice(dash).toLowerCase());
  return isEdited ? looseName(stem.slice(0, dash)) : null;
}

/** Lengths of truncated names: at 46 characters or bytes, where a character has at most three bytes per code unit. */
const mostCutUnits = 51;
const fewestCutUnits = Math.floor(longestTakeoutName / 3) - 1;
/** Bytes of a name that was truncated before a character of several bytes. */
const fewestCutBytes = longestTakeoutName - 3;

const isCutName = (base: string): boolean =>
  base.length <= mostCutUnits && (base.length >= longestTakeoutName || Buffer.byteLength(base) >= fewestCutBytes);
