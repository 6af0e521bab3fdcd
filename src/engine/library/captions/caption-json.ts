// Captions in JSON, in the forms of COCO, Karpathy, BLIP, LLaVA and scripts: lists and maps of images with their captions.
import * as z from 'zod';
import type { TakeRaw } from './caption-entry.ts';

const id = z.union([z.number(), z.string()]);
const caption = z.string().nullish();
/** Names under which an image is named. */
const imageKeys = [
  'image',
  'file_name',
  'filename',
  'image_path',
  'image_name',
  'img',
  'img_path',
  'file',
  'path',
  'photo',
  'name',
];
/** Names of captions, alone or in a list; the first that is there counts. */
const captionKeys = ['caption', 'captions', 'text', 'sentences', 'description', 'descriptions', 'prompt', 'comment'];

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
  else if (Array.isArray(content)) for (const item of content as readonly unknown[]) readItem(item, take);
  else if (isObject(content)) readObject(content, take);
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

/** A list under one of these names, or a map from images to their captions. */
function readObject(content: Readonly<Record<string, unknown>>, take: TakeRaw): void {
  const list = ['images', 'annotations', 'data', 'items', 'captions'].map((key) => content[key]).find(Array.isArray);
  if (list !== undefined) {
    for (const item of list as readonly unknown[]) readItem(item, take);
    return;
  }
  for (const [name, value] of Object.entries(content)) {
    // Maps of what is no image have no names of files.
    if (/\.[a-z0-9]{3,5}$/i.test(name)) for (const text of textsOf(value)) take(name, text);
  }
}

/** One image with its captions: `{"image": .., "caption": ..}`. */
export function readItem(item: unknown, take: TakeRaw): void {
  if (!isObject(item)) return;
  const image = imageKeys.map((key) => item[key]).find((value) => typeof value === 'string');
  if (typeof image !== 'string') return;
  // Karpathy's lists of COCO have the folder apart.
  const folder = item['filepath'];
  const name = typeof folder === 'string' && !folder.endsWith(image) ? `${folder}/${image}` : image;
  for (const text of textsOf(item)) take(name, text);
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
  const key = captionKeys.find((name) => value[name] !== undefined && value[name] !== null);
  const held = key === undefined ? null : value[key];
  return isObject(held) ? (typeof held['raw'] === 'string' ? [held['raw']] : []) : textsOf(held);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
