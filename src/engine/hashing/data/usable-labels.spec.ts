import { describe, expect, it } from 'vitest';
import { checkLabels, planLabels, usableLabels, type LabelledPhoto } from './usable-labels.ts';

const on = (name: string, ...photos: readonly number[]): LabelledPhoto[] =>
  photos.map((photoId) => ({ name, photoId }));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const names = (named: readonly LabelledPhoto[]) => usableLabels(named).map((label) => label.names);

describe('labels', () => {
  it('are on four photos or more, and not on nearly all', () => {
    const named = [
      ...on('rare', 1, 2, 3),
      ...on('beach', 1, 2, 3, 4),
      ...on('mine', ...range(0, 19)),
      ...on('dog', 19, 18, 17, 16),
    ];
    expect(names(named)).toEqual([['beach'], ['dog']]);
  });

  it('of the same photos are one with several names, and a step of a path with more photos is its own', () => {
    const named = [
      ...on('Italy', ...range(0, 8)),
      ...on('Rome', ...range(0, 5)),
      ...on('Lazio', 4, 3, 2, 1, 0),
      ...on('x', 20),
    ];
    expect(usableLabels(named)).toEqual([
      { names: ['Italy'], photos: range(0, 8) },
      { names: ['Rome', 'Lazio'], photos: range(0, 5) },
    ]);
  });

  it('of names that differ in case, as a tag and a person may, are one', () => {
    expect(usableLabels([...on('anna', 1, 2), ...on('Anna', 2, 3, 4), ...on('x', 9)])).toEqual([
      { names: ['anna'], photos: [1, 2, 3, 4] },
    ]);
  });

  it('are enough from 16 photos and two labels on, and the error gives their numbers', () => {
    const plan = (...named: readonly LabelledPhoto[]) =>
      planLabels(usableLabels([...named, ...on('x', ...range(900, 903))]));
    expect(plan(...on('a', ...range(0, 8)), ...on('b', ...range(8, 16)))).toEqual({
      photos: 16,
      labels: 2,
      lacking: null,
    });
    expect(plan(...on('a', ...range(0, 8)), ...on('b', ...range(8, 15)))).toMatchObject({
      photos: 15,
      lacking: 'photos',
    });
    const one = plan(...on('a', ...range(0, 16)));
    expect(one).toEqual({ photos: 16, labels: 1, lacking: 'labels' });
    expect(plan()).toEqual({ photos: 0, labels: 0, lacking: 'photos' });
    expect(() => checkLabels(one)).toThrow(/there are 1 on 16 photos/);
  });
});
