// Output on a terminal: sizes, durations, tables without control characters, and progress where there is a terminal.
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { formatBytes, formatSeconds, printTable, ProgressDisplay, reportError, threeDigits } from './output.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Collects the text written to one of the outputs. */
function written(stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  return () => text;
}

it.each([
  [0, '0 kB'],
  [1, '1 kB'],
  [999_400, '999 kB'],
  [999_600, '1.0 MB'],
  [1e6, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [999_960_000, '1.0 GB'],
  [1e9, '1.0 GB'],
  [2.55e11, '255.0 GB'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [60, '1 min 0 s'],
  [3599, '59 min 59 s'],
  [3600, '1 h 0 min'],
  [9000, '2 h 30 min'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it('writes mAP with three digits', () => {
  expect([0.5, 1, 0.12345].map(threeDigits)).toEqual(['0.500', '1.000', '0.123']);
});

it('shows control characters of a name in a table as text', () => {
  const out = written('stdout');
  printTable(['name', 'photos'], [['a\u001b[31mb', 7]]);
  expect(out()).not.toContain('\u001b');
  expect(out()).toMatch(/^name +photos *\n.*a.*b +7 *\n$/);
});

it('says what to do about an error, and gives the stack only where it was asked for', () => {
  const out = written('stderr');
  reportError(new HashlensError('model-missing', 'There is no model x.'));
  expect(out()).toBe('hashlens: There is no model x. `hashlens models list` shows the models there are.\n');
  reportError(new Error('a bug'));
  expect(out()).not.toContain('output.spec.ts');
  vi.stubEnv('HASHLENS_DEBUG', '1');
  reportError(new Error('a bug'));
  expect(out()).toContain('output.spec.ts');
});

function onTerminal(isTTY: boolean): void {
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTTY;
  onTestFinished(() => void (process.stderr.isTTY = before));
}

const job = (more: Partial<Job>): Job =>
  ({ state: 'running', done: 5, total: 20, message: 'Reading', rate: 0, etaSeconds: null, ...more }) as Job;

it('draws progress on a terminal: what is done, how fast, and how long it takes', () => {
  onTerminal(true);
  const out = written('stderr');
  const display = new ProgressDisplay();
  display.show(job({ state: 'queued' }));
  expect(out()).toBe('');
  display.show(job({}));
  expect(out()).toMatch(/Reading .* 5\/20/);
  display.stop();
  display.show(job({ done: 10, rate: 2.5, etaSeconds: 70 }));
  expect(out()).toMatch(/10\/20 {2}2\.5\/s {2}1 min 10 s left/);
  display.stop();
  display.show(job({ done: 10, rate: 25.4, etaSeconds: 1 }));
  expect(out()).toMatch(/10\/20 {2}25\/s {2}1 s left/);
  display.stop();
});

it('draws nothing where the output is no terminal', () => {
  onTerminal(false);
  const out = written('stderr');
  const display = new ProgressDisplay();
  display.show(job({}));
  display.stop();
  expect(out()).toBe('');
});
