// Key files of freedesktop.org (Desktop Entry Specification 1.5), which desktop entries and lists of associations are.

/**
 * Values by key, by group; of two equal groups or keys the first counts. Comments and other lines are left out. The names of groups
 * are in lower case, with a dash for a space.
 */
export function parseKeyFile(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  let values: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      const group = name.toLowerCase().replaceAll(' ', '-');
      values = groups.has(group) ? null : new Map();
      if (values !== null) groups.set(group, values);
      continue;
    }
    const [, key, value] = /^([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined || values === null || values.has(key)) continue;
    values.set(key, unescaped(value));
  }
  return groups;
}

/** A string value's escapes. */
const unescaped = (value: string): string =>
  value.replace(/\\([sntr\\])/g, (_all, sign: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[sign] ?? '\\');

/** Entries of a list that semicolons separate. */
export const entriesOf = (value: string | undefined): readonly string[] => (value ?? '').split(';').filter(Boolean);
