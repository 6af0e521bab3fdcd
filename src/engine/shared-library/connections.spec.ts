// Connections of the window: what is stored of them, and how they are shown.
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from '../store/database.ts';
import { Connections } from './connections.ts';

it('lists all connections where the service of one is gone', () => {
  const store = openStore(temporaryFolder());
  const connections = new Connections(store, { PGSERVICEFILE: '/nowhere' });
  connections.add('postgresql://anna@host/photos', 'family');
  connections.add('postgresql:///?service=archive', 'club');
  expect(connections.list()).toEqual([
    { id: 1, server: 'anna@host/photos', name: 'family' },
    { id: 2, server: 'archive', name: 'club' },
  ]);
  store.close();
});

it('has a removed connection again under its number, which no other gets meanwhile', () => {
  const store = openStore(temporaryFolder());
  const connections = new Connections(store, {});
  connections.add('postgresql://anna@host/photos', 'family');
  const { id } = connections.add('postgresql://anna@host/photos', 'club');
  connections.remove(id);
  expect(connections.add('postgresql://ben@host/photos', 'club').id).toBe(3);
  expect(connections.restore(id)).toEqual({ id, server: 'anna@host/photos', name: 'club' });
  expect(connections.list().map((one) => one.id)).toEqual([1, 2, 3]);
  expect(() => connections.restore(7 as typeof id)).toThrow('no longer known');
  store.close();
});
