// The clock jumps years back and forth, between runs and during a job.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { differences, libraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, killedAfter, runOn, startServer } from '../support/program.ts';
import { sampleAlbum } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { clockAt } from './support/machine.ts';
import { fault } from './support/needs.ts';

const past = '-3y';
const future = '@2090-01-01 00:00:00';

describe('a clock that is set', () => {
  fault('three years back and then to 2090 loses no photo, no search, no backup and no job', ['faketime'], async () => {
    const library = join(temporaryFolder(), 'library');
    const album = join(temporaryFolder(), 'album');
    await fillWithPhotos(album, 6);
    const index = async (time: string | null, indexed: number): Promise<void> => {
      const env = time === null ? {} : clockAt(time);
      const outcome = await runOn(library, ['index', album, '--json'], { env });
      expect({ time, status: outcome.status, stderr: outcome.stderr }).toEqual({ time, status: 0, stderr: '' });
      expect(jsonLines(outcome)).toMatchObject([{ indexed, failed: 0 }]);
      expect((await runOn(library, ['search', 'text', `dog ${time ?? 'now'}`, '-n', '1'], { env })).status).toBe(0);
      expect((await runOn(library, ['backup'], { env })).status).toBe(0);
    };
    await index(null, 6);
    copyFileSync(join(sampleAlbum, 'animals/red-panda.jpg'), join(album, 'new-1.jpg'));
    await index(past, 1);
    copyFileSync(join(sampleAlbum, 'places/sandy-beach.jpg'), join(album, 'new-2.jpg'));
    await index(future, 1);
    await index(null, 0);
    const [backups] = jsonLines(await runOn(library, ['backup', '--list', '--json'])) as [{ photos: number }[]];
    // The last one made comes first, regardless of the dates.
    expect(backups[0]?.photos).toBe(8);
    const jobs = jsonLines(await runOn(library, ['jobs', 'list', '--json'])) as [{ state: string }[]];
    expect(jobs[0].map(({ state }) => state)).toEqual(jobs[0].map(() => 'done'));
    expect(libraryContent(library).faults).toEqual([]);
  });

  fault('after a kill in 2090 lets the job be taken up today', ['faketime'], async () => {
    const album = join(temporaryFolder(), 'album');
    await fillWithPhotos(album, 30);
    const alone = join(temporaryFolder(), 'library');
    expect((await runOn(alone, ['index', album])).status).toBe(0);
    const library = join(temporaryFolder(), 'library');
    await killedAfter(2500, library, ['index', album], { env: clockAt(future) });
    const { status, stderr } = await runOn(library, ['index', album]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const now = libraryContent(library);
    expect([...now.faults, ...differences(now, libraryContent(alone))]).toEqual([]);
    const server = await startServer(library, { env: clockAt(past) });
    expect((await runOn(library, ['search', 'text', 'dog', '-n', '1'])).status).toBe(0);
    server.signal('SIGTERM');
    expect((await server.ended).status).toBe(0);
  });
});
