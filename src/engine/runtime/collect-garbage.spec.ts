import { expect, it } from 'vitest';
import { collectGarbageSoon } from './collect-garbage.ts';

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
