// The log of searches: kept and excluded entries, and switching it off.
import { expect, it, onTestFinished, vi } from 'vitest';
import { mostLogged } from '../../shared/contract/search.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore, type Store } from './database.ts';
import { rawDatabase } from './raw-database.ts';

function opened(dir = temporaryFolder()): Store {
  const store = openStore(dir);
  onTestFinished(() => store.close());
  return store;
}
const texts = (store: Store) => store.queryLog.recent(10).map((entry) => entry.text);
const minute = 60_000;

it('keeps the newest first and each text once', () => {
  const { queryLog } = opened();
  queryLog.add('dog', 3, minute);
  queryLog.add('cat', 0, 2 * minute);
  queryLog.add(' dog ', 4, 3 * minute);
  expect(queryLog.recent(10)).toEqual([
    { text: 'dog', at: 3 * minute, hits: 4 },
    { text: 'cat', at: 2 * minute, hits: 0 },
  ]);
});

it('takes words typed on for one search', () => {
  const store = opened();
  for (const [i, text] of ['be', 'beac', 'beach', 'beach s', 'beach sunset'].entries())
    store.queryLog.add(text, 1, i * 300);
  store.queryLog.add('beach sunset', 1, 5 * minute);
  store.queryLog.add('beach', 1, 10 * minute);
  expect(texts(store)).toEqual(['beach', 'beach sunset']);
});

it('keeps two searches that have nothing in common, however fast they follow each other', () => {
  const store = opened();
  store.queryLog.add('dog', 1, minute);
  store.queryLog.add('beach dog', 1, minute + 100);
  expect(texts(store)).toEqual(['beach dog', 'dog']);
});

it('takes words of which some are deleted again for one search, within twenty seconds, and keeps none without words', () => {
  const store = opened();
  store.queryLog.add('beach', 1, minute);
  store.queryLog.add('bea', 1, minute + 19_999);
  expect(texts(store)).toEqual(['bea']);
  store.queryLog.add('beans', 1, minute + 39_999);
  store.queryLog.add('  ', 1, 2 * minute);
  expect(texts(store)).toEqual(['beans', 'bea']);
});

it('puts removed searches back in their places, except those made again meanwhile', () => {
  const store = opened();
  for (const [i, text] of ['cat', 'dog', 'sea'].entries()) store.queryLog.add(text, i, i * minute);
  const removed = [...store.queryLog.remove('cat'), ...store.queryLog.remove('sea')];
  expect(texts(store)).toEqual(['dog']);
  store.queryLog.add('cat', 7, 9 * minute);
  store.queryLog.restore(removed);
  expect(store.queryLog.recent(10)).toEqual([
    { text: 'cat', at: 9 * minute, hits: 7 },
    { text: 'sea', at: 2 * minute, hits: 2 },
    { text: 'dog', at: minute, hits: 1 },
  ]);
  const all = store.queryLog.clear();
  store.queryLog.restore(all);
  expect(texts(store)).toEqual(['cat', 'sea', 'dog']);
});

it('keeps to its limit when removed searches come back', () => {
  const store = opened();
  for (let n = 0; n < mostLogged; n++) store.queryLog.add(`${n}`, 1, n * minute);
  const removed = store.queryLog.clear();
  store.queryLog.add('newest', 1, mostLogged * minute);
  store.queryLog.restore(removed);
  expect(store.queryLog.recent(2 * mostLogged)).toHaveLength(mostLogged);
  expect(texts(store).slice(0, 2)).toEqual(['newest', `${mostLogged - 1}`]);
});

it('keeps nothing while it is off, and forgets when told to', () => {
  const dir = temporaryFolder();
  const store = opened(dir);
  store.queryLog.add('before', 1);
  store.queryLog.setEnabled(false);
  store.queryLog.add('secret', 1, Date.now() + minute);
  expect(texts(store)).toEqual(['before']);
  expect(opened(dir).queryLog.enabled).toBe(false);
  store.queryLog.clear();
  expect(texts(store)).toEqual([]);
  store.queryLog.setEnabled(true);
  store.queryLog.add('after', 1);
  expect(texts(store)).toEqual(['after']);
});

it('forgets a single search, and keeps the others', () => {
  const store = opened();
  store.queryLog.add('dog', 1, minute);
  store.queryLog.add('dogs', 1, 2 * minute);
  store.queryLog.remove('dog');
  expect(texts(store)).toEqual(['dogs']);
});

it('keeps a thousand', () => {
  const store = opened();
  for (let i = 0; i < 1100; i++) store.queryLog.add(`query ${i} .`, 1, i * minute);
  expect(store.queryLog.recent(5000)).toHaveLength(1000);
  expect(texts(store)[0]).toBe('query 1099 .');
});

it('lets no search wait for another process that writes', () => {
  const dir = temporaryFolder();
  const [searching, writing] = [opened(dir), opened(dir)];
  rawDatabase(writing).exec('BEGIN IMMEDIATE');
  const db = rawDatabase(searching);
  const busyTimeout = () => db.pragma('busy_timeout', { simple: true });
  const transaction = db.transaction.bind(db);
  const during: unknown[] = [];
  vi.spyOn(db, 'transaction').mockImplementation((work) => {
    during.push(busyTimeout());
    return transaction(work);
  });
  searching.queryLog.add('dog', 1);
  rawDatabase(writing).exec('ROLLBACK');
  expect(during).toEqual([0]);
  expect(texts(searching)).toEqual([]);
  expect(busyTimeout()).toBe(15_000);
});

it('saves, renews and removes searches', () => {
  const { queryLog } = opened();
  const beach = queryLog.save('Beach', 'tag:beach');
  queryLog.save('art', '"Villa Borghese"');
  expect(queryLog.save('Beach', 'tag:beach after:2019').id).toBe(beach.id);
  expect(queryLog.saved().map(({ name, text }) => [name, text])).toEqual([
    ['art', '"Villa Borghese"'],
    ['Beach', 'tag:beach after:2019'],
  ]);
  expect(queryLog.removeSaved(beach.id)).toBe(true);
  expect(queryLog.removeSaved(beach.id)).toBe(false);
});
