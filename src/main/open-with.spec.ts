// Programs for a photo: which are offered, what they are started with, and which are remembered.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { PhotoId } from '../shared/contract/ids.ts';
import { mostPrograms, preferences, type Preferences } from '../shared/contract/preferences.ts';
import { OpenWith } from './open-with.ts';

const photo = 7 as PhotoId;
const viewer = { id: 'viewer.desktop', name: 'Viewer', command: ['viewer', '--new', '%F'] };

/** @param chosen path of the program that the person chooses */
function openWith({ file = '/photos/a b.jpg', chosen = null as string | null, programs = [] as string[] } = {}) {
  let now: Preferences = { ...preferences.parse({}), programs };
  const started: (readonly string[])[] = [];
  const asked: string[] = [];
  const kept = {
    get now() {
      return now;
    },
    change: (change: { readonly programs?: readonly string[] }) => (now = { ...now, ...change } as Preferences),
  };
  const made = new OpenWith(kept, {
    file: () => Promise.resolve(file),
    installed: (type) => (asked.push(type), Promise.resolve([viewer])),
    ask: () => Promise.resolve(chosen),
    start: (command) => (started.push(command), Promise.resolve()),
  });
  return { openWith: made, started, asked, programs: () => now.programs };
}

/** A file that the system may start. */
function program(name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

it('offers chosen programs before those installed for the type of the file, without their commands', async () => {
  const { openWith: made, asked } = openWith({ programs: ['/opt/gimp'] });
  expect(await made.programs(photo)).toEqual([
    { id: '/opt/gimp', name: 'gimp' },
    { id: 'viewer.desktop', name: 'Viewer' },
  ]);
  expect(asked).toEqual(['image/jpeg']);
});

it('starts the program of an id with the file alone, and none of another id', async () => {
  const { openWith: made, started } = openWith();
  await made.open(photo, 'viewer.desktop');
  expect(started).toEqual([['viewer', '--new', '/photos/a b.jpg']]);
  await expect(made.open(photo, '/bin/sh')).rejects.toMatchObject({ code: 'not-found' });
  expect(started).toHaveLength(1);
});

it.skipIf(process.platform === 'win32')(
  'remembers a chosen program, starts it, forgets it, and knows it again, but no other',
  async () => {
    const path = program('paint');
    const { openWith: made, started, programs } = openWith({ chosen: path, programs: ['/opt/gimp', path] });
    await made.open(photo, null);
    expect(started).toEqual([[path, '/photos/a b.jpg']]);
    expect(programs()).toEqual([path, '/opt/gimp']);
    made.forget(path);
    expect(programs()).toEqual(['/opt/gimp']);
    made.restore(path);
    expect(programs()).toEqual([path, '/opt/gimp']);
    expect(() => made.restore('/usr/bin/other')).toThrow('no longer known');
  },
);

it.skipIf(process.platform === 'win32')('keeps as many programs as fit the list', async () => {
  const many = Array.from({ length: mostPrograms }, (_, i) => `/opt/${i}`);
  const path = program('paint');
  const { openWith: made, programs } = openWith({ chosen: path, programs: many });
  await made.open(photo, null);
  expect(programs()).toEqual([path, ...many.slice(0, -1)]);
});

it('does nothing when the person closes the dialog', async () => {
  const { openWith: made, started, programs } = openWith();
  await made.open(photo, null);
  expect([started, programs()]).toEqual([[], []]);
});

it.skipIf(process.platform === 'win32')('neither starts nor remembers a file that is no program', async () => {
  const text = join(temporaryFolder(), 'notes.txt');
  writeFileSync(text, 'x');
  for (const chosen of [text, temporaryFolder(), join(temporaryFolder(), 'missing')]) {
    const { openWith: made, started, programs } = openWith({ chosen });
    await expect(made.open(photo, null)).rejects.toMatchObject({ code: 'bad-argument' });
    expect([started, programs()]).toEqual([[], []]);
  }
});
