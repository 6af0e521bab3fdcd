// Begins a job's work again when a folder or model it uses was removed meanwhile.
import type { JobRunner } from './queue.ts';

const mostRepeats = 3;

/**
 * A folder or a model may be removed while a job uses it, here or by another process; the database then refuses its
 * rows. The job reads the present state and continues with it.
 */
export function repeatWhenRemoved(run: JobRunner): JobRunner {
  return async (params, context) => {
    for (let repeat = 0; ; repeat++) {
      try {
        return await run(params, context);
      } catch (error) {
        const removed = error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
        if (!removed || repeat === mostRepeats) throw error;
      }
    }
  };
}
