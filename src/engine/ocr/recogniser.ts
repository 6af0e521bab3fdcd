// Reads lines of text: PaddleOCR's PP-OCRv4 mobile recogniser (SVTR-LCNet, CTC) and the classifier of upside-down
// lines.
import { float32At, itemAt, uint8At } from '../../shared/at.ts';
import type { OcrNetwork } from './ocr-network.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';
import { cutOut, upsideDown, type Rectangle } from './rectangle.ts';

export interface TextLine {
  readonly text: string;
  /** Mean chance of its characters. */
  readonly confidence: number;
}

/** Height of the input of both networks, and the smallest width of the recogniser's training. */
const lineHeight = 48;
const leastWidth = 320;
const mostWidth = 3200;
const classifierWidth = 192;
/** A line this much taller than wide runs upwards or downwards. */
const upright = 1.5;
/** Chance from which a line counts as upside down. */
const surelyTurned = 0.9;
const batchSize = 6;

export interface Recogniser {
  readonly classifier: OcrNetwork;
  readonly recogniser: OcrNetwork;
  /** Characters by the network's number; the first is the blank. */
  readonly alphabet: readonly string[];
}

/** @returns a line for each rectangle, in their order; empty texts for unreadable ones */
export async function readLines(
  networks: Recogniser,
  picture: RgbPixels,
  rectangles: readonly Rectangle[],
): Promise<TextLine[]> {
  const lines: { place: number; cut: RgbPixels }[] = [];
  for (const [place, rectangle] of rectangles.entries()) {
    lines.push({ place, cut: await uprightLine(networks.classifier, picture, rectangle) });
  }
  // Lines of similar widths together, because a batch is as wide as its widest line.
  lines.sort((a, b) => a.cut.width - b.cut.width);
  const texts: TextLine[] = rectangles.map(() => ({ text: '', confidence: 0 }));
  for (let at = 0; at < lines.length; at += batchSize) {
    const batch = lines.slice(at, at + batchSize);
    const width = Math.max(leastWidth, ...batch.map(({ cut }) => cut.width));
    const input = new Float32Array(batch.length * 3 * lineHeight * width);
    batch.forEach(({ cut }, i) => fill(input, i, cut, width));
    const chances = await networks.recogniser.run(input, [batch.length, 3, lineHeight, width]);
    const steps = chances.length / (batch.length * networks.alphabet.length);
    batch.forEach(({ place }, i) => {
      const own = chances.subarray(i * steps * networks.alphabet.length, (i + 1) * steps * networks.alphabet.length);
      texts[place] = decode(own, networks.alphabet);
    });
  }
  return texts;
}

/** A line of text, cropped at the recogniser's height and upright. */
async function uprightLine(classifier: OcrNetwork, picture: RgbPixels, rectangle: Rectangle): Promise<RgbPixels> {
  const turned = rectangle.height >= rectangle.width * upright;
  const ratio = turned ? rectangle.height / rectangle.width : rectangle.width / rectangle.height;
  const width = Math.min(mostWidth, Math.max(8, Math.round(lineHeight * ratio)));
  const cut = cutOut(picture, rectangle, width, lineHeight, turned);
  const small = width <= classifierWidth ? cut : cutOut(picture, rectangle, classifierWidth, lineHeight, turned);
  const input = new Float32Array(3 * lineHeight * classifierWidth);
  fill(input, 0, small, classifierWidth);
  const chances = await classifier.run(input, [1, 3, lineHeight, classifierWidth]);
  return float32At(chances, 1) > surelyTurned ? upsideDown(cut) : cut;
}

/** Writes a line into a batch `[lines, 3, 48, width]` as numbers from -1 to 1, blue first; zeros after its end. */
function fill(input: Float32Array, line: number, cut: RgbPixels, width: number): void {
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < lineHeight; y++) {
      const row = ((line * 3 + plane) * lineHeight + y) * width;
      for (let x = 0; x < cut.width; x++) {
        input[row + x] = uint8At(cut.pixels, (y * cut.width + x) * 3 + 2 - plane) / 127.5 - 1;
      }
    }
  }
}

/**
 * Chance from which a space counts between two characters. Between words of Latin letters the network is unsure and
 * gives the blank instead.
 */
const spaceThreshold = 0.05;

/**
 * Decodes the likeliest character of each step (CTC): repeats are merged; the first of the alphabet is the blank,
 * the last a space.
 */
function decode(chances: Float32Array, alphabet: readonly string[]): TextLine {
  const width = alphabet.length;
  let text = '';
  let [sum, count, before, space] = [0, 0, 0, 0];
  for (let start = 0; start < chances.length; start += width) {
    let best = 0;
    for (let i = 1; i < width; i++) {
      if (float32At(chances, start + i) > float32At(chances, start + best)) best = i;
    }
    space = Math.max(space, float32At(chances, start + width - 1));
    if (best !== 0 && best !== before && best !== width - 1) {
      if (space >= spaceThreshold && text !== '') text += ' ';
      space = 0;
      text += itemAt(alphabet, best);
      sum += float32At(chances, start + best);
      count++;
    }
    before = best;
  }
  return { text, confidence: count === 0 ? 0 : sum / count };
}
