// The person's choice of times and processor cores for background work.
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from '../store/database.ts';
import { setWorkSettings, threadsFor, workSettings } from './work-settings.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}
const usual = { onlyWhenIdle: false, onlyOnPower: false, speed: 'leave-one', threads: null };

it('works at any time and leaves the person one core where nothing was chosen', () => {
  expect(workSettings(library())).toEqual(usual);
});

it('keeps what was chosen, and changes what is given alone', () => {
  const store = library();
  setWorkSettings(store, { onlyWhenIdle: true });
  expect(workSettings(store)).toEqual({ ...usual, onlyWhenIdle: true });
  setWorkSettings(store, { onlyOnPower: true });
  setWorkSettings(store, { speed: 'full-when-away' });
  setWorkSettings(store, { threads: 3 });
  const chosen = { onlyWhenIdle: true, onlyOnPower: true, speed: 'full-when-away', threads: 3 };
  expect(workSettings(store)).toEqual(chosen);
  setWorkSettings(store, {});
  expect(workSettings(store)).toEqual(chosen);
  setWorkSettings(store, { onlyWhenIdle: false, onlyOnPower: false, speed: 'full' });
  expect(workSettings(store)).toEqual({ ...usual, speed: 'full', threads: 3 });
  setWorkSettings(store, { threads: null });
  expect(workSettings(store)).toEqual({ ...usual, speed: 'full' });
});

it('takes a number of threads and a speed that it cannot read as not chosen', () => {
  const store = library();
  for (const threads of ['auto', '0', '-2', '2.5', '']) {
    store.settings.set('work-threads', threads);
    expect(workSettings(store)).toEqual(usual);
  }
  store.settings.set('work-speed', 'faster');
  expect(workSettings(store)).toEqual(usual);
});

it('reads as many threads as cores of an earlier version, which knew no speed, as full speed', () => {
  const { settings } = library();
  settings.set('work-threads', '8');
  expect(workSettings({ settings }, 8)).toEqual({ ...usual, speed: 'full' });
  expect(workSettings({ settings }, 4)).toEqual({ ...usual, speed: 'full' });
  expect(workSettings({ settings }, 9)).toEqual({ ...usual, threads: 8 });
  settings.set('work-speed', 'leave-one');
  expect(workSettings({ settings }, 8)).toEqual({ ...usual, threads: 8 });
});

it.each([
  ['leave-one', null, true, 7],
  ['leave-one', null, false, 7],
  ['full-when-away', null, true, 8],
  ['full-when-away', null, false, 7],
  ['full', null, false, 8],
  ['full', 3, true, 3],
  ['full', 20, true, 8],
  ['leave-one', 8, true, 7],
] as const)(
  'of 8 cores uses, at %s with at most %s threads and a free machine (%s): %s',
  (speed, threads, isFree, used) => {
    expect(threadsFor({ speed, threads }, isFree, 8)).toBe(used);
  },
);

it('uses one thread at least', () => {
  expect(threadsFor({ speed: 'leave-one', threads: null }, false, 1)).toBe(1);
});
