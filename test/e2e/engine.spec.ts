// The app reports the death of its engine process, starts it again and continues.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('an engine that is killed', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.addSampleAlbum();
  });
  afterAll(() => app.close());

  it('is started again by itself, and answers as before', async () => {
    const states = await app.recordHealth();
    const before = await app.enginePid();
    process.kill(before, 'SIGKILL');
    await app.page.waitForFunction((seen) => seen.includes('restarting') && seen.includes('running'), states);
    expect(await app.enginePid()).not.toBe(before);
    await app.search('a kitten');
    await app.loadedThumbnails(4);
  });

  it('is given up when it dies again soon, until the person starts it', async () => {
    process.kill(await app.enginePid(), 'SIGKILL');
    const again = app.page.getByRole('button', { name: 'Start again' });
    await again.waitFor();
    await app.screenshot('engine-stopped');
    // Photos requested meanwhile fail; they must appear once the engine is back.
    await app.page.locator('[data-photo] canvas').evaluateAll((images) =>
      images.forEach((image) => {
        image.setAttribute('data-lost', '');
        image.dispatchEvent(new Event('error'));
      }),
    );
    expect(await app.page.locator('[data-lost]').count()).toBe(0);
    await again.click();
    await again.waitFor({ state: 'detached' });
    await app.loadedThumbnails(4);
    await app.search('the sea');
    await app.loadedThumbnails(4);
  });

  it('ends with the window', async () => {
    const pid = await app.enginePid();
    await app.electron.close();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});
