// One command's use of the engine: a served one, or one of its own. Ctrl+C cancels.
import type { Command } from 'commander';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import { HashlensError, type ErrorData } from '../../shared/errors.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Engine } from '../engine.ts';
import { locateLibrary } from './locate-library.ts';
import { exitCodes, note, ProgressDisplay, remedies } from './output.ts';
import { connectEngine } from './serve-client.ts';
import type { LibraryPaths } from '../models/library-paths.ts';

export interface Session {
  readonly engine: Engine;
  /** Waits for a job with its progress on stderr; rejects with its error, `cancelled` or `paused`. */
  readonly finish: (job: Job) => Promise<Job>;
  /** Notices of this command so far, which stderr has too. */
  readonly notices: readonly ErrorData[];
}

/** Notices in a command's JSON object; no key without any. */
export const noticesOf = ({ notices }: Session): { readonly notices?: readonly ErrorData[] } =>
  notices.length === 0 ? {} : { notices };

export const pathsOf = (command: Command): LibraryPaths =>
  locateLibrary(command.optsWithGlobals<{ library?: string }>().library);

/** Runs `work` with an engine and always closes it. */
export async function withEngine(
  command: Command,
  work: (session: Session) => Promise<void>,
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<void> {
  const { library } = command.optsWithGlobals<{ library?: string }>();
  const display = new ProgressDisplay();
  let current: Job | null = null;
  const notices: ErrorData[] = [];
  const remember = (notice: ErrorData): void => {
    if (!notices.some(({ message }) => message === notice.message)) notices.push(notice);
  };
  let waiting = '';
  /** Prints once which process the job waits for. */
  const noteWaiting = ({ state, message }: Job): void => {
    if (state !== 'queued' || message === waiting || !message.startsWith('Waiting for ')) return;
    waiting = message;
    note(`${message}.`);
  };
  const engine = await openOrConnect(library, (event) => {
    // A served engine may be working for others too; their news is not this command's.
    if (event.type === 'job' && event.job.id !== current?.id) return;
    if (event.type === 'epoch' && event.modelId !== current?.modelId) return;
    if (event.type === 'job') {
      noteWaiting(event.job);
      display.show(event.job);
    }
    if (event.type === 'notice') {
      remember(event.notice);
      note(event.notice.message);
    }
    onEvent(event);
  });
  const interrupt = () => {
    display.stop();
    if (!current) process.exit(exitCodes.cancelled);
    // A training takes hours: it is paused, and resumes with `train --resume`. Other work is found again in the
    // library.
    const isTraining = current.kind === 'train';
    note(isTraining ? 'Stopping; the training can go on from here.' : 'Cancelling; what is done is kept.');
    const stop = isTraining ? engine.api['jobs.pause'] : engine.api['jobs.cancel'];
    stop({ jobId: current.id }).catch(() => process.exit(exitCodes.cancelled));
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await work({
      engine,
      notices,
      finish: async (job) => {
        current = job;
        noteWaiting(job);
        const ended = await engine.finished(job.id);
        current = null;
        display.stop();
        if (ended.state === 'paused') {
          const how = ended.kind === 'train' ? '`hashlens train --resume`' : `\`hashlens jobs resume ${ended.id}\``;
          throw new HashlensError('paused', `Paused; ${how} goes on with it.`);
        }
        if (ended.state === 'cancelled') throw new HashlensError('cancelled', 'Cancelled; what was done is kept.');
        if (ended.error) throw new HashlensError(ended.error.code, ended.error.message);
        // Chosen encoders and models that could not be used; the job continued with their substitutes.
        for (const notice of (await engine.api['library.status']({})).notices) {
          remember(notice);
          note(`${notice.message} ${remedies[notice.code] ?? ''}`.trimEnd());
        }
        return ended;
      },
    });
  } finally {
    display.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await engine.close();
  }
}

async function openOrConnect(library: string | undefined, emit: (event: EngineEvent) => void): Promise<Engine> {
  const paths = locateLibrary(library);
  const served = await connectEngine(paths.libraryDir, emit, note);
  if (served) return served;
  // Loading the engine's code takes longer than a warm search; with a served one it is not needed.
  const { openEngine } = await import('../engine.ts');
  const { restoreMissing } = await import('../backup/restore.ts');
  const restored = await restoreMissing(paths.libraryDir);
  if (restored !== null) note(restored);
  return openEngine({ ...paths, interactive: false, emit });
}
