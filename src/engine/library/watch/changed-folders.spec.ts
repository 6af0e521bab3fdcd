import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { changedFolders, mergeChanges, mostFolders, type Change } from './changed-folders.ts';

function folderWithChanges() {
  const root = temporaryFolder();
  mkdirSync(join(root, 'new/inside'), { recursive: true });
  writeFileSync(join(root, 'a.jpg'), 'x');
  const changed = (...changes: [Change['type'], string][]) =>
    changedFolders(
      root,
      changes.map(([type, path]) => ({ type, path: join(root, path) })),
    );
  return { changed };
}

describe('folders to look at after changes', () => {
  it('are those that files have come to, gone from or changed in, each once', () => {
    const { changed } = folderWithChanges();
    expect(changed(['create', 'a.jpg'], ['delete', 'b.jpg'], ['update', 'x/y/c.jpg'])).toEqual([
      { path: '', deep: false },
      { path: 'x/y', deep: false },
    ]);
  });

  it('are folders that have come, with all that is in them, and where one has gone the one around it', () => {
    const { changed } = folderWithChanges();
    expect(changed(['create', 'new'], ['create', 'new/inside'], ['update', 'new/inside/1.jpg'])).toEqual([
      { path: '', deep: false },
      { path: 'new', deep: true },
    ]);
    expect(changed(['delete', 'x/gone'])).toEqual([{ path: 'x', deep: false }]);
  });

  it('are not what systems keep for themselves, but for what Picasa says of photos', () => {
    const { changed } = folderWithChanges();
    expect(changed(['update', '.git/index'], ['create', 'a/.DS_Store'], ['update', 'b/.picasa.ini'])).toEqual([
      { path: 'b', deep: false },
    ]);
  });

  it('are the whole root when it has changed itself, or very many of its folders have', () => {
    const { changed } = folderWithChanges();
    expect(changed(['update', '.'])).toBeNull();
    expect(changed(['create', '../beside.jpg'])).toBeNull();
    const many = Array.from({ length: mostFolders + 1 }, (_, i): [Change['type'], string] => ['update', `${i}/a.jpg`]);
    expect(changed(...many.slice(1))).toHaveLength(mostFolders);
    expect(changed(...many)).toBeNull();
  });

  it('are put together with earlier ones', () => {
    const a = { path: 'a', deep: false };
    const inside = { path: 'a/b', deep: false };
    expect(mergeChanges([a, inside], [{ path: 'a', deep: true }])).toEqual([{ path: 'a', deep: true }]);
    expect(mergeChanges([{ path: 'a', deep: true }], [a])).toEqual([{ path: 'a', deep: true }]);
    const whole = { path: '', deep: true };
    expect(mergeChanges([a, inside], [whole])).toEqual([whole]);
    expect(mergeChanges([{ path: '', deep: false }], [a])).toEqual([{ path: '', deep: false }, a]);
    // A folder with this one's name as a prefix is not inside it, and neither is a parent.
    const near = { path: 'ab/c', deep: false };
    expect(mergeChanges([{ path: 'a', deep: true }], [near, { path: 'a/b/c/d', deep: false }])).toEqual([
      { path: 'a', deep: true },
      near,
    ]);
    expect(mergeChanges([{ path: 'a/b', deep: true }], [a])).toEqual([{ path: 'a/b', deep: true }, a]);
    expect(mergeChanges([a], null)).toBeNull();
    expect(mergeChanges(null, [a])).toBeNull();
    const many = Array.from({ length: mostFolders }, (_, i) => ({ path: `${i}`, deep: false }));
    expect(mergeChanges(many, many)).toHaveLength(mostFolders);
    expect(mergeChanges(many, [a])).toBeNull();
  });
});
