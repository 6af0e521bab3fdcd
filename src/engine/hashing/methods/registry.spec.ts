import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { trainOptions } from '../../../shared/contract/training.ts';
import { scheduleOf } from './schedule.ts';
import { findMethod, methods } from './registry.ts';

it('describes every method for a person, settings and all', () => {
  for (const { summary } of methods) {
    expect(summary.description.split('. ').length).toBe(2);
    expect(summary.source).toMatch(/\d{4}/);
    for (const setting of summary.settings) {
      expect(setting.title).not.toBe(setting.key);
      expect(setting.description).not.toBe('');
    }
    // A summary travels between processes as JSON.
    expect(parseJson(z.unknown(), JSON.stringify(summary))).toEqual(summary);
  }
});

it('tells the common options apart from the own, and the limits of each', () => {
  const { common, settings, hasEpochs } = findMethod('ucch').summary;
  expect(hasEpochs).toBe(true);
  expect(common).toEqual(['epochs', 'batch', 'hidden', 'negatives']);
  const named = Object.fromEntries(settings.map((setting) => [setting.key, setting]));
  expect(named['hidden']).toBeUndefined();
  expect(named['alpha']).toMatchObject({ type: 'number', default: 0.7, min: 0, max: 1 });
  expect(named['learningRate']).toMatchObject({ min: null, above: 0 });
  expect(named['warmup']).toMatchObject({ type: 'integer', min: 0, max: null });
  expect(named['losses']).toMatchObject({ type: 'choice', choices: ['both', 'contrastive', 'ranking'] });
  expect(findMethod('cvh').summary.common).toEqual([]);
});

it('names each setting that its publication names by a letter by that letter, too', () => {
  const greek = 'Alpha Beta Gamma Delta Eta Lambda Mu Rho Sigma Theta Xi Omega'.split(' ');
  const settings = methods.flatMap(({ summary }) => summary.settings);
  const named = settings.filter(({ title }) => greek.includes(title));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ symbol }) => !/^\p{Script=Greek}$/u.test(symbol ?? ''))).toEqual([]);
  const symbols = (id: string) =>
    Object.fromEntries(findMethod(id).summary.settings.flatMap(({ key, symbol }) => (symbol ? [[key, symbol]] : [])));
  expect(symbols('ucch')).toEqual({ alpha: 'α', temperature: 'τ', momentum: 'm' });
  expect(findMethod('ucch').summary.commonSymbols).toEqual({ negatives: 'K' });
  expect(symbols('ucmfh')).toEqual({ temperature: 'τ', hashWeight: 'λ₂' });
});

it('refuses a wrong value and an unknown setting by name', () => {
  const { resolve } = findMethod('ucch');
  expect(() => resolve({}, { alpha: 7 })).toThrow(/alpha of method ucch/);
  expect(() => resolve({}, { milestones: 'ten' })).toThrow(/milestones/);
  expect(() => resolve({}, { beta: 1 })).toThrow(/beta/);
  expect(resolve({}, { milestones: 10 }).values).toMatchObject({ milestones: '10' });
  expect(() => findMethod('none')).toThrow(/known are: two-tower/);
});

it('accepts each renamed setting of a stored training by its earlier key', () => {
  const { settings } = trainOptions.parse({ settings: { hubs: 0.5 } });
  expect(findMethod('two-tower').resolve({}, settings).values).toMatchObject({ hubnessCorrection: 0.5 });
});

it('decides nothing by the name of a method outside its own file', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const compared = new RegExp(`[!=]==? ['"\x60](${methods.map(({ id }) => id).join('|')})['"\x60]`);
  const isOther = (file: string) => /\.(ts|svelte)$/.test(file) && !/hashing\/methods\/|\.spec\.ts$/.test(file);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(isOther);
  expect(files.length).toBeGreaterThan(500);
  expect(files.filter((file) => compared.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

it('lowers the learning rate as the schedule says', () => {
  const settings = { milestones: '', decay: 0.1 };
  const rates = (schedule: 'constant' | 'cosine' | 'step', milestones = '') =>
    Array.from({ length: 10 }, (_, i) => scheduleOf({ ...settings, schedule, milestones }, 10)(i + 1));
  expect(new Set(rates('constant'))).toEqual(new Set([1]));
  const cosine = rates('cosine');
  expect(cosine[0]).toBe(1);
  expect(cosine[5]).toBeCloseTo(0.5, 10);
  expect(cosine[9]).toBeCloseTo(0.0245, 4);
  expect(rates('step').map((rate) => Math.log10(rate))).toEqual(
    [0, 0, 0, 0, 0, 0, -1, -1, -1, -2].map((n) => expect.closeTo(n, 10) as number),
  );
  expect(rates('step', '2').filter((rate) => rate === 1)).toHaveLength(2);
});
