// A process that never runs its program says whether the system refused it or the program itself cannot run.
import { expect, it } from 'vitest';
import { trainInProcess } from '../hashing/training/train-in-process.ts';
import type { TrainingRequest } from '../hashing/training/training.ts';
import { runCapped } from './capped-process.ts';
import { startNode } from './node-process.ts';
import { notStarted, type ProcessEnd } from '../../shared/process-end.ts';
import { ProcessRequester } from './process-requester.ts';

const missing = new URL('./no-such-program.ts', import.meta.url);

it('a program whose file is missing is not blamed on the system, however it is started', async () => {
  const broken = { code: 'internal', message: expect.stringMatching(/damaged or missing; install it again/) as string };
  const requester = new ProcessRequester<{ ask: { params: null; result: null } }>(missing, 'The process');
  await expect(requester.request('ask', null)).rejects.toMatchObject(broken);
  await expect(runCapped(missing, null, { maxMs: 60_000, maxBytes: 300 << 20 })).rejects.toMatchObject(broken);
  const request = { data: null, options: {}, encoder: null } as unknown as TrainingRequest;
  await expect(trainInProcess(request, { program: missing })).rejects.toMatchObject(broken);
});

it.each<[string, ProcessEnd]>([
  ['threads', { signal: 'SIGABRT', output: '' }],
  ['open files, as Node aborts', { signal: 'SIGABRT', output: 'Assertion failed: (uv_loop_init(&loop_)) == (0)' }],
  ['open files, as Node crashes', { signal: 'SIGSEGV', output: '' }],
  ['open files, as Node says', { code: 1, output: 'Cannot read package config /a/package.json: too many open files.' }],
  ['memory', { signal: 'SIGTRAP', output: '# Fatal process out of memory: Zone' }],
  ['processes', { error: Object.assign(new Error('spawn node EAGAIN'), { code: 'EAGAIN' }) }],
  ['time', { signal: 'SIGKILL', output: '' }],
])('a limit on %s is called one', (_what, end) => {
  expect(notStarted('The process', end)).toMatchObject({ code: 'system-limit' });
});

it.each<[string, ProcessEnd]>([
  ['file that is missing', { code: 1, output: "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/a/b.ts'" }],
  ['library that cannot be loaded', { code: 1, output: 'ERR_DLOPEN_FAILED: invalid ELF header' }],
  ['instruction that the processor lacks', { signal: 'SIGILL', output: '' }],
  ['Node that is missing', { error: Object.assign(new Error('spawn node ENOENT'), { code: 'ENOENT' }) }],
])('a %s is no limit of the system', (_what, end) => {
  expect(notStarted('The process', end)).toMatchObject({ code: 'internal' });
});

it('a Node that is not there is no limit of the system', async () => {
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  try {
    const error = await new Promise<unknown>((resolve) => startNode(missing).on('error', resolve));
    expect(notStarted('The process', { error })).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('ENOENT') as string,
    });
  } finally {
    process.execPath = execPath;
  }
});
