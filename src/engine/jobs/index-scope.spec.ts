import { describe, expect, it } from 'vitest';
import { IndexScope } from './index-scope.ts';

describe('the part of a folder that is looked at', () => {
  const scope = new IndexScope({ listed: ['a', 'a/b/c'], there: ['a/b', 'a/d', 'a/b/c/e'] });
  it.each([
    ['a/1.jpg', true],
    ['a/b/c/1.jpg', true],
    ['a/missing/1.jpg', true],
    ['a/missing/deep/1.jpg', true],
    ['1.jpg', false],
    ['z/1.jpg', false],
    ['a/b/1.jpg', false],
    ['a/b/other/1.jpg', false],
    ['a/d/deep/1.jpg', false],
    ['a/b/c/e/1.jpg', false],
    ['a/b/c/missing/1.jpg', true],
  ])('says of %s: %s', (path, isLookedAt) => {
    expect(scope.has(path)).toBe(isLookedAt);
  });

  it('knows which folders are missing', () => {
    const folders = ['a', 'a/b', 'a/b/c', 'a/b/c/e', 'a/b/x', 'a/d', 'a/missing', 'a/b/c/missing'];
    expect(folders.filter((folder) => scope.isMissing(folder))).toEqual(['a/missing', 'a/b/c/missing']);
  });

  it('is everything after a scan of the whole folder', () => {
    expect(new IndexScope(null).has('a/b/c.jpg')).toBe(true);
    expect(new IndexScope(null).isMissing('a')).toBe(false);
  });

  it('has no files beside the folder', () => {
    expect(new IndexScope({ listed: [''], there: [] }).has('../captions.txt')).toBe(false);
  });

  it('is the root with what is missing from it', () => {
    const root = new IndexScope({ listed: [''], there: ['kept'] });
    expect(['1.jpg', 'missing/1.jpg', 'kept/1.jpg'].map((path) => root.has(path))).toEqual([true, true, false]);
  });
});
