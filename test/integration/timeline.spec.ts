// The order of all photos, for the window's layout.
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { albumWith, testEngine } from '../support/engine.ts';

const names = ['animals/kitten-with-wool.jpg', 'animals/red-panda.jpg', 'places/mountain-lake.jpg'] as const;

it('orders photos by date taken, date added and name, with a section for each month and for photos without a date', async () => {
  const engine = testEngine();
  await engine.index(albumWith(...names));
  const store = openStore(engine.libraryDir);
  const set = (name: string, at: string | null, until: string | null, added: string): void => {
    rawDatabase(store)
      .prepare('UPDATE photos SET captured_at = ?, captured_until = ?, added_at = ? WHERE path = ?')
      .run(at === null ? null : Date.parse(at), until === null ? null : Date.parse(until), Date.parse(added), name);
  };
  set('kitten-with-wool.jpg', '2019-07-14T10:00:00Z', null, '2026-01-03T12:00:00');
  set('red-panda.jpg', '1968-01-01T00:00:00Z', '1969-01-01T00:00:00Z', '2026-02-03T12:00:00');
  set('mountain-lake.jpg', null, null, '2026-02-02T12:00:00');
  store.close();

  const shown = async (order: 'taken' | 'added' | 'name') => {
    const { photoIds, ratios, sections, days } = await engine.api['photos.timeline']({ order });
    const lines = await engine.api['photos.lines']({ photoIds: [...photoIds] });
    expect(ratios).toEqual(lines.map((line) => Math.round((1000 * line.width) / line.height)));
    return { names: lines.map((line) => basename(line.path)), sections, days };
  };
  expect(await shown('taken')).toEqual({
    names: ['kitten-with-wool.jpg', 'red-panda.jpg', 'mountain-lake.jpg'],
    sections: [
      { start: 0, month: '2019-07' },
      { start: 1, month: '1968' },
      { start: 2, month: 'undated' },
    ],
    days: [
      [0, 14],
      [1, 0],
      [2, 0],
    ],
  });
  expect(await shown('added')).toEqual({
    names: ['red-panda.jpg', 'mountain-lake.jpg', 'kitten-with-wool.jpg'],
    sections: [
      { start: 0, month: '2026-02' },
      { start: 2, month: '2026-01' },
    ],
    days: [
      [0, 3],
      [1, 2],
      [2, 3],
    ],
  });
  expect(await shown('name')).toEqual({
    names: ['kitten-with-wool.jpg', 'mountain-lake.jpg', 'red-panda.jpg'],
    sections: [{ start: 0, month: null }],
    days: [],
  });
});

it('leaves out the lines of photos that are no longer known', async () => {
  const engine = testEngine();
  await engine.index(albumWith(names[0]));
  const { photoIds } = await engine.api['photos.timeline']({ order: 'taken' });
  const [photoId] = photoIds;
  if (photoId === undefined) throw new Error('no photo');
  const gone = (photoId + 1000) as typeof photoId;
  expect(await engine.api['photos.lines']({ photoIds: [gone, photoId] })).toMatchObject([{ photoId }]);
});
