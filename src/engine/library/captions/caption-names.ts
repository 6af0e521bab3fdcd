// Recognises files with captions of many photos by their names.

const forms: readonly RegExp[] = [
  /^captions?\.(?:txt|csv|tsv|json|jsonl|ndjson)$/,
  /^captions[-_. ].*\.(?:csv|tsv|json|jsonl|ndjson)$/,
  /captions.*\.(?:json|jsonl|ndjson)$/,
  /[-_. ]captions\.(?:txt|csv|tsv)$/,
  /^(?:annotations|descriptions)\.(?:csv|tsv|json|jsonl|ndjson)$/,
  // Flickr8k and Flickr30k.
  /\.token(?:\.txt)?$/,
  /^results.*\.csv$/,
  // The splits of Karpathy, and BLIP's lists of them.
  /^dataset(?:_(?:coco|flickr8k|flickr30k).*)?\.json$/,
  /karpathy.*\.json$/,
  /^(?:coco|flickr8k|flickr30k)_(?:train|val|test).*\.json$/,
  // sd-scripts writes this before a training.
  /^meta_(?:cap|cap_dd|clean|lat)\.json$/,
  // Image folders of Hugging Face.
  /^metadata\.(?:csv|jsonl)$/,
];

/** `captions.txt`, `captions.csv`, `Flickr8k.token.txt`, `results.csv`, `captions_train2017.json`, `metadata.jsonl`, ... */
export function isCaptionFileName(name: string): boolean {
  const lower = name.toLowerCase();
  return forms.some((form) => form.test(lower));
}

/** Whether the name shows for certain that the file has captions. Such a file without captions gets a message. */
export const isNamedCaptions = (name: string): boolean => /^captions|\.token(?:\.txt)?$/i.test(name);

/** Whether the file has another one's captions with every word in its dictionary form, and the other exists. */
export function isLemmaFile(name: string, names: readonly string[]): boolean {
  const original = name.replace(/[._-]lemma(?:s|tized)?(?=[._-])|^lemma(?:s|tized)?[._-]/i, '');
  return original !== name && names.some((other) => other.toLowerCase() === original.toLowerCase());
}
