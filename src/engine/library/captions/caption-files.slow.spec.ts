// Caption files of megabytes: reading time grows linearly with their size, and they are complete over many chunks.
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import type { CaptionEntry } from './caption-entry.ts';
import { eachCaption, readCaptionFile } from './caption-files.ts';

async function read(name: string, content: string): Promise<CaptionEntry[]> {
  const folder = await folderOf({ [name]: content });
  const entries: CaptionEntry[] = [];
  await eachCaption(folder, path.join(folder, name), (entry) => entries.push(entry));
  return entries;
}

// Each took minutes when its time grew with the square of its size.
const most = 3_000_000;
it.each([
  ['spaces', `${' '.repeat(most)}x`],
  ['words without a photo', 'word '.repeat(most / 5)],
  ['dots', 'a.'.repeat(most / 2)],
  ['names of photos', 'a.jpg'.repeat(most / 5)],
  ['spaces behind a number', `image|caption\na.jpg|1${' '.repeat(most)}|x`],
  ['numbers behind each other', `image|caption\na.jpg${'|1  '.repeat(most / 4)}`],
  ['tabs', `a.jpg#1\tx\nb.jpg#1${'\t'.repeat(most)}\u2028x`],
  ['number signs', `a.jpg#1\tx\n${'#'.repeat(most)}\tx`],
  ['an open quotation', `image,caption\na.jpg,"${'x'.repeat(most)}`],
  ['quotation marks', `image,caption\na.jpg,${'""'.repeat(most / 2)}`],
  ['columns', `image,caption\na.jpg,${'x,'.repeat(most / 2)}`],
  ['folders', `image,caption\n${'a/'.repeat(100_000)}a.jpg,x`],
])('ends with captions or a reason, given very many %s', async (_, content) => {
  const folder = await folderOf({ 'captions.txt': content });
  const file = path.join(folder, 'captions.txt');
  const read = await readCaptionFile(folder, file, ['a.jpg', 'b.jpg']).catch((error: unknown) => error);
  if (read instanceof Error) expect(read).toMatchObject({ code: 'unreadable' });
  else expect(read).toHaveProperty('entries');
});

it('reads a table over many chunks whole, whatever characters fall on their borders', async () => {
  const line = (i: number) => `${i}.jpg,Grüße aus Zürich ${i} 🌊\r\n`;
  const content = Array.from({ length: 80_000 }, (_, i) => line(i)).join('');
  const entries = await read('captions.csv', content);
  expect(entries).toHaveLength(80_000);
  expect(entries.every(({ image, caption }) => caption === `Grüße aus Zürich ${image.slice(0, -4)} 🌊`)).toBe(true);
  const tokens = content.replaceAll('.jpg,', '.jpg#0\t');
  expect(await read('x.token', tokens)).toEqual(entries);
});
