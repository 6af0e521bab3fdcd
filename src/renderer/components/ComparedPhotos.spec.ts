import { describe, expect, it } from 'vitest';
import { model, rankedHit } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import type { RankChange } from '../../shared/rank-changes.ts';
import ComparedPhotos from './ComparedPhotos.svelte';

/** A list of a comparison that shows eight photos, with its marks. */
async function listOf(list: readonly RankChange[], more: { readonly isBefore?: boolean; readonly details?: boolean }) {
  const shown = await show(
    ComparedPhotos,
    { label: 'New model', other: 'old', list, details: false, ...more },
    { 'search.compare': [], 'search.examples': [] },
  );
  await shown.app.comparison.open({ before: model('old'), after: model('new'), decides: true });
  return screen.queryAllByRole('listitem');
}
const marks = (items: readonly HTMLElement[]) => items.map((item) => item.querySelector('.mark')?.textContent ?? '');
const four: readonly RankChange[] = [
  { hit: rankedHit(1), other: 1 },
  { hit: rankedHit(2), other: 5 },
  { hit: rankedHit(3), other: 2 },
  { hit: rankedHit(4), other: null },
];

describe('ComparedPhotos', () => {
  it('marks what is new and what moved up or down against the other model', async () => {
    expect(marks(await listOf(four, {}))).toEqual(['', '↑ 3', '↓ 1', 'new']);
  });

  it('marks only what is gone in the list of the earlier model, where the other shows it too far down', async () => {
    const list = [...four, { hit: rankedHit(5), other: 9 }];
    expect(marks(await listOf(list, { isBefore: true }))).toEqual(['', '', '', 'gone', 'gone']);
  });

  it('explains rank and chance of each photo in words', async () => {
    const [first, , , last] = await listOf(four, {});
    expect(first?.title).toBe('Photo number 1\nNumber 1; number 1 with: old\nChance: 80%');
    expect(last?.title).toBe('Photo number 4\nNumber 4; not among the first 100 with: old\nChance: 80%');
  });

  it('shows the numbers below the photos where details are wanted', async () => {
    const [, second, , last] = await listOf(four, { details: true });
    expect([second, last].map((item) => (item === undefined ? '' : textOf(item)))).toEqual([
      expect.stringContaining('2 · 80% · there 5'),
      expect.stringContaining('4 · 80% · not there'),
    ]);
  });

  it('says that the words of a photo are the reason, instead of a chance that nobody measured', async () => {
    const hit = rankedHit(1, { probability: 0.95, reasons: [{ code: 'caption', words: ['dog'] }] });
    const [item] = await listOf([{ hit, other: 1 }], { details: true });
    expect(item?.title).toBe('Photo number 1\nNumber 1; number 1 with: old\nyour own words');
    expect(item === undefined ? '' : textOf(item)).toContain('1 · your own words · there 1');
  });

  it('says so where nothing was found', async () => {
    expect(await listOf([], {})).toEqual([]);
    expect(textOf(screen.getByRole('figure'))).toBe('New model Nothing found.');
  });
});
