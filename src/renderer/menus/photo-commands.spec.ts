// Commands for photos, by menu and by key.
import { describe, expect, it } from 'vitest';
import { found, hit, photoId, queryAnswer } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import type { MenuItem } from './menu.ts';
import { photoMenu, runByKey, type PhotoTarget } from './photo-commands.ts';

const target = (more: Partial<PhotoTarget> = {}): PhotoTarget => ({
  photoIds: [photoId(1)],
  path: '/photos/Italy/1.jpg',
  open: () => undefined,
  select: null,
  ...more,
});
const labels = (items: readonly MenuItem[]): string[] => items.map((item) => (item === 'line' ? '-' : item.label));
const press = (key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    preventDefault: () => undefined,
    ...more,
  }) as KeyboardEvent;

describe('photoMenu', () => {
  it('has the entries that apply to one photo or to several, and no separator at an end', async () => {
    const { app } = await startPage();
    const [one, viewed, several] = [
      labels(photoMenu(app, target())),
      labels(photoMenu(app, target({ open: null }))),
      labels(photoMenu(app, target({ photoIds: [photoId(1), photoId(2)] }))),
    ];
    expect(one.slice(0, 2)).toEqual(['Open', '-']);
    expect(viewed[0]).toBe('Favourite');
    expect(one).toContain('More like this');
    expect(several).toContain('More like these');
    expect(several).not.toContain('Find similar photos');
  });

  it('never gives one key to two entries', async () => {
    const { app } = await startPage();
    const items = photoMenu(app, target({ select: { isSelected: false, run: () => undefined } }));
    const keys = items.flatMap((item) =>
      item === 'line'
        ? []
        : 'submenu' in item
          ? item.submenu.flatMap((one) => (one === 'line' ? [] : [one.shortcut]))
          : [item.shortcut],
    );
    const given = keys.filter((key) => key !== undefined);
    expect(given.length).toBeGreaterThan(10);
    expect(new Set(given).size).toBe(given.length);
  });

  it('adds photos to the search and subtracts them, by its entries as by their keys', async () => {
    const { app, sent } = await startPage({
      'search.similar': found([hit(2)]),
      'search.query': ({ text }) => queryAnswer(text ?? '', []),
    });
    expect(runByKey(press('m'), photoMenu(app, target()))).toBe(true);
    expect(runByKey(press('l'), photoMenu(app, target({ photoIds: [photoId(3)], path: null })))).toBe(true);
    expect(runByKey(press('m', { ctrlKey: true }), photoMenu(app, target()))).toBe(false);
    expect(sent('search.similar')).toMatchObject([{ photoId: 1 }]);
    expect(sent('search.query')).toMatchObject([
      {
        terms: [
          { photoId: 1, weight: 1 },
          { photoId: 3, weight: -1 },
        ],
      },
    ]);
  });

  it('gives stars by the keys of its inner menu', async () => {
    const { app, sent } = await startPage();
    runByKey(press('4'), photoMenu(app, target({ photoIds: [photoId(1), photoId(2)] })));
    await expect.poll(() => sent('edits.apply')).toMatchObject([{ photoIds: [1, 2], rating: 4 }]);
  });
});

describe('a menu', () => {
  it('runs the entry that was chosen, also one of an inner menu', async () => {
    const { app, sent, answer } = await startPage();
    answer({
      'app.menu': ({ items }) => {
        const rating = items.find((item) => item !== 'line' && item.label === 'Rating');
        if (rating === undefined || rating === 'line' || !('submenu' in rating)) throw new Error('no inner menu');
        const [five] = rating.submenu;
        return { chosen: five === undefined || five === 'line' ? null : five.id };
      },
    });
    app.showMenu(photoMenu(app, target()), { x: 10.4, y: -3 });
    await expect.poll(() => sent('edits.apply')).toMatchObject([{ rating: 5 }]);
    expect(sent('app.menu')[0]?.at).toEqual({ x: 10, y: 0 });
  });
});
