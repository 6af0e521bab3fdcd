import { expect, it } from 'vitest';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { PhotosInView } from './photos-in-view.ts';

const items = (...ids: number[]) => ids.map((id) => ({ id: id as PhotoId }));
const ids = (...list: number[]) => list as PhotoId[];

it('hands out what is in view first, the latest before the earlier, then the others in their order, each once', () => {
  const view = new PhotosInView();
  const next = view.first(items(1, 2, 3, 4, 5, 6));
  expect(next(2)).toEqual(items(1, 2));
  view.note(ids(2, 5));
  expect(next(1)).toEqual(items(5));
  view.note(ids(4, 6, 99));
  expect(next(2)).toEqual(items(6, 4));
  expect(next(9)).toEqual(items(3));
  expect(next(9)).toEqual([]);
});

it('hands out no more than it is asked for, what was looked at again among the latest', () => {
  const view = new PhotosInView();
  view.note(ids(1, 2, 3));
  view.note(ids(1));
  const next = view.first(items(1, 2, 3, 4, 5));
  expect(next(2)).toEqual(items(1, 3));
  expect(next(2)).toEqual(items(2, 4));
});

it('forgets what was in view long ago', () => {
  const view = new PhotosInView();
  view.note(ids(2));
  view.note(Array.from({ length: 599 }, (_, i) => (1000 + i) as PhotoId));
  expect(view.first(items(1, 2))(1)).toEqual(items(2));
  view.note(ids(1599));
  expect(view.first(items(1, 2))(1)).toEqual(items(1));
});
