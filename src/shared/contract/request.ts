// How a request is declared: its parameters as a schema, its result as a type.
import { z } from 'zod';

/** A request's parameters are a schema (parsed where they arrive); its result is a type. */
export interface RequestSpec<Params extends z.ZodType, Result> {
  readonly params: Params;
  /** Exists for the type only. */
  readonly result?: Result;
}

export const request =
  <Result>() =>
  <Params extends z.ZodType>(params: Params): RequestSpec<Params, Result> => ({ params });

export const nothing = z.object({});

export const limit = z.int().min(1).max(1000).default(60);

/** Encoded image files dropped on the window; more than any camera makes is refused. */
export const imageBytes = z
  .instanceof(Uint8Array)
  .refine((b) => b.byteLength > 0 && b.byteLength <= 200 * 1024 * 1024, {
    message: 'an image file of at most 200 MB',
  });

export type ResultOf<Spec> = Spec extends RequestSpec<z.ZodType, infer Exact> ? Exact : never;
