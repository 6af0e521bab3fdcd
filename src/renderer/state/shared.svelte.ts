// Shared libraries on servers: the list of known ones, the open one, and the search in it. The page names a connection by
// its number; no server is asked before the person opens, searches or publishes.
import { m } from '../../language/language.ts';
import type { FolderId, ModelId } from '../../shared/contract/ids.ts';
import type { PageMethod, PageParams, PageResult } from '../../shared/contract/page.ts';
import type {
  PublishPlan,
  SharedAnswer,
  SharedConnection,
  SharedHit,
  SharedLibraryState,
  SharedPhoto,
} from '../../shared/contract/shared-library.ts';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';
import type { Edits, Undo } from './edits.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';
import type { ImageSource, PhotoSource } from './shown-query.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Number of photos of the first answer; each further one adds as many. */
const page = 60;
/** Largest size of an image that the engine takes. */
const mostImageBytes = 200 * 1024 * 1024;

/** A search in a shared library, or the library without one. A new search is another object. */
export interface SharedVisit {
  readonly open: SharedConnection | null;
  readonly text: string;
  readonly example: PhotoSource | ImageSource | null;
  readonly approximate: boolean;
}

/** Answers of a server, kept as long as the person may come back to it. */
interface KeptAnswer {
  readonly about: SharedLibraryState | null;
  readonly answer: SharedAnswer | null;
  readonly limit: number;
}

const nowhere: SharedVisit = { open: null, text: '', example: null, approximate: false };

export class SharedPages {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #toasts: Toasts;
  readonly #edits: Edits;
  readonly #activate: (modelId: ModelId) => Promise<unknown>;
  /** Number of the last request. Answers to earlier ones are dropped. */
  #last = 0;
  #limit = page;
  readonly #kept = new WeakMap<SharedVisit, KeptAnswer>();

  /** Null until the engine has answered. */
  connections = $state.raw<readonly SharedConnection[] | null>(null);
  /** Whether the form for another address is shown. */
  connecting = $state(false);
  /** Open connection; null before a choice. */
  open = $state.raw<SharedConnection | null>(null);
  /** Contents of the open library; null until its server has answered. */
  about = $state.raw<SharedLibraryState | null>(null);
  /** Whether an answer of a server is awaited. */
  busy = $state(false);
  /** Reason if the last request has failed. */
  error = $state.raw<unknown>(null);
  /** The shown library and search, for the history. */
  visit = $state.raw<SharedVisit>(nowhere);
  /** Text of the search box. */
  text = $state('');
  /** Whether the server's index may answer, which misses some of the nearest codes. */
  approximate = $state(false);
  /** Photo or image to which results should be similar. */
  example = $state.raw<PhotoSource | ImageSource | null>(null);
  answer = $state.raw<SharedAnswer | null>(null);
  /** Index of the viewed photo among the hits; null for none. */
  shownIndex = $state<number | null>(null);
  /** Data of that photo; null until the server has answered. */
  facts = $state.raw<SharedPhoto | null>(null);
  /** Data that publishing would send; null unless requested. */
  plan = $state.raw<PublishPlan | null>(null);

  readonly shown: SharedHit | null = $derived.by(() =>
    this.shownIndex === null ? null : (this.answer?.hits[this.shownIndex] ?? null),
  );
  /** Whether a longer list might have more. */
  readonly hasMore = $derived(this.answer !== null && this.answer.hits.length >= this.#limit);
  readonly canSearch = $derived(this.open !== null && (this.text.trim() !== '' || this.example !== null));
  /** Whether the server refused the user, or asks for a password. */
  readonly wantsPassword = $derived(this.error !== null && toErrorData(this.error).code === 'server-refused');

  /** @param activate has search use a model of this library */
  constructor(ask: Ask, jobs: Jobs, toasts: Toasts, edits: Edits, activate: (modelId: ModelId) => Promise<unknown>) {
    this.#ask = ask;
    this.#activate = activate;
    this.#jobs = jobs;
    this.#toasts = toasts;
    this.#edits = edits;
  }

  /** Loads the known connections without connecting. */
  async load(): Promise<void> {
    this.connections = await this.#ask('connections.list', {});
  }

  /** Adds a shared library and opens it. @returns whether it was added @throws the engine's error */
  async add(url: string, name: string, password: string): Promise<boolean> {
    const before = this.connections ?? [];
    const added = await this.#ask('app.addConnection', { url, name, password: password === '' ? null : password });
    if (added === null) return false;
    await this.load();
    const { connection, names } = added;
    if (before.every(({ id }) => id !== connection.id)) {
      const undo = this.#listing(connection, false);
      await this.#edits.perform(() => Promise.resolve({ what: m.shared_view_added(connection), undo }));
    }
    if (names.includes(connection.name)) await this.show(connection);
    else {
      this.#choose(connection);
      const there = names.filter((each) => each !== connection.name);
      this.#toasts.note(
        there.length === 0
          ? m.shared_view_empty_server({ name: connection.name })
          : m.shared_view_other_names({ name: connection.name, names: there.join(', ') }),
      );
    }
    return true;
  }

  /** Takes a connection off the list. */
  remove = (connection: SharedConnection): Promise<boolean> =>
    this.#edits.perform(async () => {
      const undo = await this.#listing(connection, false)();
      return { what: m.shared_view_removed(connection), undo };
    });

  /** Puts a connection on the list, or takes it off. */
  #listing(connection: SharedConnection, isListed: boolean): Undo {
    return async () => {
      const { id } = connection;
      if (isListed) await this.#ask('connections.restore', { connection: id });
      else {
        await this.#ask('connections.remove', { connection: id });
        if (this.open?.id === id) this.#choose(null);
      }
      await this.load().catch((error: unknown) => this.#toasts.error(error));
      return this.#listing(connection, !isListed);
    };
  }

  #choose(connection: SharedConnection | null): void {
    this.visit = { ...nowhere, open: connection };
    this.#show(connection, { about: null, answer: null, limit: page });
  }

  #show(connection: SharedConnection | null, { about, answer, limit }: KeptAnswer): void {
    this.#last++;
    this.#limit = limit;
    this.busy = false;
    this.open = connection;
    this.about = about;
    this.answer = answer;
    this.error = null;
    this.plan = null;
    this.shownIndex = null;
  }

  #keep(): void {
    this.#kept.set(this.visit, { about: this.about, answer: this.answer, limit: this.#limit });
  }

  /** Shows an earlier visit as it was answered; the server is asked again only if it has not answered. */
  async revisit(visit: SharedVisit): Promise<void> {
    const { open, text, example, approximate } = visit;
    const known = this.#kept.get(visit);
    const isKnown = open === null || (this.connections ?? []).some(({ id }) => id === open.id);
    this.visit = visit;
    this.text = text;
    this.example = example;
    this.approximate = approximate;
    this.#show(isKnown ? open : null, known ?? { about: null, answer: null, limit: page });
    if (known === undefined && this.open !== null) await this.show(this.open);
  }

  /** Connects to a shared library, reads its contents, and repeats the present search there. */
  show = async (connection: SharedConnection): Promise<void> => {
    if (this.open?.id !== connection.id) this.#choose(connection);
    await this.#run('connections.show', { connection: connection.id }, (about) => {
      this.about = about;
      this.#keep();
    });
    if (this.about !== null && this.canSearch) await this.search();
  };

  /** The published thumbnail of a photo of the open library; null without one. @throws the engine's error */
  async thumbnail(hit: SharedHit): Promise<Uint8Array<ArrayBuffer> | null> {
    const { open } = this;
    if (open === null) return null;
    const answer = await this.#ask('connections.thumbnail', { connection: open.id, id: hit.id });
    return answer === null ? null : new Uint8Array(answer.image);
  }

  /** Sets the password of the open library and tries again. It is kept in memory until Hashlens is closed. */
  async givePassword(password: string): Promise<void> {
    const { open } = this;
    if (open === null) return;
    await this.#ask('connections.password', { connection: open.id, password });
    await this.show(open);
  }

  search = async (): Promise<void> => {
    if (!this.canSearch) return;
    const { open, text, example, approximate } = this;
    const asked: SharedVisit = { open, text: text.trim(), example, approximate };
    if (!isSame(this.visit, asked)) this.visit = asked;
    this.#limit = page;
    await this.#find();
  };

  showMore = async (): Promise<void> => {
    this.#limit += page;
    await this.#find();
  };

  async #find(): Promise<void> {
    const { open, example } = this;
    if (open === null || !this.canSearch) return;
    const weight = 1;
    const terms =
      example === null
        ? []
        : [
            example.kind === 'photo'
              ? { kind: 'photo' as const, photoId: example.photoId, weight }
              : { kind: 'image' as const, image: example.image, weight },
          ];
    const approximate = this.approximate && this.about?.recall !== null;
    const params = { connection: open.id, text: this.text.trim(), terms, limit: this.#limit, approximate };
    await this.#run('connections.search', params, (answer) => {
      this.answer = answer;
      this.#keep();
    });
  }

  /** Takes an image as the query, and searches if a library is open. */
  async takeImage(file: File): Promise<void> {
    if (file.size === 0) {
      this.error = new HashlensError('bad-argument', m.search_box_empty_file({ name: file.name }));
      return;
    }
    if (file.size > mostImageBytes) {
      this.error = new HashlensError('too-large', m.shared_view_too_large({ name: file.name }));
      return;
    }
    const image = new Uint8Array(await file.arrayBuffer());
    await this.setExample({ kind: 'image', image, preview: URL.createObjectURL(file), name: file.name });
  }

  async setExample(example: PhotoSource | ImageSource | null): Promise<void> {
    // The history has the image of a search.
    if (this.example?.kind === 'image' && this.example !== this.visit.example)
      URL.revokeObjectURL(this.example.preview);
    this.example = example;
    if (example !== null && this.about !== null) await this.search();
  }

  /** Shows a hit. */
  look = async (index: number | null): Promise<void> => {
    this.shownIndex = index;
    this.facts = null;
    const { open, shown } = this;
    if (open === null || shown === null) return;
    try {
      const facts = await this.#ask('connections.photo', { connection: open.id, id: shown.id });
      if (this.shown === shown) this.facts = facts;
    } catch (error) {
      this.#toasts.error(error);
    }
  };

  /** Requests the data that publishing would send. */
  prepare = async (): Promise<void> => {
    if (this.open !== null)
      await this.#run('connections.plan', { connection: this.open.id }, (plan) => (this.plan = plan));
  };

  /** Publishes folders, as a job. The person is asked once more before a folder's first publication. */
  async publish(folderIds: readonly FolderId[], thumbnails: boolean): Promise<void> {
    const { open } = this;
    if (open === null) return;
    try {
      const job = await this.#ask('app.publish', { connection: open.id, folderIds: [...folderIds], thumbnails });
      if (job === null) return;
      this.plan = null;
      this.#jobs.receive(job);
    } catch (error) {
      this.#toasts.error(error);
    }
  }

  /** Call when a job has published: the shown contents of the library are out of date. */
  published(): void {
    if (this.open !== null && !this.busy) void this.show(this.open);
  }

  /** Uses the published model in this library, as a job: its photos get new codes. */
  useModel = async (): Promise<void> => {
    const { open } = this;
    if (open === null) return;
    const added = await this.#run('connections.model', { connection: open.id }, () => undefined);
    if (added !== null) await this.#activate(added.modelId);
  };

  /** Asks the server. An outdated answer is dropped. */
  async #run<M extends PageMethod>(
    method: M,
    params: PageParams<M>,
    onResult: (result: PageResult<M>) => void,
  ): Promise<PageResult<M> | null> {
    const request = ++this.#last;
    this.busy = true;
    this.error = null;
    try {
      const result = await this.#ask(method, params);
      if (request !== this.#last) return null;
      onResult(result);
      return result;
    } catch (error) {
      if (request === this.#last) this.error = error;
      return null;
    } finally {
      if (request === this.#last) this.busy = false;
    }
  }
}

const isSame = (a: SharedVisit, b: SharedVisit): boolean =>
  a.open?.id === b.open?.id && a.text === b.text && a.example === b.example && a.approximate === b.approximate;
