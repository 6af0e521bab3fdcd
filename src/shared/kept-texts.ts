// Texts that come to the window as the engine or the main process wrote them, in English, because the library keeps them or they
// name parts of the machine: steps of jobs, reasons why one of some duplicates is the best, results of checks and self-tests,
// reasons for an end of the engine. The window finds their values by their form.

import { problemTexts } from './problem-texts.ts';

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
  'Measuring how search finds photos',
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
  'the one that larger copies were enlarged from',
  'the one that is not in a format for web pages',
  'the one the others were saved from',
  'the one whose bright parts are not lost',
  'the sharpest',
] as const;

/** The first form that fits is taken. */
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
  'not usable: {reason}',
  'sharp {sharp}, libvips {libvips}, {format} self-test passed',
  '{file}, schema {schema}, SQLite {sqlite}',
  '{folder}, {size} GiB free',
  '{image} ms a photo, {text} ms a text; {reason}',
  '{model}: {method}, {bits} bits, checksums match',
  '{name} ({id}): image {image}, text {text}, shared {shared}, on the device {device}',
  '{processor}, {cores} cores, {size} GiB memory, {system}',
  '{runtime}, losses as expected',
  '{runtime}, losses as expected, {ms} ms a step where the CPU takes {cpu}',
  '{runtime}: not usable: {reason}',
  '{version} is too old; Hashlens needs Node 24 or later.',
] as const;

/** Results of the self-test of a device. Messages of drivers and runtimes are values. */
export const selfTests = [
  'far too slow',
  'it failed at work: {error}',
  'it was not measured',
  'its driver ended the test ({how}): {output}',
  'its rows are not finite numbers',
  "its rows are off the CPU's: cosine {cosine} where {least} is needed",
  'its self-test sent a damaged answer',
  'loss {loss} in step {step} where {expected} was expected',
  'losses as expected',
  'parameters are not finite numbers',
  "rows agree with the CPU's (cosine {cosine})",
  'the reference',
  'this ONNX Runtime comes without {device} for {system}',
] as const;

/** The reason why the engine does not run. */
export const endReasons = [
  'It is being started again.',
  'Not started yet.',
  'The app is closing.',
  'it ended with exit code {number}',
  'it was ended by {signal}',
] as const;

export const keptTexts = [
  ...jobSteps,
  ...duplicateReasons,
  ...checkTexts,
  ...selfTests,
  ...endReasons,
  ...problemTexts,
] as const;

const forms = keptTexts.map((text) => {
  const literal = text.replace(/[.()?*+$^|[\]\\]/g, '\\$&');
  return { text, form: new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`, 's') };
});

export interface KeptText {
  readonly text: (typeof keptTexts)[number];
  readonly values: Readonly<Record<string, string>>;
}

/** The text with places for its values, and the values; null for any other text. */
export function keptText(message: string): KeptText | null {
  for (const { text, form } of forms) {
    const match = form.exec(message);
    if (match !== null) return { text, values: match.groups ?? {} };
  }
  return null;
}
