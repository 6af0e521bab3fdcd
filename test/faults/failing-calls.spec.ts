// System calls that fail now and then, as on a full or broken disk: each command ends in time, and the next one
// without failures gives the result of an undisturbed one.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Random } from '../../src/engine/numerics/random.ts';
import { differences, libraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

interface Call {
  readonly name: string;
  /** Least number of such calls in an index run of a few photos, after the first ones, which are left alone. */
  readonly times: number;
  readonly first?: number;
  readonly errors?: readonly string[];
}

/** A full disk and a bad one. */
const diskErrors = ['ENOSPC', 'EIO'] as const;

/**
 * Calls that write a library, and those that start processes and threads: Node itself needs the first of the latter.
 */
const calls: readonly Call[] = [
  { name: 'pwrite64', times: 120 },
  { name: 'fdatasync', times: 12 },
  { name: 'fsync', times: 6 },
  { name: 'rename', times: 6 },
  { name: 'ftruncate', times: 4 },
  { name: 'mkdir', times: 6 },
  { name: 'clone3', times: 12, first: 11, errors: ['EAGAIN', 'ENOMEM'] },
];

fault(
  'after any failed write of an index run, the next run gives the result of an undisturbed one',
  ['strace'],
  async () => {
    const album = temporaryFolder();
    await fillWithPhotos(album, 6);
    const names = readdirSync(album);
    writeFileSync(
      join(album, 'captions.csv'),
      `image,caption\n${names.map((n) => `${n},a dog at the beach`).join('\n')}\n`,
    );
    const reference = temporaryFolder();
    expect((await runOn(reference, ['index', album])).status).toBe(0);
    const wanted = libraryContent(reference);
    expect(wanted.faults).toEqual([]);
    const random = new Random(17);
    const outcomes = new Set<number | null>();
    for (const { name: call, times, first = 0, errors = diskErrors } of calls) {
      for (const error of errors) {
        // From one call on for a while, like a full disk, or a single one, like a bad sector.
        const from = 1 + first + random.below(times);
        const when = error === errors[0] ? `${from}..${from + 30}` : String(from);
        const library = join(temporaryFolder(), 'library');
        const inject = `inject=${call}:error=${error}:when=${when}`;
        const through = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
        const disturbed = await runOn(library, ['index', album], { through, timeoutMs: 100_000 });
        const what = `${call} ${error} ${when}`;
        expect({ what, timedOut: disturbed.timedOut }).toEqual({ what, timedOut: false });
        outcomes.add(disturbed.status);
        const next = await runOn(library, ['index', album], { timeoutMs: 100_000 });
        expect({ what, status: next.status, stderr: next.status === 0 ? '' : next.stderr }).toEqual({
          what,
          status: 0,
          stderr: '',
        });
        const content = libraryContent(library);
        expect({ what, wrong: [...content.faults, ...differences(content, wanted)] }).toEqual({ what, wrong: [] });
      }
    }
    // Some failures were noticed, or none occurred.
    expect(outcomes.has(1)).toBe(true);
  },
  { timeout: 600_000 },
);
