// Learning in simple terms: one button, the gain, and the way back.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('learning from captions', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('says before what it learns from, and afterwards what it brought and whether search uses it', async () => {
    await app.goTo('Training');
    const card = app.page.getByRole('region', { name: 'Learn from my captions' });
    await card.getByText(/It learns from \d+ pairs of a photo and its words/).waitFor();
    await app.screenshot('learning-before');
    await card.getByRole('button', { name: 'Learn now' }).click();
    const result = card.getByText(
      /Among all \d+ photos of the library, the right one, if nobody described it, is in the first ten/,
    );
    await result.waitFor({ timeout: 240_000 });
    expect(await result.textContent()).toMatch(/\d+ times in 100 \(\d+ to \d+\); before \d+/);
    await card.getByText(/Search (uses what it has learned|does not use it)/).waitFor();
    await app.page.locator('[data-job="index"]').waitFor({ state: 'detached' });
    await app.screenshot('learning-after');
  });

  it('shows own searches with the old and the new model, and keeps the chosen one', async () => {
    await app.search('a dog on a beach');
    await app.page.keyboard.press('Escape');
    await app.goTo('Training');
    const card = app.page.getByRole('region', { name: 'Learn from my captions' });
    await card.getByRole('button', { name: 'Compare in your own searches…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Your searches with the old and the new model' });
    await dialog.getByText(/The first photos differ in \d of 5 searches/).waitFor({ timeout: 60_000 });
    const [search] = await dialog.getByRole('region').all();
    expect(await search?.getByRole('heading').textContent()).toMatch(/^a dog on a beach\s+your search$/);
    expect(
      await search
        ?.getByRole('list', { name: /^Old model/ })
        .getByRole('listitem')
        .count(),
    ).toBe(8);
    expect(
      await search
        ?.getByRole('list', { name: /^New model/ })
        .getByRole('listitem')
        .count(),
    ).toBe(8);
    await dialog.getByRole('searchbox').fill('boats');
    await dialog.getByRole('button', { name: 'Search with both' }).click();
    await dialog.getByRole('region', { name: 'boats' }).waitFor();
    const pictures = dialog.locator('img');
    await expect
      .poll(() => pictures.evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length))
      .toBeGreaterThan(8);
    for (const scheme of ['dark', 'light'] as const) {
      await app.scheme(scheme);
      expect(await app.violations()).toEqual([]);
      await app.screenshot(`compare-models-${scheme}`);
    }
    await app.resize(400, 800);
    await app.screenshot('compare-models-narrow');
    expect(await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await app.resize(1280, 800);
    await dialog.getByRole('button', { name: 'Keep old' }).click();
    await app.toast('Search uses the old model.');
    await card.getByText(/Search does not use it/).waitFor();
    await card.getByRole('button', { name: 'Compare in your own searches…' }).click();
    await dialog.getByRole('button', { name: 'Keep new' }).click();
    await app.toast('Search uses the new model.');
    await card.getByText('Search uses what it has learned.').waitFor();
  });

  it('compares trainings: named, drawn in one chart, and saved for other programs', async () => {
    const runs = app.page.getByRole('region', { name: 'Compare trainings' });
    await runs.getByRole('button', { name: /^Name and note of two-tower/ }).click();
    const dialog = app.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('First');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await runs.getByRole('checkbox', { name: 'Draw First' }).check();
    await runs.getByRole('img', { name: 'Mean mAP of 1 training by epoch, over both directions' }).waitFor();
    await app.screenshot('compare-trainings');
    const folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-runs-'));
    const save = async (button: string, name: string): Promise<Buffer> => {
      await app.electron.evaluate(
        ({ dialog }, filePath) => (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })),
        path.join(folder, name),
      );
      await runs.getByRole('button', { name: button }).click();
      await app.toast(`${name} was saved.`);
      return readFile(path.join(folder, name));
    };
    expect((await save('Save as CSV…', 'runs.csv')).toString()).toMatch(/^id,name,[^]*\r\ntwo-tower-\S+?,First,/);
    const records = z.array(z.object({ measures: z.array(z.unknown()) }));
    const [record] = parseJson(records, (await save('Save as JSON…', 'runs.json')).toString());
    expect(record?.measures.length).toBeGreaterThan(1);
    const chart = sharp(await save('Save chart…', 'runs.png'));
    const { width, height } = await chart.metadata();
    expect(width).toBeGreaterThan(400);
    // The chart's subject is above it, and the name of its only line below.
    const drawn = async (top: number) => {
      const { channels } = await chart.clone().extract({ left: 12, top, width: 200, height: 20 }).stats();
      return channels.some(({ min, max }) => max - min > 50);
    };
    expect([await drawn(12), await drawn(height - 32)]).toEqual([true, true]);
    await rm(folder, { recursive: true });
  });

  it('exports a model into a folder that is chosen, and imports it again', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-model-'));
    const target = path.join(folder, 'mine');
    await app.electron.evaluate(
      ({ dialog }, filePath) => (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })),
      target,
    );
    await app.page.getByRole('button', { name: /^Export two-tower-/ }).click();
    await app.toast(/^two-tower-\S+ is in mine now\.$/);
    await app.chooseInDialog(target);
    await app.page.getByRole('button', { name: 'Import a model…' }).click();
    await app.toast(/^two-tower-\S+-2 was added/);
    await app.page.getByRole('button', { name: /^Remove two-tower-\S+-2$/ }).waitFor();
    expect(await app.violations()).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
