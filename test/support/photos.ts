// Folders of real photos for tests that need more than a few: the sample album's, and parts cut out of them.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sampleAlbum } from './resources.ts';
import sharp from 'sharp';

const originals = (): string[] =>
  readdirSync(sampleAlbum, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => join(sampleAlbum, name));

/**
 * Fills a folder with `count` different photos `photo-000.jpg`, ...: whole ones first, then parts of them.
 */
export async function fillWithPhotos(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const sources = originals();
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    const source = sources[i % sources.length];
    if (source === undefined) throw new Error('the sample album has no photos');
    const file = join(folder, `photo-${String(i).padStart(3, '0')}.jpg`);
    const round = Math.floor(i / sources.length);
    if (round === 0) copyFileSync(source, file);
    else await part(source, round, file);
    made.push(file);
  }
  return made;
}

/** A part of the photo that moves from corner to corner and gets smaller from round to round. */
async function part(source: string, round: number, file: string): Promise<void> {
  const { width, height } = await sharp(source).metadata();
  const share = 0.9 - 0.05 * Math.min(12, Math.floor(round / 4));
  const [w, h] = [Math.floor(width * share), Math.floor(height * share)];
  const corner = round % 4;
  const left = corner % 2 === 0 ? 0 : width - w;
  const top = corner < 2 ? 0 : height - h;
  await sharp(source).extract({ left, top, width: w, height: h }).resize(480).jpeg({ quality: 88 }).toFile(file);
}
