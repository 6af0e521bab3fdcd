// Makes the pictures of docs/images from the screenshots that the end-to-end tests have left in test-results.
import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { root } from './electron.ts';

/** Picture of the docs, and the screenshot it is made from; none shows a path of the machine. */
const pictures = {
  'first-start': 'first-start',
  timeline: 'recent-photos',
  selection: 'selection',
  describe: 'describe',
  search: 'found-by-words',
  captions: 'described-by-captions',
  completion: 'completing-a-tag',
  training: 'trained',
  learning: 'learning-after',
  dark: 'small-and-dark',
} as const;

for (const [picture, screenshot] of Object.entries(pictures)) {
  const from = path.join(root, 'test-results', `${screenshot}.png`);
  if (!existsSync(from)) throw new Error(`There is no ${from}; npm run test:e2e makes it.`);
  await sharp(from)
    .webp({ quality: 78, effort: 6 })
    .toFile(path.join(root, 'docs/images', `${picture}.webp`));
}
