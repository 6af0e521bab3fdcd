// Texts that come to the window as the engine wrote them, in English, because the library keeps them or they name parts of the
// machine: steps of jobs, reasons why one of some duplicates is the best, results of checks. The window finds their values by
// their form.

/** Words in braces stand for values. */
export const jobSteps = [
  'Comparing photos of the same colours',
  'Comparing photos that look alike',
  'Copying photos',
  'Encoding captions',
  'Encoding photos',
  'Encoding tags',
  'Hashing',
  'Interrupted; it can go on from where it was',
  'Learning what a good match looks like',
  'Looking at photos',
  'Looking for photos in {folder}',
  'Looking for photos of the same colours',
  'Looking for photos that look alike',
  'Making the index',
  'Making thumbnails',
  'Measuring the index',
  'Packing codes',
  'Publishing photos',
  'Reading and encoding photos',
  'Reading captions of {folder}',
  'Reading text in photos',
  'Sketching',
  'Training, epoch {epoch} of {epochs}',
  'Waiting to go on',
  'Writing sidecars',
] as const;

export const duplicateReasons = [
  'as good as the others, and the earliest',
  'most pixels: {best}, the next has {next}',
  'the largest file: {best}, the next has {next}',
  'the one that still has the date the camera gave it',
  'the one the others were saved from',
  'the one whose bright parts are not lost',
  'the sharpest',
] as const;

export const checkTexts = [
  'Chosen',
  'Database',
  'Decoder',
  'Device {device}',
  'Encoder on {device}',
  'Hash model',
  'Library folder',
  'Machine',
  'not installed; training works without it',
  '{folder}, {size} GiB free',
  '{model}: {method}, {bits} bits, checksums match',
  '{processor}, {cores} cores, {size} GiB memory, {system}',
] as const;

const forms = [...jobSteps, ...duplicateReasons, ...checkTexts].map((text) => ({
  text,
  form: new RegExp(`^${text.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`),
}));

export interface KeptText {
  readonly text: (typeof jobSteps)[number] | (typeof duplicateReasons)[number] | (typeof checkTexts)[number];
  readonly values: Readonly<Record<string, string>>;
}

/** The text with places for its values, and the values; null for any other text. */
export function keptText(said: string): KeptText | null {
  for (const { text, form } of forms) {
    const match = form.exec(said);
    if (match !== null) return { text, values: match.groups ?? {} };
  }
  return null;
}
