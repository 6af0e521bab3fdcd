import { describe, expect, it } from 'vitest';
import { IndexScope } from './index-scope.ts';

describe('the part of a folder that is looked at', () => {
  const scope = new IndexScope({ listed: ['a', 'a/b/c'], there: ['a/b', 'a/d', 'a/b/c/e'] });
  it.each([
    ['a/1.jpg', true],
    ['a/b/c/1.jpg', true],
    ['a/gone/1.jpg', true],
    ['a/gone/deep/1.jpg', true],
    ['1.jpg', false],
    ['z/1.jpg', false],
    ['a/b/1.jpg', false],
    ['a/b/other/1.jpg', false],
    ['a/d/deep/1.jpg', false],
    ['a/b/c/e/1.jpg', false],
    ['a/b/c/gone/1.jpg', true],
  ])('says of %s: %s', (path, isLookedAt) => {
    expect(scope.has(path)).toBe(isLookedAt);
  });

  it('knows which folders are gone', () => {
    const folders = ['a', 'a/b', 'a/b/c', 'a/b/c/e', 'a/b/x', 'a/d', 'a/gone', 'a/b/c/gone'];
    expect(folders.filter((folder) => scope.isGone(folder))).toEqual(['a/gone', 'a/b/c/gone']);
  });

  it('is everything after a scan of the whole folder', () => {
    expect(new IndexScope(null).has('a/b/c.jpg')).toBe(true);
    expect(new IndexScope(null).isGone('a')).toBe(false);
  });

  it('is the root with what is gone from it', () => {
    const root = new IndexScope({ listed: [''], there: ['kept'] });
    expect(['1.jpg', 'gone/1.jpg', 'kept/1.jpg'].map((path) => root.has(path))).toEqual([true, true, false]);
  });
});
