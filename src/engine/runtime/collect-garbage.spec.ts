import { cachedDataVersionTag } from 'node:v8';
import { expect, it } from 'vitest';
import { collectGarbageSoon } from './collect-garbage.ts';

/** Version and flags of V8 before the first collection. */
const tag = cachedDataVersionTag();
/** A reference to an object that nothing else holds. */
const lost = (): WeakRef<object> => new WeakRef({ name: 'lost' });

it('collects what nothing refers to, and nothing else', async () => {
  const kept = { name: 'kept' };
  const [toLost, toKept] = [lost(), new WeakRef(kept)];
  // An object stays until the end of the work in which a weak reference to it was made.
  await new Promise((resolve) => setTimeout(resolve));
  collectGarbageSoon();
  await expect.poll(() => toLost.deref() === undefined).toBe(true);
  expect(toKept.deref()).toBe(kept);
});

it('leaves the flags by which compiled modules on disk are read as they were', async () => {
  const toLost = lost();
  await new Promise((resolve) => setTimeout(resolve));
  collectGarbageSoon();
  await expect.poll(() => toLost.deref() === undefined).toBe(true);
  expect(cachedDataVersionTag()).toBe(tag);
});
