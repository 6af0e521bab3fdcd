// A person's first session with the packaged application: the sample album, words, training.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { rendererSeccompModes, userNamespaces } from './sandbox.ts';
import { executableName } from '../../scripts/package/electron-builder.ts';
import { PackagedApp } from './packaged-app.ts';

const executable = path.join(inject('unpacked'), executableName);

describe('the packaged application', () => {
  let app: PackagedApp;

  beforeAll(async () => {
    app = await PackagedApp.start({ executable, display: inject('packageDisplay') });
  });
  afterAll(() => app.close());

  it('indexes the sample album and shows its photos', async () => {
    expect(await app.addSampleAlbum()).toBeGreaterThanOrEqual(30);
    await app.answered('Photos');
    await app.loadedThumbnails(8);
  });

  it('finds photos by words', async () => {
    await app.search('a cat');
    expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. .*(cat|kitten)/i);
  });

  it('trains and draws a point for each epoch', async () => {
    await app.goTo('Training');
    await app.page.getByRole('spinbutton', { name: 'Epochs' }).fill('3');
    await app.page.getByRole('button', { name: 'Start training' }).click();
    await app.page.locator('[data-points="3"]').waitFor({ timeout: 150_000 });
    await app.page.getByText(/best: epoch [123] of 3/).waitFor();
    expect(await app.page.getByRole('row', { name: /^two-tower-128-/ }).count()).toBe(1);
    await app.screenshot('packaged-training');
  });

  it('runs the engine with the Node and from the folder of the package', async () => {
    const command = await app.engineCommand();
    expect(command.startsWith(path.join(inject('unpacked'), 'resources/engine/node_modules/node/bin/node'))).toBe(true);
  });
});

const unprivileged = process.getuid?.() === 0 ? 65534 : undefined;

describe.skipIf(unprivileged === undefined || !userNamespaces())(
  'the packaged application with Chromium’s sandbox',
  () => {
    let app: PackagedApp;

    beforeAll(async () => {
      if (unprivileged === undefined) return;
      app = await PackagedApp.start({ executable, display: inject('packageDisplay'), user: unprivileged });
    });
    afterAll(() => app.close());

    it('opens its window for a person without rights, and its page runs in a sandbox of its own', async () => {
      await app.page.getByRole('button', { name: 'Add a folder…' }).waitFor();
      const seccomp = rendererSeccompModes(app.pid);
      expect(seccomp).toContain('2');
    });
  },
);
