// Desktop entries, the arguments of a program for a file, and the programs for a type.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { applicationFolders, chosenProgram, installedPrograms, parseProgram, withFile } from './programs.ts';

const entry = (...lines: readonly string[]): string => ['[Desktop Entry]', 'Type=Application', ...lines, ''].join('\n');
const viewer = entry('Name=Viewer', 'Name[de]=Betrachter', 'Exec=viewer %F', 'MimeType=image/png;image/jpeg;');

it('reads name, command and types of a desktop entry, the name in the language of the person', () => {
  const read = { name: 'Viewer', command: ['viewer', '%F'], types: ['image/png', 'image/jpeg'] };
  expect(parseProgram(viewer, [])).toEqual(read);
  expect(parseProgram(viewer, ['fr_FR', 'de_AT'])).toEqual({ ...read, name: 'Betrachter' });
});

it('reads no keys of other groups, and the first of two', () => {
  const text = `# A comment\n${viewer}Exec=second %f\n[Desktop Action new]\nName=New\nExec=viewer --new %f\n`;
  expect(parseProgram(text, [])?.command).toEqual(['viewer', '%F']);
});

it.each([
  ['hidden', 'Hidden=true'],
  ['for a terminal', 'Terminal=true'],
])('leaves out a program that is %s', (_what, line) => {
  expect(parseProgram(`${viewer}${line}\n`, [])).toBeNull();
});

it('leaves out entries that are no programs, take no file, or have no name or wrong quotes', () => {
  expect(parseProgram(viewer.replace('Application', 'Link'), [])).toBeNull();
  expect(parseProgram(entry('Name=Clock', 'Exec=clock'), [])).toBeNull();
  expect(parseProgram(entry('Exec=viewer %f'), [])).toBeNull();
  expect(parseProgram(entry('Name=Torn', 'Exec="viewer %f'), [])).toBeNull();
  expect(parseProgram('not an entry', [])).toBeNull();
});

it('splits a command at its spaces outside quotes, and undoes escapes', () => {
  const text = entry('Name=Odd', String.raw`Exec="/opt/a b/view" "--title=\\"x\\"" -i %i 50%% %u`);
  const command = parseProgram(text, [])?.command ?? [];
  expect(command).toEqual(['/opt/a b/view', '--title="x"', '-i', '%i', '50%%', '%u']);
  expect(withFile(command, '/photos/a b;$(x).jpg')).toEqual([
    ...['/opt/a b/view', '--title="x"', '-i', '50%', 'file:///photos/a%20b;$(x).jpg'],
  ]);
});

it('gives a program its own name where its command asks for it', () => {
  const { command = [] } = parseProgram(entry('Name=Show 50%f', 'Exec=show -title %c %f'), []) ?? {};
  expect(withFile(command, '/photos/a.jpg')).toEqual(['show', '-title', 'Show 50%f', '/photos/a.jpg']);
});

it('gives a file as one argument, whatever its name is', () => {
  for (const name of ['a b.jpg', '"; rm -rf ~.jpg', '%u.jpg', '$(id).jpg', '-o.jpg', 'a\nb.jpg']) {
    expect(withFile(['viewer', '%F'], `/photos/${name}`)).toEqual(['viewer', `/photos/${name}`]);
  }
});

it('starts a chosen program with the file alone, and on a Mac by the system', () => {
  const file = '/photos/a.jpg';
  expect(withFile(chosenProgram('/opt/100%u/gimp', 'linux').command, file)).toEqual(['/opt/100%u/gimp', file]);
  expect(chosenProgram('/Applications/Affinity Photo.app', 'darwin')).toMatchObject({ name: 'Affinity Photo' });
  expect(withFile(chosenProgram('/Applications/Affinity Photo.app', 'darwin').command, file)).toEqual([
    ...['/usr/bin/open', '-a', '/Applications/Affinity Photo.app', file],
  ]);
});

it('lists the programs for a type by name, where the own entry of an id replaces the shared one', async () => {
  const [own, shared] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(shared, 'kde'));
  const program = (name: string, type: string): string => entry(`Name=${name}`, `Exec=${name} %f`, `MimeType=${type};`);
  writeFileSync(join(own, 'a.desktop'), program('Own', 'image/png'));
  writeFileSync(join(shared, 'a.desktop'), program('Shared', 'image/png'));
  writeFileSync(join(own, 'gone.desktop'), `${program('Gone', 'image/png')}Hidden=true\n`);
  writeFileSync(join(shared, 'gone.desktop'), program('Gone', 'image/png'));
  writeFileSync(join(shared, 'kde', 'b.desktop'), program('Another', 'image/png'));
  writeFileSync(join(shared, 'c.desktop'), program('Film', 'video/mp4'));
  writeFileSync(join(shared, 'd.txt'), program('Text', 'image/png'));
  const found = await installedPrograms('image/png', [own, join(own, 'missing'), shared], []);
  expect(found).toEqual([
    { id: 'kde-b.desktop', name: 'Another', command: ['Another', '%f'] },
    { id: 'a.desktop', name: 'Own', command: ['Own', '%f'] },
  ]);
});

it('looks for entries where the environment says, and in the usual folders', () => {
  expect(applicationFolders({ XDG_DATA_HOME: '/home/x', XDG_DATA_DIRS: '/a:relative:/b' })).toEqual([
    ...['/home/x/applications', '/a/applications', '/b/applications'],
  ]);
  expect(applicationFolders({}).slice(1)).toEqual(['/usr/local/share/applications', '/usr/share/applications']);
});
