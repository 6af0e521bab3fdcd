// Context of a job that nobody pauses, cancels or waits for.
import type { JobContext } from '../../src/engine/jobs/queue.ts';
import type { JobId } from '../../src/shared/contract/ids.ts';

export const undisturbed: JobContext = {
  jobId: 1 as JobId,
  startedBefore: null,
  mayContinue: () => Promise.resolve(),
  othersWait: () => false,
  signal: new AbortController().signal,
  progress: () => undefined,
};
