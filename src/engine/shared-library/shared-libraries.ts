// Shared libraries in the engine: connections that the person started, passwords in memory only, and the model that
// each library was published with.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import { openHashModel, type HashModel } from '../hashing/model/hash-model.ts';
import { modelFileNames, readManifest } from '../hashing/model/model-files.ts';
import type { ActiveModels } from '../models/active-models.ts';
import { importModel } from '../models/model-exchange.ts';
import { TermEncoder } from '../search/query/terms.ts';
import type { Store } from '../store/database.ts';
import { Connections } from './connections.ts';
import { Passwords } from './passwords.ts';
import type { Postgres } from './postgres.ts';
import { modelSum } from './shared-search.ts';
import { modelFiles, readFormat, schemaOf, type SharedFormat, type SharedSchema } from './sql/schema.ts';

/** Idle time after which a connection is closed. */
const idleMs = 20_000;

interface Connection {
  readonly url: string;
  readonly db: Postgres;
  /** Formats of the libraries read on this connection, by the server's number of their table. A format never changes. */
  readonly formats: Map<number, SharedFormat>;
}

async function sharedSchema(db: Postgres, name: string, formats: Map<number, SharedFormat>): Promise<SharedSchema> {
  const schema = schemaOf(name);
  const format = await readFormat(db, schema, formats);
  if (format !== null) return { db, schema, format };
  throw new HashlensError(
    'not-found',
    `The server has no shared library “${name}” that you may read; ask the person who published it for its name and the right.`,
  );
}

export class SharedLibraries {
  readonly connections: Connections;
  readonly #store: Store;
  readonly #active: ActiveModels;
  readonly #passwords = new Passwords();
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Requests take turns, because a transaction of one must not include another. */
  #turn: Promise<unknown> = Promise.resolve();
  #model: { readonly id: ModelId; readonly opened: Promise<HashModel> } | null = null;

  constructor(store: Store, active: ActiveModels) {
    this.connections = new Connections(store);
    this.#store = store;
    this.#active = active;
  }

  /** Keeps the password of an address in memory. @returns the address without it, which may be stored */
  remember(url: string): string {
    return this.#passwords.remember(url);
  }

  /** Opens a separate connection, which the caller closes. @param bare an address from `remember` */
  connect(bare: string): Promise<Postgres> {
    return this.#passwords.connect(bare);
  }

  /** Runs `work` with a connection that stays open briefly for the next request. */
  withServer<T>(url: string, work: (db: Postgres) => Promise<T>): Promise<T> {
    return this.#inTurn(url, ({ db }) => work(db));
  }

  async #inTurn<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const bare = this.remember(url);
    const turn = this.#turn.then(() => this.#use(bare, work));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #use<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#connection?.url !== url) {
      await this.#release();
      this.#connection = { url, db: await this.connect(url), formats: new Map() };
    }
    try {
      return await work(this.#connection);
    } catch (error) {
      // It may be broken; the next request opens another.
      await this.#release();
      throw error;
    } finally {
      this.#timer = setTimeout(() => void this.#release(), idleMs);
      this.#timer.unref();
    }
  }

  async #release(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    await connection?.db.close();
  }

  /** Runs `work` on a shared library. @throws HashlensError `not-found` without one of this name */
  withLibrary<T>(url: string, name: string, work: (shared: SharedSchema) => Promise<T>): Promise<T> {
    return this.#inTurn(url, async ({ db, formats }) => work(await sharedSchema(db, name, formats)));
  }

  /** A shared library with a separate connection, which the caller closes. @throws HashlensError `not-found` */
  async connectTo(bare: string, name: string): Promise<SharedSchema> {
    const db = await this.connect(bare);
    try {
      return await sharedSchema(db, name, new Map());
    } catch (error) {
      await db.close();
      throw error;
    }
  }

  /** The model of a shared library on this machine: the same one, or a copy that is made and checked now. */
  async localModel(shared: SharedSchema): Promise<ModelId> {
    for (const { id, state } of this.#store.models.list()) {
      if (state !== 'ready') continue;
      const manifest = await readManifest(this.#active.modelDir(id)).catch(() => null);
      if (manifest !== null && modelSum(manifest) === shared.format.modelSum) return id;
    }
    // The model in use of a library without photos has no row yet.
    const inUse = await this.#active.model();
    if (modelSum(inUse.model.manifest) === shared.format.modelSum) return inUse.id;
    const folder = await mkdtemp(join(tmpdir(), 'hashlens-model-'));
    try {
      for (const file of modelFileNames) await writeFile(join(folder, file), await modelFiles.get(shared, file));
      return await importModel(this.#store, this.#active, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * The encoder of queries for a shared library.
   * @throws HashlensError `model-differs` if this library uses another encoder; errors of importing a model
   */
  async encoderFor(shared: SharedSchema): Promise<{ readonly modelId: ModelId; readonly encoder: TermEncoder }> {
    const { encoderId } = shared.format;
    if (this.#active.encoderId() !== encoderId) {
      throw new HashlensError(
        'model-differs',
        `The shared library was published with the encoder ${encoderId}, and this library uses ${this.#active.encoderId()}; use that encoder here first.`,
      );
    }
    const modelId = await this.localModel(shared);
    if (this.#model?.id !== modelId) {
      await this.#disposeModel();
      this.#model = { id: modelId, opened: openHashModel(this.#active.modelDir(modelId), { threads: 1 }) };
    }
    const info = this.#active.encoderInfo(encoderId);
    const model = await this.#model.opened;
    return { modelId, encoder: new TermEncoder(this.#store, info, model, () => this.#active.encoder()) };
  }

  async #disposeModel(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    await model?.opened.then((opened) => opened.dispose()).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turn;
    await this.#release();
    await this.#disposeModel();
    this.#passwords.clear();
  }
}
