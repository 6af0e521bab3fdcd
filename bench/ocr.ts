// `npm run -s bench -- ocr [--pictures=<n>] [--photos=<folder>]`: quality and speed of reading text in photos.
// Pictures of each kind are drawn with a known text; the character error rate is the number of edits from the text
// read to the known text, divided by the length of the latter. Photos of a folder (the sample album) have no text:
// anything read in them is counted.
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openTextReader } from '../src/engine/ocr/text-reader.ts';
import { characterErrorRate, drawnText, textKinds } from '../test/support/drawn-text.ts';
import { median, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '10' },
    photos: { type: 'string', default: fileURLToPath(new URL('../resources/sample-album', import.meta.url)) },
    show: { type: 'boolean', default: false },
  },
});
const reader = await openTextReader(Math.max(1, cpus().length - 1));
const each = Number(values.pictures);

async function read(source: Buffer | string): Promise<{ lines: string[]; ms: number }> {
  const { data, info } = await sharp(source)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const started = performance.now();
  const lines = await reader.read({ width: info.width, height: info.height, pixels: data });
  return { lines: lines.map(({ text }) => text), ms: performance.now() - started };
}

const rows: string[][] = [];
for (const kind of textKinds) {
  let [errors, characters, found, all] = [0, 0, 0, 0];
  const times: number[] = [];
  for (let n = 0; n < each; n++) {
    const { lines, jpeg } = await drawnText(kind, n);
    const { lines: seen, ms } = await read(jpeg);
    const [written, text] = [lines.join(' '), seen.join(' ')];
    errors += characterErrorRate(text, written) * written.length;
    characters += written.length;
    const wordsSeen = new Set(text.toLowerCase().split(/\s+/));
    for (const word of written.toLowerCase().split(/\s+/)) {
      all++;
      if (wordsSeen.has(word)) found++;
    }
    if (values.show && kind !== 'sign' && text !== written) console.error(`${kind} ${n}\n  ${written}\n  ${text}`);
    times.push(ms);
  }
  rows.push([
    kind,
    String(each),
    `${((100 * errors) / characters).toFixed(1)} %`,
    `${((100 * found) / all).toFixed(1)} %`,
    String(Math.round(median(times))),
  ]);
}
printTable(['pictures', 'n', 'character error rate', 'words read', 'ms'], rows);

const photos = readdirSync(values.photos, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.jpe?g$/i.test(name),
);
let withText = 0;
const times: number[] = [];
for (const name of photos) {
  const { lines, ms } = await read(join(values.photos, name));
  if (lines.length > 0) withText++;
  if (values.show && lines.length > 0) console.error(name, lines);
  times.push(ms);
}
console.log(
  `${photos.length} photos of the sample album: text read in ${withText}; ${String(Math.round(median(times)))} ms a photo.`,
);
console.log(`Peak memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`);
await reader.dispose();
