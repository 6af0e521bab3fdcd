// Encoders downloaded by the engine, from the request to an encoder that can be chosen. The model hub and its storage are
// two servers of this process; any other address fails the test.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { makeTinyEncoder } from '../../scripts/make-tiny-encoder.ts';
import { defaultClipEncoder, describeKnownEncoder } from '../../src/engine/encoder/clip/known-encoders.ts';
import type { JobId } from '../../src/shared/contract/ids.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';
import { startFakeHub, type FakeHub } from '../support/fake-hub.ts';
import { temporaryFolder } from '../support/temporary.ts';

const encoderId = defaultClipEncoder;
const repo = 'Xenova/clip-vit-base-patch32';
const text = 'onnx/text_model.onnx';
const official = 'https://huggingface.co';
/** Bytes of a large file after which its connection is broken. */
const cut = 40_000;

const files = new Map<string, Buffer>();
const hubs: FakeHub[] = [];
let hub: FakeHub;

beforeAll(async () => {
  const folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-')), 'tiny-clip');
  await makeTinyClip(folder);
  for (const name of describeKnownEncoder(encoderId)?.files ?? []) files.set(name, readFileSync(join(folder, name)));
  return () => rmSync(dirname(folder), { recursive: true });
});
beforeEach(async () => {
  hub = await startFakeHub(repo, new Map(files));
  hubs.push(hub);
  const direct = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!url.startsWith(`${official}/`)) throw new Error(`${url} is asked for`);
    const response = await direct(hub.url + url.slice(official.length), init);
    // The address of the answer belongs to this machine. The answer itself is passed on: Node cancels the body
    // of one that is garbage collected before it is read.
    return Object.defineProperty(response, 'url', { value: '', configurable: true });
  });
  return () => vi.unstubAllGlobals();
});
afterAll(async () => {
  for (const one of hubs) await one.close();
});

const folderOf = (engine: TestEngine) =>
  join(engine.libraryDir, 'encoders', encoderId.replaceAll(/[^A-Za-z0-9.-]+/g, '_'));
const partOf = (engine: TestEngine, file: string) => join(`${folderOf(engine)}.download`, `${file}.part`);
const download = async (engine: TestEngine) =>
  engine.finished((await engine.api['encoders.download']({ encoderId })).id);
const installed = async (engine: TestEngine) =>
  (await engine.api['encoders.list']({})).find(({ id }) => id === encoderId)?.installed;
/** The hub breaks connections only once all data it has sent are in the part. */
const breaksAt = (engine: TestEngine, ...bytes: number[]) => {
  hub.faults.cutAfter = bytes;
  hub.received = (file, size) =>
    vi.waitFor(() => expect(statSync(partOf(engine, file)).size).toBe(size), { timeout: 60_000, interval: 5 });
};
const bodies = () => hub.log.filter((line) => line.startsWith('GET'));

it('brings an encoder from the hub and its storage, which can then be used, and asks for nothing a second time', async () => {
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  expect(await installed(engine)).toBe(false);
  const job = await download(engine);
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  expect(job).toMatchObject({ state: 'done', done: bytes, total: bytes });
  for (const [name, content] of files) expect(readFileSync(join(folderOf(engine), name))).toEqual(content);
  expect(await installed(engine)).toBe(true);
  const encode = await engine.api['encoders.use']({ encoderId });
  if (encode === null) throw new Error('a new encoder has everything to encode');
  await engine.finish(encode);
  const answer = await engine.api['search.query'](searchQuery.parse({ text: 'a cat', limit: 5 }));
  expect(answer.hits).toHaveLength(1);
  hub.log.length = 0;
  expect(await download(engine)).toMatchObject({ state: 'done' });
  expect(hub.log).toEqual([]);
});

it('brings an encoder of two models from their two repositories, each at its own commit', async () => {
  const pair = describeKnownEncoder('paired:yashvardhan7/clip-ViT-B-32-multilingual-v1-onnx');
  const [text, image] = pair?.parts ?? [];
  if (pair === undefined || text === undefined || image === undefined) throw new Error('no pair is known');
  const dir = join(temporaryFolder(), 'pair');
  await makeTinyEncoder(dir, 'multilingual');
  const of = (folder: string) =>
    new Map(
      pair.files
        .filter((file) => file.startsWith(`${folder}/`))
        .map((file) => [file.slice(folder.length + 1), readFileSync(join(dir, file))]),
    );
  const both = await startFakeHub(text.repo, of('text'), new Map([[image.repo, of('image')]]));
  hubs.push(both);
  both.commit = 'c'.repeat(40);
  hub = both;
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  const job = await engine.finished((await engine.api['encoders.download']({ encoderId: pair.id })).id);
  expect(job).toMatchObject({ state: 'done', error: null });
  const asked = both.log.filter((line) => line.startsWith('GET') && line.includes('/onnx/'));
  expect(asked.filter((line) => line.includes(`${text.repo}/resolve/${both.commit}/onnx/model.onnx`))).not.toEqual([]);
  expect(asked.filter((line) => line.includes(`${image.repo}/resolve/${both.commit}/onnx/vision`))).not.toEqual([]);
  const encode = await engine.api['encoders.use']({ encoderId: pair.id });
  if (encode === null) throw new Error('a new encoder has everything to encode');
  await engine.finish(encode);
  const answer = await engine.api['search.query'](searchQuery.parse({ text: 'Hund am Strand', limit: 5 }));
  expect(answer.hits).toHaveLength(1);
  expect(answer.notice).toBeNull();
});

it('adds a downloaded encoder once more with prompts, and keeps its files while either of the two is known', async () => {
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  expect(await download(engine)).toMatchObject({ state: 'done' });
  const added = await engine.api['encoders.add']({ path: folderOf(engine), prompts: true });
  expect(added).toMatchObject({ id: `${encoderId}+prompts`, installed: true, languages: 'English', licence: 'MIT' });
  // Only the contract's fields of the table.
  expect(Object.keys(added)).not.toContain('files');
  const encode = await engine.api['encoders.use']({ encoderId: added.id });
  if (encode === null) throw new Error('a new encoder has everything to encode');
  await engine.finish(encode);
  expect((await engine.api['search.query'](searchQuery.parse({ text: 'a cat', limit: 5 }))).hits).toHaveLength(1);
  await engine.api['encoders.remove']({ encoderId });
  expect(existsSync(join(folderOf(engine), text))).toBe(true);
  expect((await engine.api['search.query'](searchQuery.parse({ text: 'a dog', limit: 5 }))).hits).toHaveLength(1);
});

it('takes a mirror that was chosen, and the model hub again when it is the default', async () => {
  const engine = testEngine();
  vi.unstubAllGlobals();
  const host = async () => (await engine.api['encoders.list']({})).find(({ id }) => id === encoderId)?.downloadHost;
  expect(await host()).toBe('huggingface.co');
  expect(await engine.api['encoders.hub']({ url: `${hub.url}/` })).toEqual({ url: hub.url, isDefault: false });
  expect(await host()).toBe(new URL(hub.url).host);
  expect(await download(engine)).toMatchObject({ state: 'done', error: null });
  expect(hub.log).not.toEqual([]);
  await expect(engine.api['encoders.hub']({ url: 'http://mirror.example' })).rejects.toMatchObject({
    code: 'bad-argument',
  });
  expect(await engine.api['encoders.hub']({ url: null })).toEqual({ url: official, isDefault: true });
});

it('goes on by itself where a connection has broken', async () => {
  const engine = testEngine();
  breaksAt(engine, cut);
  expect(await download(engine)).toMatchObject({ state: 'done' });
  expect(bodies().filter((line) => line.endsWith(`bytes=${cut}-`))).not.toEqual([]);
  expect(readFileSync(join(folderOf(engine), text))).toEqual(files.get(text));
});

it('is finished by a new engine when the old one was closed in between', async () => {
  const engine = testEngine();
  hub.faults.stallOnce = true;
  const { id } = await engine.api['encoders.download']({ encoderId });
  await vi.waitFor(() => expect(bodies()).not.toEqual([]), { timeout: 60_000 });
  await engine.close();
  expect(existsSync(folderOf(engine))).toBe(false);
  const next = testEngine(engine.libraryDir);
  expect(await next.finished(id)).toMatchObject({ state: 'done' });
  expect(await installed(next)).toBe(true);
});

it('leaves no encoder when it is cancelled, and the next download takes what has arrived', async () => {
  const engine = testEngine();
  breaksAt(engine, cut);
  const { received } = hub;
  const started = Promise.withResolvers<JobId>();
  hub.received = async (file, size) => {
    await received(file, size);
    await engine.api['jobs.cancel']({ jobId: await started.promise });
    await engine.finished(await started.promise);
  };
  const { id } = await engine.api['encoders.download']({ encoderId });
  started.resolve(id);
  expect((await engine.finished(id)).state).toBe('cancelled');
  expect(existsSync(folderOf(engine))).toBe(false);
  expect(await installed(engine)).toBe(false);
  hub.log.length = 0;
  expect(await download(engine)).toMatchObject({ state: 'done' });
  expect(bodies().filter((line) => line.includes('config.json') && !line.includes('_config'))).toEqual([]);
  expect(bodies().filter((line) => line.endsWith(`bytes=${cut}-`))).not.toEqual([]);
});

it('throws away what is not what the hub has announced, and says so', async () => {
  const engine = testEngine();
  hub.faults.spoil = true;
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-invalid' });
  expect(error?.message).toMatch(/config\.json is not what the model hub announced: its checksum differs/);
  expect(readdirSync(`${folderOf(engine)}.download`).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(await installed(engine)).toBe(false);
  hub.faults.spoil = false;
  expect(await download(engine)).toMatchObject({ state: 'done' });
});

it.skipIf(!existsSync('/dev/full'))('says that a disk is full, and goes on once there is room', async () => {
  const engine = testEngine();
  hub.faults.cutAfter = [cut];
  hub.received = async (file, size) => {
    await vi.waitFor(() => expect(statSync(partOf(engine, file)).size).toBe(size), { timeout: 60_000, interval: 5 });
    // The folder is not writable.
    rmSync(partOf(engine, file));
    symlinkSync('/dev/full', partOf(engine, file));
  };
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-missing' });
  expect(error?.message).toMatch(/could not be written to .*ENOSPC.*free space there/);
  expect(await installed(engine)).toBe(false);
  rmSync(partOf(engine, text));
  expect(await download(engine)).toMatchObject({ state: 'done' });
});

it('fetches nothing that has no room, and says how much is needed', async () => {
  const engine = testEngine();
  hub.faults.announced = 9e15;
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-missing' });
  expect(error?.message).toMatch(/No room for the encoder .*: 1800000\d{4} MB are needed and \d+ MB are free/);
  expect(bodies()).toEqual([]);
});

it('names a model that the hub does not give to everybody', async () => {
  const engine = testEngine();
  hub.faults.gated = true;
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-missing' });
  expect(error?.message).toMatch(/does not give .*clip-vit-base-patch32.* to everybody; choose another model/);
});

it('takes nothing that is sent over a line anybody can read', async () => {
  const engine = testEngine();
  const stubbed = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const response = await stubbed(url, init);
    return Object.defineProperty(response, 'url', { value: `http://storage.example${new URL(url).pathname}` });
  });
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-missing' });
  expect(error?.message).toMatch(/over an unencrypted connection, so it was not downloaded/);
  expect(existsSync(folderOf(engine))).toBe(false);
});

it('does not replace an encoder whose id has other files already', async () => {
  const engine = testEngine();
  expect(await download(engine)).toMatchObject({ state: 'done' });
  rmSync(folderOf(engine), { recursive: true });
  const other = join(temporaryFolder(), 'other');
  await makeTinyClip(other, { seed: 7 });
  for (const name of files.keys()) hub.files.set(name, readFileSync(join(other, name)));
  const { state, error } = await download(engine);
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'encoder-invalid' });
  expect(error?.message).toMatch(/with other files is known already/);
});

it('refuses an encoder that is in no list before anything is asked for', async () => {
  const engine = testEngine();
  await expect(engine.api['encoders.download']({ encoderId: 'clip:nobody/nothing' })).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringMatching(/no encoder clip:nobody\/nothing to download; known are clip:Xenova/) as string,
  });
  expect(hub.log).toEqual([]);
});
