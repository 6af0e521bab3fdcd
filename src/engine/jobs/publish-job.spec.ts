// The connection of a job that publishes the library, and its result.
import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import type { publish, PublishSource } from '../shared-library/publish.ts';
import type { Postgres } from '../shared-library/postgres.ts';
import { publishJob } from './publish-job.ts';

const url = 'postgresql://anna:secret@example.org:5432/photos';
const counts = { name: 'family', photos: 3, sent: 2, removed: 1, leftOut: 0 };

/** @param send in place of the server's work */
function publishing(send: typeof publish) {
  const [opened, closed]: [string[], number[]] = [[], []];
  const db = { close: () => Promise.resolve(void closed.push(1)) } as unknown as Postgres;
  const connect = (given: string) => {
    opened.push(given);
    return Promise.resolve(db);
  };
  const source = {} as PublishSource;
  const run = (params: object) =>
    publishJob(source, { connect }, send)({ url, name: 'family', ...params }, undisturbed);
  return { run, opened, closed, db, source };
}

it('publishes what was chosen, names the machine, and gives the server without the password', async () => {
  const asked: unknown[] = [];
  const { run, opened, closed, db, source } = publishing((...given) => {
    expect(closed).toEqual([]);
    asked.push(given);
    return Promise.resolve(counts);
  });
  const result = await run({ folderIds: [1], thumbnails: true });
  expect(result).toEqual({ ...counts, server: 'anna@example.org:5432/photos' });
  const label = expect.stringMatching(new RegExp(`^.+ on ${RegExp.escape(hostname())}$`)) as string;
  expect(asked).toEqual([[db, source, { name: 'family', folderIds: [1], thumbnails: true, label }, undisturbed]]);
  expect([opened, closed]).toEqual([[url], [1]]);
});

it('closes the connection also where publishing fails', async () => {
  const error = new Error('refused');
  const { run, closed } = publishing(() => Promise.reject(error));
  await expect(run({ folderIds: [1], thumbnails: false })).rejects.toBe(error);
  expect(closed).toEqual([1]);
});

it('refuses parameters that it cannot read before it connects', async () => {
  const { run, opened } = publishing(() => expect.fail('not published'));
  await expect(run({ folderIds: 'all', thumbnails: false })).rejects.toThrow();
  expect(opened).toEqual([]);
});
