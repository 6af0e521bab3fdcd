// The order of all photos, and the lines of those in view.
import { describe, expect, it } from 'vitest';
import { fakeEngine, timelineOf } from '../../../test/support/page.ts';
import { hit, photoId } from '../../../test/support/contract-values.ts';
import { Timeline } from './timeline.svelte.ts';

const photos = Array.from({ length: 450 }, (_, i) => hit(i + 1));

describe('Timeline', () => {
  it('knows the order and the proportions of all photos, and loads the lines that are asked for, each once', async () => {
    const engine = fakeEngine(timelineOf(photos));
    const timeline = new Timeline(engine.ask);
    await timeline.reload();
    const { list } = timeline;
    expect([list.count, list.ratios[0], list.photoId(449), list.photo(3)]).toEqual([450, 1.5, 450, null]);
    await list.load(-10, 5);
    expect(list.photo(3)?.caption).toBe('Photo number 4');
    await list.load(0, 450);
    const lines = engine.sent('photos.lines').map(({ photoIds }) => photoIds.length);
    expect(lines).toEqual([5, 200, 200, 45]);
    await list.load(0, 450);
    expect(engine.sent('photos.lines')).toHaveLength(4);
  });

  it('keeps a list that was taken before a change, and loads lines again after it', async () => {
    const engine = fakeEngine(timelineOf(photos.slice(0, 2)));
    const timeline = new Timeline(engine.ask);
    await timeline.reload();
    const before = timeline.list;
    await before.load(0, 2);
    engine.answer(
      timelineOf([
        { ...hit(9), caption: 'New' },
        { ...hit(1), caption: 'Renamed' },
      ]),
    );
    await timeline.reload();
    expect([before.photoId(0), timeline.list.photoId(0)]).toEqual([1, 9]);
    expect(timeline.list.indexOf(photoId(1))).toBe(1);
    expect(timeline.list.photo(1)?.caption).toBe('Photo number 1');
    await timeline.list.load(0, 2);
    expect(timeline.list.photo(1)?.caption).toBe('Renamed');
  });

  it('keeps only lines near those in view once there are thousands, and loads dropped ones again', async () => {
    const many = Array.from({ length: 8000 }, (_, i) => hit(i + 1));
    const engine = fakeEngine(timelineOf(many));
    const timeline = new Timeline(engine.ask);
    await timeline.reload();
    const { list } = timeline;
    const loaded = () => many.filter((_, index) => list.photo(index) !== null).length;
    await list.load(0, 4000);
    expect(loaded()).toBe(4000);
    await list.load(4000, 4100);
    expect(loaded()).toBe(1100);
    expect([list.photo(2999), list.photo(3000)?.photoId, list.photo(4099)?.photoId]).toEqual([null, 3001, 4100]);
    const asked = engine.sent('photos.lines').length;
    await list.load(3900, 4100);
    expect(engine.sent('photos.lines')).toHaveLength(asked);
    await list.load(0, 10);
    expect(list.photo(9)?.photoId).toBe(10);
  });

  it('shows the order that was requested last, in any order of the answers', async () => {
    const engine = fakeEngine();
    const release: (() => void)[] = [];
    engine.answer({
      'photos.timeline': async ({ order = 'taken' }) => {
        await new Promise<void>((resolve) => release.push(resolve));
        return { order, photoIds: [photoId(order === 'name' ? 1 : 2)], ratios: [1000], sections: [], days: [] };
      },
    });
    const timeline = new Timeline(engine.ask);
    const first = timeline.reload();
    timeline.order = 'name';
    const second = timeline.reload();
    release[1]?.();
    await second;
    release[0]?.();
    await first;
    expect(timeline.list.photoId(0)).toBe(1);
  });

  it('asks again for lines that did not come', async () => {
    let failing = true;
    const engine = fakeEngine({
      ...timelineOf(photos.slice(0, 3)),
      'photos.lines': ({ photoIds }) => {
        if (failing) throw new Error('away');
        return photoIds.map((id) => hit(id));
      },
    });
    const timeline = new Timeline(engine.ask);
    await timeline.reload();
    await expect(timeline.list.load(0, 3)).rejects.toThrow('away');
    failing = false;
    await timeline.list.load(0, 3);
    expect(timeline.list.photo(2)?.photoId).toBe(3);
  });
});
