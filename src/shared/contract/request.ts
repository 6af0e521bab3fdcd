// Declares a request: its parameters as a schema, its result as a type.
import { z } from 'zod';

/** The receiver parses the parameters by their schema. The result is only a type. */
export interface RequestSpec<Params extends z.ZodType, Result> {
  readonly params: Params;
  /** Exists for the type only. */
  readonly result?: Result;
}

export const request =
  <Result>() =>
  <Params extends z.ZodType>(params: Params): RequestSpec<Params, Result> => ({ params });

export const noParams = z.object({});

/** Number of photos in an answer that a person may scroll through to the end. */
export const photoLimit = z.int().min(1).max(100_000).default(60);

export const limit = z.int().min(1).max(1000).default(60);

/** Largest image file for a search, in bytes: more than any camera writes. */
export const mostImageBytes = 200 * 1024 * 1024;

/** Encoded image files dropped on the window. */
export const imageBytes = z.instanceof(Uint8Array).refine((b) => b.byteLength > 0 && b.byteLength <= mostImageBytes, {
  message: 'an image file of at most 200 MB',
});

export type ResultOf<Spec> = Spec extends RequestSpec<z.ZodType, infer Exact> ? Exact : never;
