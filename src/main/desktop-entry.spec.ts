// Text of a `.desktop` file.
import { expect, it } from 'vitest';
import { desktopEntry } from './desktop-entry.ts';

it('names the program and each argument in quotes', () => {
  expect(desktopEntry('Hashlens', ['/opt/Hashlens/hashlens', '--hidden'])).toBe(
    '[Desktop Entry]\nType=Application\nName=Hashlens\nExec="/opt/Hashlens/hashlens" "--hidden"\nTerminal=false\n',
  );
});

// In the order of the specification: quoting first, then the escapes of a string.
it.each([
  ['/my photos/lib', '"/my photos/lib"'],
  ['/50 % off', '"/50 %% off"'],
  ['/a"b', String.raw`"/a\\"b"`],
  ['/a$b`c', '"/a\\\\$b\\\\`c"'],
  ['/a\\b', String.raw`"/a\\\\b"`],
  ['/a\nb', String.raw`"/a\nb"`],
])('quotes %j', (argument, quoted) => {
  expect(desktopEntry('Hashlens', [argument])).toContain(`\nExec=${quoted}\n`);
});
