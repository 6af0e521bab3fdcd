// The packaged application on a library that an earlier version wrote.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { executableName } from '../../scripts/package/electron-builder.ts';
import { earlierLibrary, earlierModel } from '../support/earlier-library.ts';
import { PackagedApp } from './packaged-app.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'hashlens-earlier-'));
let app: PackagedApp;

beforeAll(async () => {
  const { library } = earlierLibrary(folder);
  const executable = path.join(inject('unpacked'), executableName);
  app = await PackagedApp.start({ executable, display: inject('packageDisplay'), library });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

it('shows its photos, with thumbnails made again, and finds them', async () => {
  await app.answered('Photos');
  await app.search('a cat');
  expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. .*(cat|kitten)/i);
  await app.loadedThumbnails(3);
});

it('lists its models, and the one in use', async () => {
  await app.goTo('Training');
  const row = app.page.getByRole('row', { name: new RegExp(`^${earlierModel}`) });
  await row.waitFor();
  expect(await row.textContent()).toContain('In use');
});
