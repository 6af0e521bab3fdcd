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
