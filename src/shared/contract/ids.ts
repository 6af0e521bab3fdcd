// Ids of photos, folders, jobs and models. Their types differ, so they cannot be mixed up.
import { z } from 'zod';

declare const brand: unique symbol;

type Id<Name extends string> = number & { readonly [brand]: Name };

export type PhotoId = Id<'photo'>;

export type FolderId = Id<'folder'>;

export type AlbumId = Id<'album'>;

export type CaptionId = Id<'caption'>;

export type FailureId = Id<'failure'>;

export type JobId = Id<'job'>;

export type ConnectionId = Id<'connection'>;

/** A hash model has a name, which is also its folder's: `ucch-64-20261122-101500`. */
export type ModelId = string & { readonly [brand]: 'model' };

export const id = <T extends number>() =>
  z
    .int()
    .positive()
    .transform((n) => n as T);

export const modelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,80}$/)
  .transform((s) => s as ModelId);
