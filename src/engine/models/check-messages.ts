// What the process that checks files from elsewhere is asked.
import { z } from 'zod';

export const checkOrder = z.discriminatedUnion('kind', [
  /** A hash model's folder: sums, operators, shapes, and both networks on rows. Answers with null. */
  z.object({ kind: z.literal('model'), dir: z.string() }),
]);
export type CheckOrder = z.output<typeof checkOrder>;
