// The progress that the taskbar shows.
import { expect, it } from 'vitest';
import { job } from '../../test/support/contract-values.ts';
import { TaskbarProgress } from './taskbar.ts';

it('is the share done, indeterminate while that is unknown, and removed at the end of the work', () => {
  const shown: number[] = [];
  const progress = new TaskbarProgress((share) => shown.push(share));
  progress.receive(job({ done: 0, total: 0 }));
  progress.receive(job({ done: 30, total: 120 }));
  progress.receive(job({ done: 30, total: 120 }));
  progress.receive(job({ state: 'paused' }));
  progress.receive(job({ done: 90, total: 120 }));
  progress.receive(job({ state: 'done' }));
  progress.receive(job());
  progress.clear();
  expect(shown).toEqual([2, 0.25, -1, 0.75, -1, 0.25, -1]);
});
