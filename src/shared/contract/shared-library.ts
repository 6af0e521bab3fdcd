// A shared library: libraries published on a PostgreSQL server, and searches there. The address may contain a
// password, which is never stored; main and the command line send it, and the page names a connection that was added.
import { z } from 'zod';
import { filter, longestQuery, mostFilters } from '../query/query.ts';
import { type ConnectionId, type FolderId, id, type ModelId, type PhotoId } from './ids.ts';
import type { Job } from './jobs.ts';
import { noParams, photoLimit, request } from './request.ts';
import { searchQuery } from './search.ts';
import type { SearchNotice } from '../sentences.ts';

/** Characters of a shared library's name. */
export const sharedNamePattern = /^[a-z][a-z0-9_]{0,40}$/;

/** Address of a shared library. */
const place = {
  /** `postgresql://user@host:5432/database?sslmode=verify-full` */
  url: z.string().min(1).max(2000),
  /** Name of the shared library; its tables are in the schema `hashlens_<name>`. */
  name: z.string().regex(sharedNamePattern).default('family'),
};

/** A shared library that a person has added to the window. */
export interface SharedConnection {
  readonly id: ConnectionId;
  /** The server without the password: `anna@host:5432/photos`. */
  readonly server: string;
  readonly name: string;
}

/** Data that publishing would send, before anything is sent. */
export interface PublishPlan {
  /** The server without the password: `anna@host:5432/photos`. */
  readonly server: string;
  readonly name: string;
  /** Whether this library is not on the server yet. */
  readonly isFirst: boolean;
  readonly folders: readonly {
    readonly id: FolderId;
    readonly path: string;
    readonly photos: number;
    /** Whether it is not on the server yet. */
    readonly isNew: boolean;
  }[];
  readonly photos: number;
  readonly thumbnails: boolean;
  readonly modelId: ModelId;
  readonly encoderId: string;
}

export interface PublishOutcome {
  readonly server: string;
  readonly name: string;
  /** Photos of this library that are on the server now. */
  readonly photos: number;
  /** Number of photos sent. */
  readonly sent: number;
  readonly removed: number;
  /** Number of photos without a code yet, which are not published until they have one. */
  readonly leftOut: number;
}

/** Measurement of an index of a server. */
export interface ServerIndexOutcome {
  /** Share of the nearest codes that it finds, 0 to 1. */
  readonly recall: number;
  /** Number of nearest codes compared, for each of some codes. */
  readonly neighbours: number;
}

export interface SharedLibraryState {
  readonly server: string;
  readonly name: string;
  readonly encoderId: string;
  readonly modelId: string;
  readonly bits: number;
  /** Whether the server compares codes by pgvector. */
  readonly vectors: boolean;
  /** Share of the nearest codes that its index finds; null without an index. */
  readonly recall: number | null;
  readonly libraries: readonly {
    readonly label: string;
    readonly owner: string;
    readonly photos: number;
    /** Milliseconds since 1970; null if its first publication is not complete. */
    readonly publishedAt: number | null;
    /** Folders visible to this user, with the roles they are shared with. */
    readonly folders: readonly { readonly name: string; readonly roles: readonly string[] }[];
  }[];
}

export interface SharedHit {
  readonly rank: number;
  /** Number of the photo on the server. */
  readonly id: number;
  readonly library: string;
  readonly folder: string;
  /** Relative to the folder. */
  readonly path: string;
  readonly caption: string | null;
  readonly width: number;
  readonly height: number;
  /** The photo in this library, if it was published from here; its file may be missing. */
  readonly photoId: PhotoId | null;
  /** Weighted mean of the terms' cosines; null if nothing was compared by meaning. */
  readonly score: number | null;
  /** Hamming distance to the first added term's code; null without a code. */
  readonly distance: number | null;
  /** PostgreSQL's rank of the words; null without a match. */
  readonly textScore: number | null;
}

export interface SharedAnswer {
  readonly hits: readonly SharedHit[];
  /** Photos that were published. */
  readonly searched: number;
  /** Photos that pass the filters; null without filters. */
  readonly filtered: number | null;
  readonly encodeMs: number;
  /** Time of the server and of the network. */
  readonly serverMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Measured share of the nearest codes that the index finds; null for an exact search. */
  readonly recall: number | null;
  readonly notices: readonly SearchNotice[];
  /** The same in English, joined; null if there is none. */
  readonly notice: string | null;
}

/** Published data of one photo. */
export interface SharedPhoto {
  readonly captions: readonly string[];
  readonly tags: readonly string[];
  readonly people: readonly string[];
  readonly place: string | null;
  readonly camera: string | null;
  readonly rating: number | null;
  /** As in PhotoDetails: wall-clock time as milliseconds, and the end of a period. */
  readonly capturedAt: number | null;
  readonly capturedUntil: number | null;
  /** Bytes of the original, which is not published. */
  readonly size: number;
  readonly format: string;
}

const folders = z.array(z.string().min(1).max(500)).max(1000).nullable().default(null);
const role = z.string().min(1).max(63);

/** A search, without its server. */
const query = {
  text: z.string().max(longestQuery).default(''),
  terms: searchQuery.shape.terms,
  filters: z.array(filter).max(mostFilters).default([]),
  limit: photoLimit,
  mode: searchQuery.shape.mode,
  /** True may use the server's index, which misses some of the nearest codes. */
  approximate: z.boolean().default(false),
};

const choice = {
  /** Null for the published ones, or for all if none is published. */
  folderIds: z.array(id<FolderId>()).max(10_000).nullable().default(null),
  /** Null for the previous choice; the first default is yes. */
  thumbnails: z.boolean().nullable().default(null),
};

const decided = { folderIds: z.array(id<FolderId>()).max(10_000), thumbnails: z.boolean() };

export const sharedLibraryRequests = {
  'shared.names': request<readonly string[]>()(z.object({ url: place.url })),
  'shared.plan': request<PublishPlan>()(z.object({ ...place, ...choice })),
  /** Starts a job that makes the server's copy follow a plan. Only for plans that a person has seen and accepted. */
  'shared.publish': request<Job>()(z.object({ ...place, ...decided })),
  'shared.show': request<SharedLibraryState>()(z.object(place)),
  /** Lets a role of the server see folders of this library, all of them by default. */
  'shared.grant': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  'shared.revoke': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  /** Removes this library from the server. */
  'shared.withdraw': request<{ readonly photos: number }>()(z.object(place)),
  /** Adds the published model to this library. */
  'shared.model': request<{ readonly modelId: ModelId }>()(z.object(place)),
  /** Starts a job that makes the server's index of codes, and measures it. */
  'shared.index': request<Job>()(z.object(place)),
  'shared.search': request<SharedAnswer>()(z.object({ ...place, ...query })),
  /** A photo's thumbnail, WebP. */
  'shared.thumbnail': request<{ readonly image: Uint8Array } | null>()(z.object({ ...place, id: z.int().positive() })),
} as const;

const connection = id<ConnectionId>();
/** A photo by its number on the server. */
const photo = z.object({ connection, id: z.int().positive() });

/** Shared libraries that were added to the window. None of these requests but the first two contains an address. */
export const connectionsRequests = {
  /** The server of an address, for a question to the person. Connects to nothing. */
  'connections.describe': request<{ readonly server: string }>()(z.object({ url: place.url })),
  /**
   * Connects, and keeps the address without its password where that succeeds. The password is kept in memory until the engine
   * ends. `names` are the shared libraries there. Only main sends this, after asking the person.
   */
  'connections.add': request<{ readonly connection: SharedConnection; readonly names: readonly string[] }>()(
    z.object({ ...place, password: z.string().max(1000).nullable().default(null) }),
  ),
  /** Connects to nothing. */
  'connections.list': request<readonly SharedConnection[]>()(noParams),
  /** Removes the connection from the list. Data on the server stay there. */
  'connections.remove': request<null>()(z.object({ connection })),
  /** Puts a connection on the list again that was removed since the engine was opened. */
  'connections.restore': request<SharedConnection>()(z.object({ connection })),
  /** Keeps a password in memory until the engine ends. */
  'connections.password': request<null>()(z.object({ connection, password: z.string().min(1).max(1000) })),
  'connections.show': request<SharedLibraryState>()(z.object({ connection })),
  'connections.search': request<SharedAnswer>()(z.object({ connection, ...query })),
  'connections.photo': request<SharedPhoto>()(photo),
  'connections.thumbnail': request<{ readonly image: Uint8Array } | null>()(photo),
  /** Takes the published model into this library. */
  'connections.model': request<{ readonly modelId: ModelId }>()(z.object({ connection })),
  'connections.plan': request<PublishPlan>()(z.object({ connection, ...choice })),
  /** Only main sends this, after asking the person. */
  'connections.publish': request<Job>()(z.object({ connection, ...decided })),
} as const;
