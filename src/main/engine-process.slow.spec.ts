// Starting, calling, losing and ending the engine process, with small real processes as substitutes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppEvent, EngineHealth } from '../shared/contract/page.ts';
import type { Handler } from '../shared/protocol.ts';
import { EngineProcess } from './engine-process.ts';

/** Answers `library.status` with its process id, exits on `library.doctor`, and never answers other requests. */
const engine = `
  process.on('message', (m) => {
    if (m.kind === 'shutdown') process.exit(0);
    if (m.method === 'library.status') process.send({ kind: 'answer', seq: m.seq, answer: { ok: true, value: process.pid } });
    if (m.method === 'jobs.list') process.send({ kind: 'answer', seq: m.seq, answer: { ok: true, value: m.params } });
    if (m.method === 'photos.get') process.send({ kind: 'answer', seq: m.seq, answer: { ok: false, error: { code: 'not-found', message: 'No such photo.' } } });
    if (m.method === 'library.doctor') process.exit(3);
  });
  process.send({ kind: 'ready' });
`;

let folder: string;
let running: EngineProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-engine-'));
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.shutdown()));
  running = [];
  await rm(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

async function start(source: string, startMs?: number, host?: Handler) {
  const program = path.join(folder, 'engine.mjs');
  await writeFile(program, source);
  const lines: string[] = [];
  const process_ = new EngineProcess(
    { node: process.execPath, program, args: [], env: process.env, ...(startMs !== undefined && { startMs }) },
    { write: (_source, text) => lines.push(text) },
    host,
  );
  const healths: EngineHealth[] = [];
  const events: AppEvent[] = [];
  process_.onEvent((event) => {
    events.push(event);
    if (event.type === 'engine') healths.push(event.health);
  });
  running.push(process_);
  process_.start();
  return { engine: process_, healths, events, lines };
}

const pid = (one: EngineProcess) => one.pass('library.status', {}).then((answer) => (answer.ok ? answer.value : null));

describe('EngineProcess', () => {
  it('answers requests of the engine, beside those of the page', async () => {
    const asking = `
      let asked;
      process.on('message', (m) => {
        if (m.kind === 'shutdown') process.exit(0);
        if (m.kind === 'answer') process.send({ kind: 'answer', seq: asked, answer: { ok: true, value: m.answer } });
        if (m.kind !== 'request') return;
        asked = m.seq;
        process.send({ kind: 'request', seq: 70, method: 'double', params: 21 });
      });
      process.send({ kind: 'ready' });
    `;
    const { engine: one } = await start(asking, undefined, (_method, params) => Number(params) * 2);
    expect(await one.pass('library.status', {})).toEqual({ ok: true, value: { ok: true, value: 42 } });
    const { engine: alone } = await start(asking);
    const refusal = { ok: false, error: { code: 'bad-argument', message: 'There is no method double.' } };
    expect(await alone.pass('library.status', {})).toMatchObject({ ok: true, value: refusal });
  });

  it('answers requests that were made before it was ready', async () => {
    const { engine: one, healths } = await start(engine);
    expect(one.health).toEqual({ state: 'starting' });
    expect(await pid(one)).toBeTypeOf('number');
    expect(healths.map(({ state }) => state)).toEqual(['starting', 'running']);
  });

  it('passes images as bytes', async () => {
    const { engine: one } = await start(engine);
    const answer = await one.pass('jobs.list', { image: new Uint8Array([1, 2, 255]) });
    expect(answer).toEqual({ ok: true, value: { image: new Uint8Array([1, 2, 255]) } });
  });

  it('throws what the engine threw, with its code', async () => {
    const { engine: one } = await start(engine);
    await expect(one.request('photos.get', { photoId: 1 })).rejects.toMatchObject({
      code: 'not-found',
      message: 'No such photo.',
    });
  });

  it('rejects waiting requests when the process dies, starts it again, and answers again', async () => {
    const { engine: one, healths } = await start(engine);
    const first = await pid(one);
    const waiting = one.pass('models.list', {});
    const fatal = one.pass('library.doctor', {});
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    expect(await fatal).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    const second = await pid(one);
    expect(second).toBeTypeOf('number');
    expect(second).not.toBe(first);
    expect(healths.map(({ state }) => state)).toEqual(['starting', 'running', 'restarting', 'running']);
  });

  it('gives up when it dies again soon, until it is started by hand', async () => {
    const { engine: one } = await start(engine);
    await one.pass('library.doctor', {});
    await one.pass('library.doctor', {});
    expect(one.health).toEqual({ state: 'stopped', reason: 'it ended with exit code 3' });
    expect(await one.pass('library.status', {})).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    one.start();
    expect(await pid(one)).toBeTypeOf('number');
  });

  it('may be restarted again once it has run well for five minutes', async () => {
    const { engine: one } = await start(engine);
    await one.pass('library.doctor', {});
    await pid(one);
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 6 * 60 * 1000);
    await one.pass('library.doctor', {});
    expect(one.health.state).toBe('restarting');
    expect(await pid(one)).toBeTypeOf('number');
  });

  it('reports why a library cannot be opened, and does not try again', async () => {
    const error = { code: 'database-newer', message: 'The library was written by a newer Hashlens; update this one.' };
    const { engine: one, healths } = await start(
      `process.send({ kind: 'failed', error: ${JSON.stringify(error)} }, () => process.exit(1));`,
    );
    expect(await one.pass('library.status', {})).toMatchObject({ ok: false, error });
    expect(healths).toEqual([{ state: 'starting' }, { state: 'stopped', reason: error.message, code: error.code }]);
    expect(await one.pass('library.status', {})).toMatchObject({ ok: false, error });
  });

  it('reports a program that cannot be started', async () => {
    const lines: string[] = [];
    const one = new EngineProcess(
      { node: path.join(folder, 'no-such-node'), program: 'x', args: [], env: {} },
      { write: (_source, text) => lines.push(text) },
    );
    one.start();
    expect(await one.pass('library.status', {})).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    await vi.waitFor(() => expect(one.health.state).toBe('stopped'));
    expect(lines.join('\n')).toContain('ENOENT');
  });

  it('waits only for a limited time for a program that never runs, and names the missing resource', async () => {
    const { engine: one, healths } = await start('setInterval(() => undefined, 1000);', 500);
    expect(await one.pass('library.status', {})).toMatchObject({ ok: false, error: { code: 'engine-stopped' } });
    expect(healths).toEqual([
      { state: 'starting' },
      {
        state: 'stopped',
        reason: expect.stringMatching(/the system allows no more processes, threads/) as string,
        code: 'engine-stopped',
      },
    ]);
  });

  it('does not blame a limit of the system for a program that cannot run', async () => {
    const { engine: one } = await start('import "./no-such-file.mjs";');
    await one.pass('library.status', {});
    expect(one.health).toMatchObject({
      reason: expect.stringMatching(/damaged or missing; install it again/) as string,
    });
  });

  it('passes events on and logs what the engine prints', async () => {
    const { events, lines } = await start(
      `${engine} process.send({ kind: 'event', event: { type: 'library' } }); console.error('a line\\nanother');`,
    );
    await vi.waitFor(() => {
      expect(events).toContainEqual({ type: 'library' });
      expect(lines).toEqual(['a line', 'another']);
    });
  });

  it('ends it on request, and kills it if it does not react', async () => {
    const willing = await start(engine);
    await pid(willing.engine);
    await willing.engine.shutdown();
    expect(willing.engine.ended).toBe(true);
    const deaf = await start(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${engine.replace("'shutdown'", "'?'")}`,
    );
    await pid(deaf.engine);
    await deaf.engine.shutdown();
    expect(deaf.engine.ended).toBe(true);
  });
});
