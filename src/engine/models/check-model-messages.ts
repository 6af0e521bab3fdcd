// Requests to the process that checks files from elsewhere.
import { z } from 'zod';

export const checkOrder = z.discriminatedUnion('kind', [
  /** A hash model's folder: sums, operators, shapes, and both networks on rows. Answers with null. */
  z.object({ kind: z.literal('model'), dir: z.string() }),
  /** An encoder's folder: numbers in its own files, both networks run once. Answers with its EncoderInfo. */
  z.object({ kind: z.literal('encoder'), dir: z.string(), id: z.string().nullable() }),
]);
export type CheckOrder = z.output<typeof checkOrder>;
