// docs/measurements.md: one section a benchmark, replaced by each recorded run.

export interface Recorded {
  /** Name of the benchmark, the section's heading. */
  readonly name: string;
  /** Command that made it. */
  readonly command: string;
  readonly machine: string;
  /** `2026-11-25` */
  readonly date: string;
  /** Output of the benchmark. */
  readonly output: string;
}

/** The page with the section of this benchmark replaced, or added at the end. */
export function withSection(page: string, { name, command, machine, date, output }: Recorded): string {
  const [begin, end] = [`<!-- bench ${name}: begin -->`, `<!-- bench ${name}: end -->`];
  const section = [
    begin,
    '',
    `## ${name}`,
    '',
    `\`${command}\`, ${date}, ${machine}`,
    '',
    '```text',
    output.trimEnd(),
    '```',
    '',
    end,
  ].join('\n');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(to + end.length);
}
