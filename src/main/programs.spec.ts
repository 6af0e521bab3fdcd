// Desktop entries, the arguments of a program for a file, and the programs for a type.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { chosenProgram, installedPrograms, parseProgram, programPlaces, withFile } from './programs.ts';

const entry = (...lines: readonly string[]): string => ['[Desktop Entry]', 'Type=Application', ...lines, ''].join('\n');
const viewer = entry('Name=Viewer', 'Name[de]=Betrachter', 'Exec=viewer %F', 'MimeType=image/png;image/jpeg;');

/** Places without anything but what is given. */
const places = (given: Partial<ReturnType<typeof programPlaces>>): ReturnType<typeof programPlaces> => ({
  ...{ folders: [], associations: [], desktops: [], commands: [] },
  ...given,
});

/** A folder with entries for PNG files, each with its own lines. */
function folderOf(entries: Readonly<Record<string, readonly string[]>>): string {
  const folder = temporaryFolder();
  for (const [name, lines] of Object.entries(entries)) {
    const text = entry(`Name=${name}`, `Exec=${name} %f`, 'MimeType=image/png;', ...lines);
    writeFileSync(join(folder, `${name}.desktop`), text);
  }
  return folder;
}

/** Names of the programs for PNG files. */
const namesIn = async (given: Partial<ReturnType<typeof programPlaces>>): Promise<readonly string[]> =>
  (await installedPrograms('image/png', places(given), [])).map(({ name }) => name);

/** A file of associations. */
function list(text: string, isOfDesktop = false): { path: string; isOfDesktop: boolean } {
  const path = join(temporaryFolder(), 'mimeapps.list');
  writeFileSync(path, text);
  return { path, isOfDesktop };
}

it('reads name, command and types of a desktop entry, the name in the language of the person', () => {
  const everywhere = { tryExec: null, onlyIn: null, notIn: [] };
  const read = { name: 'Viewer', command: ['viewer', '%F'], types: ['image/png', 'image/jpeg'], ...everywhere };
  expect(parseProgram(viewer, [])).toEqual(read);
  expect(parseProgram(viewer, ['fr_FR', 'de_AT'])).toEqual({ ...read, name: 'Betrachter' });
});

it('reads no keys of other groups, and the first of two', () => {
  const text = `# A comment\n${viewer}Exec=second %f\n[Desktop Action new]\nName=New\nExec=viewer --new %f\n`;
  expect(parseProgram(text, [])?.command).toEqual(['viewer', '%F']);
});

it('takes the first of two keys that differ in case, and neither comments nor lines without a key', () => {
  const text = entry('# Name=Comment', '=Nothing', ' Name=Indented', 'Name = Viewer ', 'NAME=Loud', 'Exec=viewer %f');
  expect(parseProgram(text, [])).toMatchObject({ name: 'Viewer', command: ['viewer', '%f'] });
});

it('reads an entry with lines of many spaces', () => {
  const spaces = ' '.repeat(200_000);
  const text = entry('Name=Viewer', `X${spaces}`, `Comment=a${spaces}b`, `[${spaces}]${spaces}b`, 'Exec=viewer %f');
  expect(parseProgram(text, [])?.name).toBe('Viewer');
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
  const found = await installedPrograms('image/png', places({ folders: [own, join(own, 'missing'), shared] }), []);
  expect(found).toEqual([
    { id: 'kde-b.desktop', name: 'Another', command: ['Another', '%f'] },
    { id: 'a.desktop', name: 'Own', command: ['Own', '%f'] },
  ]);
});

it('follows links to folders, and ends where they lead in circles', async () => {
  const folder = folderOf({ here: [] });
  symlinkSync(folderOf({ elsewhere: [] }), join(folder, 'linked'));
  for (const name of ['a', 'b', 'c']) symlinkSync(folder, join(folder, name));
  const found = await installedPrograms('image/png', places({ folders: [folder] }), []);
  expect(found.map(({ id }) => id)).toEqual(['linked-elsewhere.desktop', 'here.desktop']);
});

it('leaves out a program whose entry stayed when it was removed', async () => {
  const bin = temporaryFolder();
  for (const name of ['there', 'unusable']) writeFileSync(join(bin, name), '');
  chmodSync(join(bin, 'there'), 0o755);
  const folder = folderOf({
    always: [],
    byName: ['TryExec=there'],
    byPath: [`TryExec=${join(bin, 'there')}`],
    folder: [`TryExec=${bin}`],
    gone: ['TryExec=gone'],
    unusable: ['TryExec=unusable'],
  });
  expect(await namesIn({ folders: [folder], commands: ['/missing', bin] })).toEqual(['always', 'byName', 'byPath']);
});

it('leaves out programs of other desktops', async () => {
  const folder = folderOf({
    all: [],
    gnome: ['OnlyShowIn=Unity;GNOME;'],
    notKde: ['NotShowIn=KDE;'],
    none: ['OnlyShowIn='],
  });
  expect(await namesIn({ folders: [folder] })).toEqual(['all', 'notKde']);
  expect(await namesIn({ folders: [folder], desktops: ['KDE'] })).toEqual(['all']);
  expect(await namesIn({ folders: [folder], desktops: ['ubuntu', 'GNOME'] })).toEqual(['all', 'gnome', 'notKde']);
  // The closest name decides.
  const both = folderOf({ both: ['OnlyShowIn=GNOME;', 'NotShowIn=Classic;'] });
  expect(await namesIn({ folders: [both], desktops: ['Classic', 'GNOME'] })).toEqual([]);
  expect(await namesIn({ folders: [both], desktops: ['GNOME', 'Classic'] })).toEqual(['both']);
});

it('has the default programs first, then the added ones, and none of the removed ones', async () => {
  const folder = folderOf({ alpha: [], beta: [], gamma: [], delta: [], other: ['# no type'] });
  writeFileSync(join(folder, 'other.desktop'), entry('Name=other', 'Exec=other %f'));
  const own = list(
    '[Default Applications]\nimage/png=gamma.desktop;missing.desktop;\n' +
      '[Added Associations]\nimage/png=other.desktop;\nimage/jpeg=beta.desktop;\n' +
      '[Removed Associations]\nimage/png=alpha.desktop;\n',
  );
  expect(await namesIn({ folders: [folder], associations: [own] })).toEqual(['gamma', 'other', 'beta', 'delta']);
  // A file before it adds what it removes; one of a desktop has only defaults, and one after it does not add again.
  const before = list('[Added Associations]\nimage/png=alpha.desktop;');
  const desktop = list(
    '[Default Applications]\nimage/png=delta.desktop\n[Removed Associations]\nimage/png=beta.desktop',
    true,
  );
  expect(await namesIn({ folders: [folder], associations: [before, desktop, own] })).toEqual([
    ...['delta', 'gamma', 'alpha', 'other', 'beta'],
  ]);
  expect(await namesIn({ folders: [folder], associations: [own, before] })).not.toContain('alpha');
});

it('looks for entries, associations and commands where the environment says, and in the usual folders', () => {
  const found = programPlaces({
    XDG_DATA_HOME: '/home/x',
    XDG_DATA_DIRS: '/a:relative:/b',
    XDG_CONFIG_HOME: '/home/c',
    XDG_CONFIG_DIRS: '/etc/c',
    XDG_CURRENT_DESKTOP: 'ubuntu:GNOME',
    PATH: '/bin:relative',
  });
  expect(found.folders).toEqual(['/home/x/applications', '/a/applications', '/b/applications']);
  expect(found.associations.slice(0, 4)).toEqual([
    { path: '/home/c/ubuntu-mimeapps.list', isOfDesktop: true },
    { path: '/home/c/gnome-mimeapps.list', isOfDesktop: true },
    { path: '/home/c/mimeapps.list', isOfDesktop: false },
    { path: '/etc/c/ubuntu-mimeapps.list', isOfDesktop: true },
  ]);
  expect(found.associations.filter(({ isOfDesktop }) => !isOfDesktop).map(({ path }) => path)).toEqual([
    ...['/home/c', '/etc/c', '/home/x/applications', '/a/applications', '/b/applications'].map(
      (folder) => `${folder}/mimeapps.list`,
    ),
  ]);
  expect([found.desktops, found.commands]).toEqual([['ubuntu', 'GNOME'], ['/bin']]);
  expect(programPlaces({ XDG_DATA_HOME: '/a:/b', XDG_DATA_DIRS: '/c' }).folders).toEqual([
    ...['/a:/b/applications', '/c/applications'],
  ]);
  const usual = programPlaces({});
  expect(usual.folders.slice(1)).toEqual(['/usr/local/share/applications', '/usr/share/applications']);
  expect(usual.associations[1]).toEqual({ path: '/etc/xdg/mimeapps.list', isOfDesktop: false });
  expect([usual.desktops, usual.commands]).toEqual([[], []]);
});
