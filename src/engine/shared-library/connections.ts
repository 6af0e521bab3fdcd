// Shared libraries that a person has added to the window: their addresses, without passwords.
import { z } from 'zod';
import type { ConnectionId } from '../../shared/contract/ids.ts';
import { sharedNamePattern, type SharedConnection } from '../../shared/contract/shared-library.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Store } from '../store/database.ts';
import { fromJson } from '../store/stored-json.ts';
import { completedUrl, parameterOf, serverName, withoutPassword, withPassword } from './server-url.ts';

const stored = z.array(
  z.object({ id: z.int().positive(), url: z.string(), name: z.string().regex(sharedNamePattern) }),
);
type Stored = z.output<typeof stored>[number];

export class Connections {
  readonly #store: Store;
  readonly #environment: NodeJS.ProcessEnv;
  /** Addresses removed since the engine was opened, by their earlier numbers. */
  readonly #removed = new Map<ConnectionId, Stored>();

  /** @param environment variables that complete an address, as in libpq */
  constructor(store: Store, environment: NodeJS.ProcessEnv = process.env) {
    this.#store = store;
    this.#environment = environment;
  }

  #stored(): readonly Stored[] {
    return fromJson(stored, this.#store.settings.get('shared-connections')) ?? [];
  }

  #set(list: readonly Stored[]): void {
    this.#store.settings.set('shared-connections', JSON.stringify(list));
  }

  list(): readonly SharedConnection[] {
    return this.#stored().map((each) => this.#shown(each));
  }

  #shown({ id, url, name }: Stored): SharedConnection {
    return { id: id as ConnectionId, server: this.#serverOf(url), name };
  }

  /** A service may have been removed since; its name then stands for the server. */
  #serverOf(url: string): string {
    try {
      return serverName(completedUrl(url, this.#environment));
    } catch {
      return parameterOf(url, 'service') ?? serverName(url);
    }
  }

  /** Complete address for connecting. @param password the typed one; null for that of the address or of the system */
  address(url: string, password: string | null): string {
    return completedUrl(password === null ? url : withPassword(url, password), this.#environment);
  }

  /** Stores the address without its password, once. */
  add(address: string, name: string): SharedConnection {
    const { url } = withoutPassword(address);
    const list = this.#stored();
    const known = list.find((each) => each.url === url && each.name === name);
    if (known !== undefined) return this.#shown(known);
    const ids = [...list, ...this.#removed.values()].map(({ id }) => id);
    const added = { id: Math.max(0, ...ids) + 1, url, name };
    this.#set([...list, added]);
    return this.#shown(added);
  }

  remove(connection: ConnectionId): void {
    const list = this.#stored();
    for (const each of list) if (each.id === connection) this.#removed.set(connection, each);
    this.#set(list.filter(({ id }) => id !== connection));
  }

  /** Stores an address again that was removed since the engine was opened. @throws HashlensError `not-found` */
  restore(connection: ConnectionId): SharedConnection {
    const removed = this.#removed.get(connection);
    if (removed === undefined) throw new HashlensError('not-found', 'This connection is no longer known.');
    const list = this.#stored();
    const known = list.find(({ url, name }) => url === removed.url && name === removed.name);
    if (known === undefined) this.#set([...list, removed].sort((a, b) => a.id - b.id));
    return this.#shown(known ?? removed);
  }

  /** @throws HashlensError `not-found` */
  place(connection: ConnectionId): { readonly url: string; readonly name: string } {
    const found = this.#stored().find(({ id }) => id === connection);
    if (found === undefined) throw new HashlensError('not-found', 'This connection is no longer known.');
    // A typed password has priority over that of the environment.
    return { url: withoutPassword(this.address(found.url, null)).url, name: found.name };
  }
}
