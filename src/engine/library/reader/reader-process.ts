// The program of a process that touches photo folders: it lists them, reads files and decodes photos. A photo that takes
// too much, or a disk that hangs, costs this process and nothing else.
import { readdir, realpath, stat } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { toErrorData } from '../../../shared/errors.ts';
import type { FromReader, Handlers, Limits, LimitsHere, ProbeKind, ToReader, Work, WorkKind } from './messages.ts';

if (process.send === undefined) throw new Error('reader-process.ts is started by reader-process-client.ts');
// Ctrl+C reaches every process of a terminal. The engine decides when its readers end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// An orderly exit would wait for threads that a disk keeps.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
try {
  // Where memory runs out altogether, Linux ends this process before the engine.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Other systems choose by themselves.
}

/** Processor time one photo may take; formats whose decoders are slow get more by the size of the photo. */
const cpuSeconds = 10;
const mostCpuSeconds = 60;
const watchMs = 10;

const send = (message: FromReader): void => void process.send?.(message);

const probes: Pick<Handlers, ProbeKind> = {
  async root({ root }) {
    try {
      return (await readdir(root)).length === 0 ? 'empty' : 'there';
    } catch {
      return 'away';
    }
  },

  async file({ root, path: relative }) {
    try {
      const real = await realpath(path.join(root, relative));
      const realRoot = await realpath(root);
      return real.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep) ? real : '';
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return null;
    }
  },

  async resolve({ root }) {
    try {
      const real = await realpath(root);
      return { real, isFolder: (await stat(real)).isDirectory() };
    } catch {
      return null;
    }
  },
};

async function handle<K extends WorkKind>(
  kind: K,
  request: Work[K]['request'],
  seq: number,
  limits: LimitsHere,
): Promise<Work[K]['result']> {
  if (kind in probes) return (probes as Handlers)[kind](request, seq, limits);
  // Loaded when it is needed: a process that only looks whether folders are there starts in a fifth of the time.
  const { photoHandlers } = await import('./photo-work.ts');
  return (photoHandlers as Handlers)[kind](request, seq, limits);
}

interface Watch {
  readonly allowSeconds: (seconds: number) => void;
  readonly stop: () => void;
}

/** Reports the process when it is over its limits; the engine kills it. */
function watch(seq: number, { memory }: Limits, isPhoto: boolean): Watch {
  let allowed = cpuSeconds;
  const before = process.cpuUsage();
  let told = false;
  const timer = setInterval(() => {
    const resident = process.memoryUsage.rss();
    // The engine may be busy: far above the limit nobody is waited for.
    if (resident > memory * 1.25) process.kill(process.pid, 'SIGKILL');
    if (told) return;
    const { user, system } = process.cpuUsage(before);
    const what = resident > memory ? 'memory' : isPhoto && (user + system) / 1e6 > allowed ? 'time' : null;
    if (what === null) return;
    told = true;
    send({ kind: 'over', seq, what });
  }, watchMs);
  return {
    allowSeconds: (seconds) => (allowed = Math.min(mostCpuSeconds, cpuSeconds + seconds)),
    stop: () => clearInterval(timer),
  };
}

async function run<K extends WorkKind>(
  kind: K,
  seq: number,
  request: Work[K]['request'],
  limits: Limits,
): Promise<void> {
  const isPhoto = kind === 'photo' || kind === 'thumbnail' || kind === 'full' || kind === 'image';
  const { stop, allowSeconds } = watch(seq, limits, isPhoto);
  try {
    send({ kind: 'done', seq, result: await handle(kind, request, seq, { ...limits, allowSeconds }) });
  } catch (error) {
    if (error instanceof Error && error.name === 'NeedsMemory') send({ kind: 'needs-memory', seq });
    else send({ kind: 'failed', seq, error: toErrorData(error) });
  } finally {
    stop();
  }
}

// The other end is this program's own engine, so its messages are taken to be what messages.ts says.
process.on('message', (message: ToReader) => void run(message.kind, message.seq, message.request, message.limits));
send({ kind: 'ready' });
