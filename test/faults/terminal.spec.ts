// File names with escape sequences: the terminal sees their names, never the sequences.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { sampleAlbum } from '../support/engine.ts';
import { jsonLines, runOn, startHashlens } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const names = {
  photo: 'dog\u001b]0;owned\u0007\u001b[2J\u001b[31m.jpg',
  broken: 'bad\u001b[2J\u001b]52;c;cm0K\u0007\u009b31m\u202egpj.jpg',
  twoLines: 'a\n999 indexed.jpg',
};

function hostileAlbum(): string {
  const folder = join(temporaryFolder(), 'album');
  mkdirSync(folder);
  copyFileSync(join(sampleAlbum, 'animals/red-panda.jpg'), join(folder, names.photo));
  copyFileSync(join(sampleAlbum, 'animals/kitten-on-fence.jpg'), join(folder, names.twoLines));
  writeFileSync(join(folder, names.broken), 'not a photo');
  return folder;
}

describe('names with escape sequences', () => {
  fault('reach neither stdout nor stderr of any command, as text or as JSON', [], async () => {
    const library = temporaryFolder();
    const album = hostileAlbum();
    const commands = [
      ['index', album],
      ['status'],
      ['search', 'text', 'dog'],
      ['search', 'text', 'dog', '--explain'],
      ['search', 'image', join(album, names.broken)],
      ['search', 'image', join(album, names.photo), '--for', 'captions'],
      ['duplicates'],
      ['models', 'activate', '\u001b[2J'],
      ['index', `${album}/\u001b[2Jnowhere`],
    ];
    for (const command of commands) {
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await runOn(library, [...command, ...json]);
        expect(stdout, command.join(' ')).not.toMatch(obeyed);
        expect(stderr, command.join(' ')).not.toMatch(obeyed);
      }
    }
    const found = await runOn(library, ['search', 'text', 'dog']);
    expect(found.stdout).toContain('dog\\x1b]0;owned\\x07\\x1b[2J\\x1b[31m.jpg');
    expect(found.stdout).toContain('a\\n999 indexed.jpg');
    const failures = jsonLines(await runOn(library, ['index', album, '--json'])) as [{ failures: { path: string }[] }];
    expect(failures[0].failures.map(({ path }) => path)).toEqual([join(album, names.broken)]);
  });

  fault('are named, not obeyed, where commander quotes an argument', [], async () => {
    const { status, stderr } = await startHashlens(['index\u001b[2J', 'x']).ended;
    expect(status).toBe(2);
    expect(stderr).toContain('index\\x1b[2J');
    expect(stderr).not.toMatch(obeyed);
  });
});
