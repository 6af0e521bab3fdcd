// Key files of freedesktop.org (Desktop Entry Specification 1.5), which desktop entries and lists of associations are.

/**
 * Values by key, by group; of two equal groups or keys the first counts. Comments and other lines are left out. Keys and names
 * of groups are in lower case, the latter with a dash for a space.
 */
export function parseKeyFile(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  let values: Map<string, string> | null = null;
  for (const line of text.split('\n').map((one) => one.trimEnd())) {
    if (line.startsWith('[') && line.endsWith(']') && line.length > 2) {
      const group = line.slice(1, -1).toLowerCase().replaceAll(' ', '-');
      values = groups.has(group) ? null : new Map();
      if (values !== null) groups.set(group, values);
      continue;
    }
    const end = line.indexOf('=');
    if (end <= 0 || values === null || /^[#\s]/.test(line)) continue;
    const key = line.slice(0, end).trimEnd().toLowerCase();
    if (!values.has(key)) values.set(key, unescaped(line.slice(end + 1).trimStart()));
  }
  return groups;
}

/** A string value's escapes. */
const unescaped = (value: string): string =>
  value.replace(/\\([sntr\\])/g, (_all, sign: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[sign] ?? '\\');

/** Entries of a list that semicolons separate. */
export const entriesOf = (value: string | undefined): readonly string[] => (value ?? '').split(';').filter(Boolean);
