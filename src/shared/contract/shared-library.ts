// A shared library: libraries published on a PostgreSQL server, and searches there. The address may contain a
// password, which is never stored; main and the command line send it, and the page names a server.
import { z } from 'zod';
import { filter, longestQuery, mostFilters } from '../query/query.ts';
import { type FolderId, id, type ModelId } from './ids.ts';
import type { Job } from './jobs.ts';
import { photoLimit, request } from './request.ts';
import { searchQuery } from './search.ts';

/** Characters of a shared library's name. */
export const sharedNamePattern = /^[a-z][a-z0-9_]{0,40}$/;

/** Address of a shared library. */
const place = {
  /** `postgresql://user@host:5432/database?sslmode=verify-full` */
  url: z.string().min(1).max(2000),
  /** Name of the shared library; its tables are in the schema `hashlens_<name>`. */
  name: z.string().regex(sharedNamePattern).default('family'),
};

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
  readonly notice: string | null;
}

const folders = z.array(z.string().min(1).max(500)).max(1000).nullable().default(null);
const role = z.string().min(1).max(63);

export const sharedLibraryRequests = {
  'shared.names': request<readonly string[]>()(z.object({ url: place.url })),
  'shared.plan': request<PublishPlan>()(
    z.object({
      ...place,
      /** Null for existing ones, and for all if there are none. */
      folderIds: z.array(id<FolderId>()).max(10_000).nullable().default(null),
      /** Null keeps the earlier choice; yes at first. */
      thumbnails: z.boolean().nullable().default(null),
    }),
  ),
  /**
   * Starts a job that brings the server's copy up to a plan. Only request it with a plan that a person has seen
   * and agreed to.
   */
  'shared.publish': request<Job>()(
    z.object({ ...place, folderIds: z.array(id<FolderId>()).max(10_000), thumbnails: z.boolean() }),
  ),
  'shared.show': request<SharedLibraryState>()(z.object(place)),
  /** Lets a role of the server see folders of this library, all of them by default. */
  'shared.grant': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  'shared.revoke': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  /** Removes this library from the server. */
  'shared.withdraw': request<{ readonly photos: number }>()(z.object(place)),
  /** Adds the published model to this library. */
  'shared.model': request<{ readonly modelId: ModelId }>()(z.object(place)),
  /** Creates the server's index of codes, and measures it. */
  'shared.index': request<{ readonly recall: number; readonly neighbours: number }>()(z.object(place)),
  'shared.search': request<SharedAnswer>()(
    z.object({
      ...place,
      text: z.string().max(longestQuery).default(''),
      terms: searchQuery.shape.terms,
      filters: z.array(filter).max(mostFilters).default([]),
      limit: photoLimit,
      mode: searchQuery.shape.mode,
      /** True may use the server's index, which misses some of the nearest codes. */
      approximate: z.boolean().default(false),
    }),
  ),
  /** A photo's thumbnail, WebP. */
  'shared.thumbnail': request<{ readonly image: Uint8Array } | null>()(z.object({ ...place, id: z.int().positive() })),
} as const;
