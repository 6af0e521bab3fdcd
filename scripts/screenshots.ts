// Makes the pictures of docs/images, or those that are named, from the screenshots that the end-to-end tests have left in
// test-results.
import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { root } from './electron.ts';

/** Picture of the docs, and the screenshot it is made from; none shows a path of the machine. */
const pictures = {
  'first-start': 'first-start',
  timeline: 'recent-photos',
  days: 'days',
  selection: 'selection',
  teach: 'teach-a-word',
  describe: 'describe',
  words: 'words',
  search: 'found-by-words',
  captions: 'described-by-captions',
  completion: 'completing-a-tag',
  viewer: 'viewer-facts-light',
  missing: 'missing',
  library: 'library-with-failures',
  duplicates: 'duplicates-of-copies',
  sidebar: 'sidebar',
  filters: 'filter-form',
  training: 'trained',
  learning: 'learning-after',
  compare: 'compare-models-light',
  shared: 'shared-light',
  settings: 'settings',
  dark: 'small-and-dark',
} as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in pictures));
if (unknown.length > 0) throw new Error(`There is no picture ${unknown.join(', ')}.`);

for (const [picture, screenshot] of Object.entries(pictures)) {
  if (wanted.length > 0 && !wanted.includes(picture)) continue;
  const from = path.join(root, 'test-results', `${screenshot}.png`);
  if (!existsSync(from)) throw new Error(`There is no ${from}; npm run test:e2e makes it.`);
  const { width, height } = await sharp(from).metadata();
  // Below, the settings name the version of this machine's Electron.
  const shown = picture === 'settings' ? 750 : height;
  await sharp(from)
    .extract({ left: 0, top: 0, width, height: shown })
    .webp({ quality: 78, effort: 6 })
    .toFile(path.join(root, 'docs/images', `${picture}.webp`));
}
