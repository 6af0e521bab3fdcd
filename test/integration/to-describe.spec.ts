// Photos offered for description: those that represent many undescribed ones, and no described one.
import { expect, it } from 'vitest';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { testEngine } from '../support/engine.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';

it('offers photos that nobody described, with how many are described and how many not, without those passed over', async () => {
  const reds = [200, 202, 204, 206, 20, 22];
  const files = await Promise.all(reds.map(async (red, i) => [`${i}.jpg`, await jpeg({ red })] as const));
  const engine = testEngine();
  await engine.index(await folderOf(Object.fromEntries(files)));
  const offered = async (leaveOut: readonly PhotoId[] = []) =>
    engine.api['photos.toDescribe'](engineRequests['photos.toDescribe'].params.parse({ limit: 10, leaveOut }));
  const first = await offered();
  expect([first.described, first.undescribed]).toEqual([0, 6]);
  const [best] = first.photos;
  if (best === undefined) throw new Error('nothing is offered');
  const without = await offered([best.photoId]);
  expect(without.photos.map(({ photoId }) => photoId)).not.toContain(best.photoId);
  await engine.api['edits.apply'](
    engineRequests['edits.apply'].params.parse({ photoIds: [best.photoId], addCaptions: ['a red wall'] }),
  );
  const later = await offered();
  expect([later.described, later.undescribed]).toEqual([1, 5]);
  expect(later.photos.map(({ photoId }) => photoId)).not.toContain(best.photoId);
});
