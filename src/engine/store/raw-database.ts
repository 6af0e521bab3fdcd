// The database behind a store, for the store's own files and for tests. A lint rule keeps other rooms from importing this.
import type { Database } from 'better-sqlite3';
import type { Store } from './database.ts';

const databases = new WeakMap<Store, Database>();

export const registerDatabase = (store: Store, db: Database): void => void databases.set(store, db);

export function rawDatabase(store: Store): Database {
  const db = databases.get(store);
  if (db === undefined) throw new TypeError('not a store of openStore');
  return db;
}
