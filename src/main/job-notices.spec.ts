// Ends of jobs with a notification, and ends without one.
import { expect, it } from 'vitest';
import { inGerman } from '../../test/support/german.ts';
import { job } from '../../test/support/contract-values.ts';
import type { JobId } from '../shared/contract/ids.ts';
import { JobNotices, type JobNotice } from './job-notices.ts';

function noticing(isWanted = true) {
  let now = 0;
  const shown: JobNotice[] = [];
  const notices = new JobNotices(
    () => isWanted,
    (notice) => shown.push(notice),
    () => now,
  );
  const work = (more: Parameters<typeof job>[0], seconds: number) => {
    notices.receive(job({ ...more, state: 'running', finishedAt: null }));
    now += seconds * 1000;
    notices.receive(job({ state: 'done', ...more, finishedAt: now }));
  };
  return { shown, work, notices };
}
const result = { indexed: 1, unchanged: 2, skipped: 0, failed: 2, failures: [], skippedReasons: {} };

it('reports the end of long work with its result', () => {
  const { shown, work } = noticing();
  work({ result }, 40);
  work({ id: 2 as JobId, kind: 'train', state: 'failed', error: { code: 'disk-full', message: 'No room.' } }, 40);
  expect(shown).toEqual([
    { title: 'Photos are indexed', body: '1 photo indexed, 2 files could not be read', view: 'library' },
    { title: 'Training has failed', body: 'No room.', view: 'training' },
  ]);
});

it('reports it in German', () =>
  inGerman(() => {
    const { shown, work } = noticing();
    work({ result }, 40);
    expect(shown).toEqual([
      { title: 'Die Fotos sind eingelesen', body: '1 Foto eingelesen, 2 Dateien waren nicht lesbar', view: 'library' },
    ]);
  }));

it('reports no short work, no cancelled work, and no end of work whose start it did not see', () => {
  const { shown, work, notices } = noticing();
  work({ result }, 5);
  work({ state: 'cancelled' }, 60);
  notices.receive(job({ state: 'done', finishedAt: 1 }));
  expect(shown).toEqual([]);
});

it('reports nothing while the person sees the window, or does not want notifications', () => {
  const { shown, work } = noticing(false);
  work({ result }, 60);
  expect(shown).toEqual([]);
});
