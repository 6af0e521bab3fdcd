// Text of a `.desktop` file (freedesktop.org, Desktop Entry Specification).

/**
 * Starts a program with its arguments when the person's session starts.
 * @param command program and arguments, each unquoted
 */
export const desktopEntry = (name: string, command: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    '',
  ].join('\n');

/** An argument in quotes, as a string of the file. Backslashes are doubled twice; a single percent sign starts a field code. */
const quoted = (argument: string): string =>
  `"${argument
    .replace(/["`$\\]/g, (sign) => `\\${sign}`)
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')}"`;
