// A shared library: what several libraries have published on a PostgreSQL server, and searches there. The address may have a
// password, which is never stored; main and the command line send it, and the page names a server.
import { z } from 'zod';
import { filter, longestQuery, mostFilters } from '../query/query.ts';
import { type FolderId, id, type ModelId } from './ids.ts';
import type { Job } from './jobs.ts';
import { photoLimit, request } from './request.ts';
import { searchQuery } from './search.ts';

/** What may name a shared library. */
export const sharedNamePattern = /^[a-z][a-z0-9_]{0,40}$/;

/** Where a shared library is. */
const place = {
  /** `postgresql://user@host:5432/database?sslmode=verify-full` */
  url: z.string().min(1).max(2000),
  /** Name of the shared library; its tables are in the schema `hashlens_<name>`. */
  name: z.string().regex(sharedNamePattern).default('family'),
};

/** What publishing would send, before anything is sent. */
export interface PublishPlan {
  /** The server without the password: `anna@host:5432/photos`. */
  readonly server: string;
  readonly name: string;
  /** Whether nothing of this library is on the server. */
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
  /** How many of them were sent. */
  readonly sent: number;
  readonly removed: number;
  /** Photos that have no code yet, and stay here until they do. */
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
    /** Milliseconds since 1970; null where its first publication is not complete. */
    readonly publishedAt: number | null;
    /** Those that this user sees, with the roles they are shared with. */
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
  /** Weighted mean of the terms' cosines; null where nothing was compared by meaning. */
  readonly score: number | null;
  /** Bits in which the code differs from the first added term's; null where no term has a code. */
  readonly distance: number | null;
  /** PostgreSQL's rank of the words; null where none matches. */
  readonly textScore: number | null;
}

export interface SharedAnswer {
  readonly hits: readonly SharedHit[];
  /** Photos that were published. */
  readonly searched: number;
  /** Photos that pass the filters; null without filters. */
  readonly filtered: number | null;
  readonly encodeMs: number;
  /** Time of the server and of the way to it. */
  readonly serverMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Share of the nearest codes that the index finds, as it was measured; null for an exact search. */
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
      /** Null for those that are there already, and for all where none is. */
      folderIds: z.array(id<FolderId>()).max(10_000).nullable().default(null),
      /** Null for what was chosen before, and for yes at first. */
      thumbnails: z.boolean().nullable().default(null),
    }),
  ),
  /** Starts a job that makes the server's copy what a plan has said. Only ask it with what a person has seen and agreed to. */
  'shared.publish': request<Job>()(
    z.object({ ...place, folderIds: z.array(id<FolderId>()).max(10_000), thumbnails: z.boolean() }),
  ),
  'shared.show': request<SharedLibraryState>()(z.object(place)),
  /** Lets a role of the server see folders of this library, all where none is named. */
  'shared.grant': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  'shared.revoke': request<{ readonly folders: number }>()(z.object({ ...place, role, folders })),
  /** Removes this library from the server. */
  'shared.withdraw': request<{ readonly photos: number }>()(z.object(place)),
  /** Takes the model that was published into this library. */
  'shared.model': request<{ readonly modelId: ModelId }>()(z.object(place)),
  /** Makes the server's index of codes, and measures it. */
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
