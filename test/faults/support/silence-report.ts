// Report of a run in a recording network: what its processes did outside the machine (silent-network.ts).
import { z } from 'zod';

export const silenceReport = z.object({
  /** Names that were looked up, in order, with the step of each. */
  lookups: z.array(z.string()),
  /** TCP connections to port 80 or 443 of any host. */
  connections: z.array(z.string()),
  /** Addresses outside loopback that a process tried to reach, as recorded by strace. */
  outside: z.array(z.string()),
  /** Exit status of each step. */
  steps: z.record(z.string(), z.number()),
});
export type SilenceReport = z.output<typeof silenceReport>;
