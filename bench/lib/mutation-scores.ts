// Results of mutation testing: counts per file, the table in docs/measurements.md, and the changes that no test has
// noticed.
import { dirname } from 'node:path';
import { z } from 'zod';

const position = z.object({ line: z.number(), column: z.number() });
const mutant = z.object({
  status: z.string(),
  mutatorName: z.string(),
  replacement: z.string().optional(),
  location: z.object({ start: position, end: position }),
});
type Mutant = z.output<typeof mutant>;
const mutatedFile = z.object({ source: z.string(), mutants: z.array(mutant) });
/** The part of Stryker's report that is read; files by their path from the project's folder. */
export const mutationReport = z.object({ files: z.record(z.string(), mutatedFile) });

const countsSchema = z.object({
  /** Changes that a test noticed, or that kept a test from ending. */
  noticed: z.number(),
  unnoticed: z.number(),
  /** Changes of code that no test runs. */
  notReached: z.number(),
  /** Changes that were left out of a sample; scores kept by earlier versions are of all changes. */
  notTried: z.number().default(0),
});
type Counts = z.output<typeof countsSchema>;
export const scoreSchema = countsSchema.extend({
  /** `2026-11-26` */
  measured: z.string(),
  /** Digest of the code and the tests. */
  digest: z.string(),
});
/** A file's counts as in the table. */
export type Score = Omit<z.output<typeof scoreSchema>, 'digest'>;

export function countsOf(mutants: readonly Pick<Mutant, 'status'>[]): Counts {
  const count = (...states: string[]) => mutants.filter(({ status }) => states.includes(status)).length;
  return {
    noticed: count('Killed', 'Timeout'),
    unnoticed: count('Survived'),
    notReached: count('NoCoverage'),
    notTried: count('CompileError'),
  };
}

/** One line for each change that no test noticed: its line, the code before, the code after. */
export function unnoticedIn({ source, mutants }: z.output<typeof mutatedFile>): string[] {
  const lines = source.split('\n');
  const short = (text: string) => (text.length > 100 ? `${text.slice(0, 97)}...` : text);
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .toSorted((a, b) => a.location.start.line - b.location.start.line)
    .map(({ location: { start, end }, replacement = '', mutatorName, status }) => {
      const text = lines.slice(start.line - 1, end.line).join('\n');
      const last = lines[end.line - 1]?.length ?? 0;
      const from = text.slice(start.column - 1, text.length - last + end.column - 1);
      const plain = (code: string) => short(code.replaceAll(/\s+/g, ' '));
      const note = status === 'NoCoverage' ? ' (not reached)' : '';
      return `${start.line}  ${mutatorName}  ${plain(from)}  ->  ${plain(replacement)}${note}`;
    });
}

const countNames = ['noticed', 'unnoticed', 'notReached', 'notTried'] as const satisfies readonly (keyof Counts)[];

export const scoreHeads = [
  'file of src/engine',
  'score %',
  '±',
  'of reached %',
  'noticed',
  'unnoticed',
  'not reached',
  'not tried',
  'measured',
];

/**
 * Numbers of noticed and of reached changes expected of all, from those tried, and the variance of the first. The
 * share is that of Agresti and Coull (1998, two successes and two failures added) with the correction for a finite
 * population.
 */
function expectedOfAll(score: Score): { noticed: number; reached: number; variance: number } {
  const { noticed, unnoticed, notReached, notTried } = score;
  if (notTried === 0) return { noticed, reached: noticed + unnoticed, variance: 0 };
  const tried = noticed + unnoticed + notReached;
  if (tried === 0) throw new Error('No change was tried.');
  const all = tried + notTried;
  const share = (noticed + 2) / (tried + 4);
  return {
    noticed: (all * noticed) / tried,
    reached: (all * (noticed + unnoticed)) / tried,
    variance: (((all ** 2 * share * (1 - share)) / (tried + 4)) * notTried) / (all - 1),
  };
}

const row = (name: string, scores: readonly Score[]): string[] => {
  const sum = (of: readonly number[]) => of.reduce((all, n) => all + n, 0);
  const counts = countNames.map((of) => sum(scores.map((score) => score[of])));
  const estimates = scores.map(expectedOfAll);
  const noticed = sum(estimates.map((of) => of.noticed));
  const deviation = Math.sqrt(sum(estimates.map((of) => of.variance)));
  const percent = (part: number, of: number) => (of === 0 ? '-' : ((100 * part) / of).toFixed(1));
  return [
    name,
    percent(noticed, sum(counts)),
    deviation === 0 ? '-' : percent(1.96 * deviation, sum(counts)),
    percent(noticed, sum(estimates.map((of) => of.reached))),
    ...counts.map(String),
    scores.map(({ measured }) => measured).toSorted()[0] ?? '',
  ];
};

/** Rows of the table: each folder with its sum and the oldest date, its files below it, and the sum of all at the end. */
export function scoreRows(scores: ReadonlyMap<string, Score>): string[][] {
  const files = [...scores].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const folders = [...Map.groupBy(files, ([file]) => dirname(file))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = (of: readonly (readonly [string, Score])[]) => of.map(([, score]) => score);
  return [
    ...folders.flatMap(([folder, of]) => [
      row(folder, all(of)),
      ...of.map(([file, score]) => row(`  ${file.slice(folder.length + 1)}`, [score])),
    ]),
    row('all', all(files)),
  ];
}

/** Scores by file of the table on the page, as `scoreRows` makes it; none where the page has no such table. */
export function readScores(page: string): Map<string, Score> {
  const scores = new Map<string, Score>();
  const [, section = ''] = /<!-- bench mutation: begin -->([^]*)<!-- bench mutation: end -->/.exec(page) ?? [];
  let folder = '';
  for (const line of section.split('\n')) {
    const [, indent, name, noticed, unnoticed, notReached, notTried, measured] =
      /^( *)(\S+) +[-\d.]+ +[-\d.]+ +[-\d.]+ +(\d+) +(\d+) +(\d+) +(\d+) +(\d{4}-\d\d-\d\d) *$/.exec(line) ?? [];
    if (name === undefined || measured === undefined) continue;
    if (indent === '') folder = name;
    else {
      scores.set(`${folder}/${name}`, {
        noticed: Number(noticed),
        unnoticed: Number(unnoticed),
        notReached: Number(notReached),
        notTried: Number(notTried),
        measured,
      });
    }
  }
  return scores;
}
