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

/** In quotes, as a string of the file: a backslash is doubled twice, and a percent sign would start a field code. */
const quoted = (argument: string): string =>
  `"${argument
    .replace(/["`$\\]/g, (sign) => `\\${sign}`)
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')}"`;
