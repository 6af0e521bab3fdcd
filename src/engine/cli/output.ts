// Output and exit codes of the command line. Everything printed is made safe for a terminal here and nowhere else.
import CliProgress from 'cli-progress';
import Table from 'cli-table3';
import { toErrorData, type ErrorCode } from '../../shared/errors.ts';
import { printable, printableJson, printableLines } from '../../shared/printable.ts';
import type { Job } from '../../shared/contract/jobs.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;

/** One line of JSON on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(value)}\n`);
}

/** One line on stdout; a line break inside it is printed as `\\n`. */
export function print(line = ''): void {
  process.stdout.write(`${printable(line)}\n`);
}

/** Writes for people to stderr, so that stdout contains results alone. */
export function note(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Remedies for an error, in commands; the engine's own message names none. */
export const remedies: Partial<Readonly<Record<ErrorCode, string>>> = {
  'encoder-missing':
    '`hashlens encoders list` shows what there is, `hashlens encoders add <folder>` and `download <id>` add one.',
  'encoder-unusable': '`hashlens encoders add <folder>` or `download <id>` brings it back.',
  'engine-stopped': 'Run the command again; `hashlens jobs list` shows what was left.',
  'model-differs': '`hashlens shared model <url> --activate` uses the model that was published.',
  'model-missing': '`hashlens models list` shows the models there are.',
  'model-unusable':
    '`hashlens models list` shows the others; `models import <folder>` brings one back, `hashlens train` makes one.',
  'queries-unknown': '`--queries <n>` takes the last n rows.',
  'nothing-described': '`hashlens edit` adds captions and tags.',
  'nothing-indexed': '`hashlens index <folder>` adds photos.',
  'library-damaged':
    '`hashlens check` says what is damaged, `hashlens repair` keeps what is readable, `hashlens restore` goes back to a backup.',
  'backup-damaged': '`hashlens backup --list` shows the others.',
};

export function reportError(error: unknown): void {
  const { code, message } = toErrorData(error);
  const remedy = remedies[code];
  note(`hashlens: ${message}${remedy === undefined ? '' : ` ${remedy}`}`);
  if (code === 'internal' && error instanceof Error && process.env['HASHLENS_DEBUG']) {
    for (const line of (error.stack ?? '').split('\n')) note(line);
  }
}

/** Writes commander's messages, which may quote arguments, to stderr. */
export const writeUsage = (text: string): void => void process.stderr.write(printableLines(text));

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const table = new Table({
    head: [...head],
    chars: plain,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)));
  process.stdout.write(`${table.toString()}\n`);
}

/** A progress bar on a terminal; nothing where stderr goes to a file. */
export class ProgressDisplay {
  readonly #bar: CliProgress.SingleBar | null;
  #started = false;

  constructor() {
    this.#bar = process.stderr.isTTY
      ? new CliProgress.SingleBar({
          stream: process.stderr,
          format: '{message} {bar} {value}/{total}{speed}{left}',
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          noTTYOutput: false,
        })
      : null;
  }

  show(job: Job): void {
    if (!this.#bar || job.state !== 'running') return;
    const payload = {
      message: printable(job.message),
      speed: job.rate > 0 ? `  ${job.rate.toFixed(job.rate < 10 ? 1 : 0)}/s` : '',
      left: job.etaSeconds === null ? '' : `  ${formatSeconds(job.etaSeconds)} left`,
    };
    if (!this.#started) this.#bar.start(job.total, job.done, payload);
    this.#started = true;
    this.#bar.setTotal(job.total);
    this.#bar.update(job.done, payload);
  }

  stop(): void {
    this.#bar?.stop();
    this.#started = false;
  }
}

/** mAP and cosines as people compare them. */
export const threeDigits = (x: number): string => x.toFixed(3);

export function formatBytes(bytes: number): string {
  if (bytes === 0) return '0 kB';
  if (bytes < 999_500) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

export function formatSeconds(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
