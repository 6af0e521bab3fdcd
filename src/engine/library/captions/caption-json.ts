// Captions in JSON, in the forms of COCO, Karpathy, BLIP, LLaVA and scripts: lists and maps of images with their captions.
import * as z from 'zod';
import { isPictureName } from '../scan/file-kinds.ts';
import type { OnCaption } from './caption-entry.ts';
import { captionKeys, idKeys, imageKeys, numberKey, plainKey } from './caption-keys.ts';

const id = z.union([z.number(), z.string()]);
const caption = z.string().nullish();
/** Deepest nesting of lists and maps. */
const mostDepth = 4;

const coco = z.object({
  images: z.array(z.looseObject({ id, file_name: z.string() })),
  annotations: z.array(z.looseObject({ image_id: id, caption })),
});
/** Recognises a COCO file of captions, before its details are checked. */
const looksLikeCoco = z.object({
  images: z.array(z.unknown()),
  annotations: z.tuple([z.looseObject({ caption: z.unknown(), image_id: z.unknown() })], z.unknown()),
});

/** Fault of a COCO file. */
export class WrongCaptions extends Error {}

/**
 * Calls `onCaption` with each image and caption. Other content, null captions included, is ignored.
 * @throws WrongCaptions for a faulty COCO file
 */
export function readCaptionJson(content: unknown, onCaption: OnCaption): void {
  if (looksLikeCoco.safeParse(content).success) readCoco(content, onCaption);
  else readNested(content, onCaption, 0);
}

function readCoco(content: unknown, onCaption: OnCaption): void {
  const { success, data, error } = coco.safeParse(content);
  if (!success) {
    const issue = error.issues[0];
    throw new WrongCaptions(`${issue?.path.join('.') ?? 'something'} is wrong (${issue?.message ?? 'unknown'})`);
  }
  // In some files the same id is a text in one part and a number in the other.
  const names = new Map(data.images.map((image) => [String(image.id), image.file_name]));
  for (const { image_id: image, caption: text } of data.annotations) {
    const name = names.get(String(image));
    if (name !== undefined && typeof text === 'string') onCaption(name, text);
  }
}

/** Lists of images with captions, pairs of both, and maps from images to captions, under any keys. */
function readNested(content: unknown, onCaption: OnCaption, depth: number): void {
  if (depth > mostDepth) return;
  if (Array.isArray(content)) {
    for (const item of content as readonly unknown[]) {
      if (isMapOfImages(item)) readNested(item, onCaption, depth + 1);
      else if (!Array.isArray(item)) readItem(item, onCaption);
      else if (isNameOfImage(item[0])) for (const text of item.slice(1).flatMap(textsOf)) onCaption(item[0], text);
    }
  } else if (isObject(content)) {
    if (readColumns(content, onCaption)) return;
    const isMap = depth === 0 && isMapOfTexts(content);
    for (const [name, value] of Object.entries(content)) {
      if (isPictureName(name) || isMap || (/[\d/\\]/.test(name) && isTexts(value)) || isDescribed(value)) {
        for (const text of textsOf(value)) onCaption(name, text);
      } else readNested(value, onCaption, depth + 1);
    }
  }
}

/** `{"a.jpg": "A dog"}`. */
const isMapOfImages = (item: unknown): boolean =>
  isObject(item) && Object.keys(item).length > 0 && Object.keys(item).every((key) => isPictureName(key));

/** Only texts, and objects with them, under uncommon keys: a map from images without extensions. */
const isMapOfTexts = (content: Readonly<Record<string, unknown>>): boolean =>
  Object.values(content).some(isTexts) &&
  Object.entries(content).every(
    ([key, value]) =>
      (value === null || isTexts(value) || isDescribed(value)) &&
      ![...imageKeys, ...captionKeys, 'title', 'version'].includes(plainKey(key)),
  );

/** The value of each image in a map with any keys: `{"caption": .., "tags": ..}`, without its own name. */
const isDescribed = (value: unknown): boolean =>
  isObject(value) &&
  isTexts(value['caption']) &&
  !Object.keys(value).some((key) => [...imageKeys, ...idKeys].includes(plainKey(key)));

/** A table by columns: `{"image": [..], "caption": [..]}`, or with the numbers of rows as keys. */
function readColumns(content: Readonly<Record<string, unknown>>, onCaption: OnCaption): boolean {
  const columns = new Map(Object.entries(content).map(([key, value]) => [plainKey(key), value]));
  const column = (keys: readonly string[]): unknown[] | null => {
    const found = keys.map((key) => columns.get(key)).find((value) => typeof value === 'object' && value !== null);
    return found === undefined || found === null ? null : Object.values(found);
  };
  const [images, captions] = [column(imageKeys), column(captionKeys)];
  if (images === null || captions?.length !== images.length || !images.every(isNameOfImage)) return false;
  for (const [row, image] of images.entries()) for (const text of textsOf(captions[row])) onCaption(image, text);
  return true;
}

const isNameOfImage = (value: unknown): value is string => typeof value === 'string' && isPictureName(value);

/** A text, or a list of texts, some of which may be missing: the values of maps from images without an extension. */
const isTexts = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string' || one === null));

/** One image with its captions: `{"image": .., "caption": ..}`. */
export function readItem(item: unknown, onCaption: OnCaption): void {
  if (!isObject(item)) return;
  const fields = new Map(Object.entries(item).map(([key, value]) => [plainKey(key), value]));
  const image =
    imageKeys.map((key) => nameIn(fields.get(key))).find((name) => name !== null) ??
    idKeys.map((key) => fields.get(key)).find(isNameOfImage) ??
    numberOf(fields.get(numberKey));
  if (image === undefined || image === null) return;
  // Karpathy's lists of COCO have the folder in another key.
  const folder = fields.get('filepath');
  const name = typeof folder === 'string' && !folder.endsWith(image) ? `${folder}/${image}` : image;
  for (const text of textsOf(item)) onCaption(/^\w+:\/\//.test(name) ? name.replace(/[?#].*$/s, '') : name, text);
}

/** The number of an image, which may be its file's name without the extension. */
const numberOf = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;

/** An image's name, or that of an image with its bytes: `{"path": .., "bytes": ..}`. */
function nameIn(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 1 ? nameIn(value[0]) : null;
  if (!isObject(value)) return null;
  return (
    ['path', 'file_name', 'filename', 'name'].map((key) => value[key]).find((name) => typeof name === 'string') ?? null
  );
}

/** A caption, a list of them, or an object with either, like `{"raw": ..}` and LLaVA's conversations. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (Array.isArray(one) ? [] : textsOf(one)));
  if (!isObject(value)) return [];
  if (typeof value['raw'] === 'string') return [value['raw']];
  const turns = value['conversations'] ?? value['messages'];
  if (Array.isArray(turns)) {
    const answer = (turns as readonly unknown[]).filter(isObject).find(isAnswer);
    const text = answer?.['value'] ?? answer?.['content'];
    return typeof text === 'string' ? [text] : [];
  }
  const fields = Object.entries(value)
    .map(([key, held]) => [plainKey(key), held] as const)
    .filter(([, held]) => held !== undefined && held !== null);
  const named = captionKeys.map((key) => fields.find(([name]) => name === key)).find((field) => field !== undefined);
  if (named !== undefined) return isObject(named[1]) ? textsInObject(named[1]) : textsOf(named[1]);
  // `blip_caption`, `caption_en`, `caption1`.
  const others = fields.filter(([name, held]) => name.includes('caption') && isTexts(held));
  return others.length > 0 ? others.flatMap(([, held]) => textsOf(held)) : numbered(value);
}

const isAnswer = (turn: Readonly<Record<string, unknown>>): boolean =>
  turn['from'] === 'gpt' || turn['role'] === 'assistant';

/** Texts of an object that represents a caption. */
const textsInObject = (value: Readonly<Record<string, unknown>>): string[] =>
  typeof value['raw'] === 'string' ? [value['raw']] : numbered(value);

/** Texts by number or language: `{"0": ..}`, `{"en": .., "pt-BR": ..}`. */
const numbered = (value: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(value).every((key) => /^(?:\d+|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$/.test(key))
    ? Object.values(value).filter((text) => typeof text === 'string')
    : [];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
