// Zoom in the viewer, by wheel, double click, keys and buttons.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { photoWith, type ExifBlock } from '../support/metadata-photo.ts';
import { HashlensApp } from './app.ts';
import { numberAt } from '../../src/shared/at.ts';

const electron = inject('electron');

const inParis: ExifBlock = {
  ifd0: { 0x010f: { ascii: 'Canon' }, 0x0110: { ascii: 'Canon EOS 80D' } },
  exif: {
    0x829a: { rationals: [[1, 250]] },
    0x829d: { rationals: [[28, 10]] },
    0x8827: { short: 400 },
    0x9003: { ascii: '2019:07:14 16:20:00' },
    0x920a: { rationals: [[50, 1]] },
    0xa405: { short: 80 },
    0xa434: { ascii: 'EF-S 17-55mm f/2.8 IS USM' },
    0xa001: { short: 1 },
  },
  gps: {
    1: { ascii: 'N' },
    2: { rationals: [[48_858_370, 1_000_000]] },
    3: { ascii: 'E' },
    4: { rationals: [[2_294_480, 1_000_000]] },
  },
};

describe.skipIf(electron === null)('the viewer', () => {
  let app: HashlensApp;
  let parent: string;
  const percent = async (): Promise<number> =>
    Number(/(\d+) %/.exec(await app.page.getByRole('group', { name: 'Zoom' }).innerText())?.[1]);
  const shown = async (): Promise<{ x: number; y: number; width: number; height: number }> => {
    const box = await app.page.locator('dialog img:last-of-type').boundingBox();
    if (box === null) throw new Error('no photo');
    return box;
  };
  const open = async (name: string): Promise<void> => {
    await app.search(name);
    await app.tiles.first().click();
    await app.page.getByRole('group', { name: 'Zoom' }).waitFor();
    await app.page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('dialog img[src^="photo://full/"]');
      return image !== null && image.naturalWidth > 0;
    });
  };

  beforeAll(async () => {
    if (electron === null) return;
    parent = await mkdtemp(path.join(os.tmpdir(), 'hashlens-viewer-'));
    const folder = path.join(parent, 'photos');
    await mkdir(folder);
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#357', noise } })
      .jpeg()
      .toFile(path.join(folder, 'panorama of granite.jpg'));
    // Columns that are dark and light in turn: any smaller copy of them is grey.
    const columns = await sharp(Buffer.from(Array.from({ length: 512 * 8 }, (_, i) => (i % 2 === 0 ? 30 : 225))), {
      raw: { width: 512, height: 8, channels: 1 },
    })
      .png()
      .toBuffer();
    for (const [name, width, height] of [
      ['stripes of wheat', 20_000, 5_000],
      ['stripes of rye', 30_000, 2_000],
    ] as const) {
      await sharp({ create: { width, height, channels: 3, background: '#000' } })
        .composite([{ input: columns, tile: true }])
        .jpeg({ quality: 95 })
        .toFile(path.join(folder, `${name}.jpg`));
    }
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c63' } })
      .png()
      .toFile(path.join(folder, 'tiny stamp.png'));
    const tower = await readFile(path.join(root, 'resources/sample-album/places/eiffel-tower.jpg'));
    await writeFile(path.join(folder, 'tower by day.jpg'), await photoWith({ exif: inParis }, tower));
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    expect(await app.addFolder(folder)).toBe(5);
  });
  afterAll(async () => {
    await app.close();
    await rm(parent, { recursive: true, force: true });
  });

  it('zooms where the pointer is, by the wheel, and shows the whole photo again', async () => {
    await open('granite');
    const whole = await percent();
    const before = await shown();
    const at = { x: before.x + before.width / 4, y: before.y + before.height * 0.45 };
    await app.page.mouse.move(at.x, at.y);
    for (let turn = 0; turn < 5; turn++) await app.page.mouse.wheel(0, -120);
    await expect.poll(percent).toBeGreaterThan(2 * whole);
    const after = await shown();
    expect((at.x - after.x) / after.width).toBeCloseTo(0.25, 2);
    expect((at.y - after.y) / after.height).toBeCloseTo(0.45, 2);
    await app.screenshot('viewer-zoomed');
    for (let turn = 0; turn < 8; turn++) await app.page.mouse.wheel(0, 120);
    await expect.poll(percent).toBe(whole);
    await expect.poll(shown).toEqual(before);
  });

  it('shows a pixel on a pixel at a double click, moves by dragging, and goes back at the next', async () => {
    const before = await shown();
    const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
    await app.page.mouse.dblclick(x, y);
    await expect.poll(percent).toBe(100);
    const large = await shown();
    await app.page.mouse.move(x, y);
    await app.page.mouse.down();
    await app.page.mouse.move(x - 150, y - 70, { steps: 4 });
    await app.page.mouse.up();
    const moved = async (): Promise<number[]> => {
      const now = await shown();
      return [now.x - large.x, now.y - large.y];
    };
    await expect.poll(moved).toEqual([-150, -70]);
    await app.page.mouse.dblclick(x, y);
    await expect.poll(shown).toEqual(before);
  });

  it('zooms and moves by keys, and the arrow keys alone still go to the other photos', async () => {
    const whole = await percent();
    await app.page.keyboard.press('+');
    await app.page.keyboard.press('z');
    await expect.poll(percent).toBe(whole);
    await app.page.keyboard.press('z');
    await expect.poll(percent).toBe(100);
    const large = await shown();
    await app.page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await shown()).x).toBeLessThan(large.x);
    await app.page.keyboard.press('Escape');
  });

  it('zooms by a pinch of two fingers, and of a touchpad', async () => {
    await open('granite');
    const whole = await percent();
    const { x, y, width, height } = await shown();
    const at = { x: x + width / 2, y: y + height / 2 };
    const session = await app.page.context().newCDPSession(app.page);
    await session.send('Input.synthesizePinchGesture', { ...at, scaleFactor: 2, gestureSourceType: 'touch' });
    await session.detach();
    await expect.poll(percent).toBeGreaterThan(1.4 * whole);
    const pinched = await percent();
    // A touchpad's pinch arrives as the wheel with Ctrl.
    await app.page.mouse.move(at.x, at.y);
    await app.page.keyboard.down('Control');
    await app.page.mouse.wheel(0, -60);
    await app.page.keyboard.up('Control');
    await expect.poll(percent).toBeGreaterThan(1.4 * pinched);
    expect(await app.page.evaluate(() => [devicePixelRatio, visualViewport?.scale])).toEqual([1, 1]);
    await app.page.keyboard.press('Escape');
  });

  it('shows a small photo at most at twice its size', async () => {
    await open('stamp');
    await expect.poll(shown).toMatchObject({ width: 120, height: 80 });
    await app.screenshot('viewer-small');
    await app.page.keyboard.press('Escape');
  });

  it('shows exposure and place of a photo, on a map without a network, and its hash code', async () => {
    await open('tower');
    const facts = app.page.getByRole('complementary', { name: 'Information' });
    for (const text of ['1/250 s, f/2.8, ISO 400', '50 mm (80 mm on 35 mm film)', 'EF-S 17-55mm f/2.8 IS USM', 'sRGB'])
      await facts.getByText(text, { exact: true }).waitFor();
    await facts.getByText(/Each of the \d+ places is one bit/).waitFor();
    const map = facts.getByRole('button', { name: /Map: the photo was taken at 48\.85837/ });
    await map.locator('path.land').first().waitFor({ state: 'attached' });
    for (const scheme of ['light', 'dark'] as const) {
      await app.scheme(scheme);
      await map.scrollIntoViewIfNeeded();
      expect(await app.violations()).toEqual([]);
      await app.screenshot(`viewer-facts-${scheme}`);
    }
    await app.scheme('light');
    await map.click();
    await facts.getByText(/Each of the \d+ places is one bit/).scrollIntoViewIfNeeded();
    await app.screenshot('viewer-facts-world');
    await app.resize(400, 700);
    await map.scrollIntoViewIfNeeded();
    await app.screenshot('viewer-facts-narrow');
    await app.resize(1280, 800);
    await app.page.keyboard.press('Escape');
  });

  it('shows the photos before and after at its foot, and goes to the one that is clicked', async () => {
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
    await app.tile(0).click();
    await app.viewer.waitFor();
    await app.page.keyboard.press('b');
    const strip = app.page.getByRole('list', { name: 'Photos before and after' });
    const photos = strip.getByRole('button');
    await photos.first().waitFor();
    expect(await strip.locator('[aria-current="true"]').count()).toBe(1);
    await strip.locator('img').nth(1).waitFor();
    expect(await app.violations()).toEqual([]);
    await app.screenshot('viewer-strip');
    const other = strip.locator('[aria-current="false"]').first();
    const name = await other.getAttribute('aria-label');
    await other.click();
    await expect.poll(() => strip.locator('[aria-current="true"]').getAttribute('aria-label')).toBe(name);
    await app.page.keyboard.press('b');
    await strip.waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
  });

  it('starts and stops a slide show at Space, and fills the screen at Enter, once a photo is opened', async () => {
    const button = (name: string) => app.viewer.getByRole('button', { name, exact: true });
    await app.tile(0).click();
    const first = await app.viewer.getAttribute('aria-label');
    await app.page.keyboard.press('Space');
    await button('Stop the slide show').waitFor();
    await expect.poll(() => app.viewer.getAttribute('aria-label')).not.toBe(first);
    await app.page.keyboard.press('Space');
    await button('Slide show').waitFor();
    await app.page.keyboard.press('Enter');
    const facts = app.page.getByRole('complementary', { name: 'Information' });
    await facts.waitFor({ state: 'detached' });
    await app.page.keyboard.press('Escape');
    await facts.waitFor();
    await app.page.keyboard.press('Escape');
    await app.viewer.waitFor({ state: 'detached' });
  });

  it('keeps photo and Close in a narrow window, with the facts and without', async () => {
    await app.resize(400, 700);
    const wide = await app.page.evaluate(() => innerWidth);
    expect(wide).toBeLessThanOrEqual(430);
    await open('granite');
    for (const name of ['viewer-narrow', 'viewer-narrow-photo'] as const) {
      await expect.poll(shown).toMatchObject({ x: 20, width: wide - 40 });
      const close = await app.page.getByRole('button', { name: 'Close' }).boundingBox();
      expect(close === null ? null : close.x >= 0 && close.y >= 0 && close.x + close.width <= wide).toBe(true);
      await app.screenshot(name);
      await app.page.keyboard.press('i');
    }
    await app.page.getByRole('button', { name: 'Close' }).click();
    await app.page.getByRole('group', { name: 'Zoom' }).waitFor({ state: 'detached' });
    await app.resize(1280, 800);
  });

  /** The mean difference between neighbouring pixels of a row in the middle of the stage. */
  const contrast = async (): Promise<number> => {
    const clip = { x: 300, y: 380, width: 400, height: 1 };
    const { data } = await sharp(await app.page.screenshot({ clip }))
      .greyscale()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const steps = Array.from({ length: 399 }, (_, i) => Math.abs(numberAt(data, i + 1) - numberAt(data, i)));
    return steps.reduce((sum, step) => sum + step, 0) / steps.length;
  };

  /** Presses a key until it no longer moves the photo. */
  const pressToTheEnd = async (key: string): Promise<void> => {
    const left = async () => (await app.page.locator('dialog img[src^="photo://full/"]').first().boundingBox())?.x;
    for (let before = NaN, now = await left(); now !== undefined && now !== before; now = await left()) {
      before = now;
      for (let press = 0; press < 20; press++) await app.page.keyboard.press(key);
    }
  };

  for (const [name, of] of [
    ['wheat', 'a photo of 100 megapixels, in tiles'],
    ['rye', 'a photo of 30,000 pixels on its long side'],
  ] as const) {
    it(`shows the pixels of ${of} at full size, in the middle and at both ends`, async () => {
      await open(name);
      await app.page.locator(`dialog img[src^="photo://full/"]:not(.waiting)`).waitFor({ timeout: 60_000 });
      await expect.poll(contrast).toBeLessThan(40);
      await app.page.keyboard.press('z');
      await expect.poll(percent).toBe(100);
      for (const key of [null, 'Shift+ArrowLeft', 'Shift+ArrowRight']) {
        if (key !== null) await pressToTheEnd(key);
        await expect.poll(contrast, { timeout: 60_000 }).toBeGreaterThan(120);
      }
      // No more tiles are in the document than the window shows.
      expect(await app.page.locator('dialog img.tile').count()).toBeLessThanOrEqual(name === 'wheat' ? 6 : 0);
      await app.screenshot(`viewer-huge-${name}`);
      await app.page.keyboard.press('Escape');
    });
  }
});
