// Captions in JSON, in the forms of COCO, Karpathy, BLIP, LLaVA and scripts: lists and maps of images with their captions.
import * as z from 'zod';
import type { TakeRaw } from './caption-entry.ts';

const id = z.union([z.number(), z.string()]);
const caption = z.string().nullish();
/** Names under which an image is named, as letters and digits in lower case. */
const imageKeys = [
  ...['image', 'filename', 'imagepath', 'imagename', 'imagefile', 'imagefilename', 'img', 'imgpath', 'imgname', 'file'],
  ...['path', 'photo', 'name', 'filepath', 'src', 'url', 'uri', 'imageurl'],
];
/** Names of numbers and texts, which may be a file's name. */
const idKeys = ['imageid', 'imgid', 'id', 'key'];
/** Names of captions, alone or in a list; the first that is there counts. */
const captionKeys = [
  ...['caption', 'captions', 'text', 'sentences', 'sentence', 'description', 'descriptions', 'prompt', 'comment'],
  ...['alttext', 'alt'],
];
const imageName = /\.(?:jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|hei[cf]|jxl)$/i;
/** Depth of lists and maps inside each other. */
const mostDepth = 4;

const coco = z.object({
  images: z.array(z.looseObject({ id, file_name: z.string() })),
  annotations: z.array(z.looseObject({ image_id: id, caption })),
});
/** What makes a JSON a COCO file of captions, before its details are checked. */
const looksLikeCoco = z.object({
  images: z.array(z.unknown()),
  annotations: z.tuple([z.looseObject({ caption: z.unknown(), image_id: z.unknown() })], z.unknown()),
});

/** What is wrong with a COCO file. */
export class WrongCaptions extends Error {}

/**
 * Calls `take` with each image and caption. Anything else in the JSON, null captions among it, is passed over.
 * @throws WrongCaptions where a COCO file is not as it should be
 */
export function readCaptionJson(content: unknown, take: TakeRaw): void {
  if (looksLikeCoco.safeParse(content).success) readCoco(content, take);
  else readNested(content, take, 0);
}

function readCoco(content: unknown, take: TakeRaw): void {
  const { success, data, error } = coco.safeParse(content);
  if (!success) {
    const issue = error.issues[0];
    throw new WrongCaptions(`${issue?.path.join('.') ?? 'something'} is wrong (${issue?.message ?? 'unknown'})`);
  }
  const names = new Map(data.images.map((image) => [image.id, image.file_name]));
  for (const { image_id: image, caption: text } of data.annotations) {
    const name = names.get(image);
    if (name !== undefined && typeof text === 'string') take(name, text);
  }
}

/** Lists of images with captions, pairs of both, and maps from images to captions, under whatever names. */
function readNested(content: unknown, take: TakeRaw, depth: number): void {
  if (depth > mostDepth) return;
  if (Array.isArray(content)) {
    for (const item of content as readonly unknown[]) {
      if (!Array.isArray(item)) readItem(item, take);
      else if (isNameOfImage(item[0])) for (const text of item.slice(1).flatMap(textsOf)) take(item[0], text);
    }
  } else if (isObject(content)) {
    for (const [name, value] of Object.entries(content)) {
      if (imageName.test(name) || (/\d/.test(name) && isTexts(value))) {
        for (const text of textsOf(value)) take(name, text);
      } else readNested(value, take, depth + 1);
    }
  }
}

const isNameOfImage = (value: unknown): value is string => typeof value === 'string' && imageName.test(value);

/** A text, or a list of nothing else: what maps from images without an ending have. */
const isTexts = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** One image with its captions: `{"image": .., "caption": ..}`. */
export function readItem(item: unknown, take: TakeRaw): void {
  if (!isObject(item)) return;
  const fields = new Map(Object.entries(item).map(([key, value]) => [plainKey(key), value]));
  const image =
    imageKeys.map((key) => nameIn(fields.get(key))).find((name) => name !== null) ??
    idKeys.map((key) => fields.get(key)).find(isNameOfImage);
  if (image === undefined || image === null) return;
  // Karpathy's lists of COCO have the folder apart.
  const folder = fields.get('filepath');
  const name = typeof folder === 'string' && !folder.endsWith(image) ? `${folder}/${image}` : image;
  for (const text of textsOf(item)) take(/^\w+:\/\//.test(name) ? name.replace(/[?#].*$/s, '') : name, text);
}

/** `file_name`, `fileName` and `File name` are one. */
const plainKey = (key: string): string => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** An image's name, or that of an image with its bytes: `{"path": .., "bytes": ..}`. */
function nameIn(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return null;
  return (
    ['path', 'file_name', 'filename', 'name'].map((key) => value[key]).find((name) => typeof name === 'string') ?? null
  );
}

/** A caption, a list of them, or an object with either, as `{"raw": ..}` and LLaVA's conversations have it. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (Array.isArray(one) ? [] : textsOf(one)));
  if (!isObject(value)) return [];
  if (typeof value['raw'] === 'string') return [value['raw']];
  if (Array.isArray(value['conversations'])) {
    const answer = value['conversations'].find((turn: unknown) => isObject(turn) && turn['from'] === 'gpt') as unknown;
    return isObject(answer) && typeof answer['value'] === 'string' ? [answer['value']] : [];
  }
  const fields = Object.entries(value)
    .map(([key, held]) => [plainKey(key), held] as const)
    .filter(([, held]) => held !== undefined && held !== null);
  const named = captionKeys.map((key) => fields.find(([name]) => name === key)).find((field) => field !== undefined);
  if (named !== undefined) return isObject(named[1]) ? heldIn(named[1]) : textsOf(named[1]);
  // `blip_caption`, `caption_en`, `caption1`.
  const others = fields.filter(([name, held]) => name.includes('caption') && isTexts(held));
  return others.length > 0 ? others.flatMap(([, held]) => textsOf(held)) : numbered(value);
}

/** Texts of an object that stands for a caption. */
const heldIn = (value: Readonly<Record<string, unknown>>): string[] =>
  typeof value['raw'] === 'string' ? [value['raw']] : numbered(value);

/** Texts by number or language: `{"0": ..}`, `{"en": .., "pt-BR": ..}`. */
const numbered = (value: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(value).every((key) => /^(?:\d+|[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$/.test(key))
    ? Object.values(value).filter((text) => typeof text === 'string')
    : [];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
