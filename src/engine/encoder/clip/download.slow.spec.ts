// Downloads from a hub on 127.0.0.1: complete, interrupted, corrupted, refused, cancelled.
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTinyClip } from '../../../../scripts/make-tiny-clip.ts';
import type { HashlensError } from '../../../shared/errors.ts';
import { readChecksums, verifyEncoderFolder } from './checksums.ts';
import { openClipEncoder } from './clip-encoder.ts';
import type { DownloadOptions } from './download.ts';
import { downloadEncoder } from './download.ts';
import type { FakeHub } from '../../../../test/support/fake-hub.ts';
import { sha256, startFakeHub } from '../../../../test/support/fake-hub.ts';
import { families } from './families.ts';
import { defaultClipEncoder, describeKnownEncoder, knownEncoders } from './known-encoders.ts';
import { uint8At } from '../../../shared/at.ts';

const repo = 'Xenova/clip-vit-base-patch32';
const names = describeKnownEncoder(defaultClipEncoder)?.files ?? [];
const big = 'onnx/text_model.onnx';

let work = '';
let source: ReadonlyMap<string, Buffer> = new Map();
let hub: FakeHub;
let targetDir = '';
let count = 0;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hashlens-download-'));
  const model = join(work, 'source');
  await makeTinyClip(model);
  source = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(model, name))] as const)));
});
beforeEach(async () => {
  hub = await startFakeHub(repo, new Map(source));
  targetDir = join(work, `target-${++count}`);
  hub.received = partHas;
});
afterEach(() => hub.close());
afterAll(() => rm(work, { recursive: true, force: true }));

function order(more: Partial<DownloadOptions> = {}): ReturnType<typeof downloadEncoder> {
  return downloadEncoder({ repo, revision: 'main', targetDir, baseUrl: hub.url, retryDelayMs: 5, ...more });
}

async function refusal(promise: Promise<unknown>): Promise<HashlensError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'HashlensError' });
  return error as HashlensError;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Waits until this many bytes of the file have been written. */
const partHas = (file: string, bytes: number): Promise<void> =>
  vi.waitFor(async () => expect((await stat(`${join(`${targetDir}.download`, file)}.part`)).size).toBe(bytes), {
    timeout: 60_000,
    interval: 5,
  });

async function expectComplete(): Promise<void> {
  for (const [name, data] of source) expect(await readFile(join(targetDir, name))).toEqual(data);
  expect((await readdir(targetDir)).sort()).toEqual(
    [
      'checksums.json',
      'config.json',
      'onnx',
      'preprocessor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ].sort(),
  );
  expect(await readdir(join(targetDir, 'onnx'))).toHaveLength(2);
  expect(await exists(`${targetDir}.download`)).toBe(false);
  expect(await verifyEncoderFolder(targetDir)).toBe(names.length);
}

const gets = (file: string): string[] => hub.log.filter((line) => line.startsWith('GET') && line.includes(file));

describe('a download that works', () => {
  it('brings a folder that opens under the id of the table', async () => {
    const record = await order();
    await expectComplete();
    expect(record).toMatchObject({ repo, revision: 'main', commit: hub.commit });
    expect(record.files[big]?.sha256).toBe(sha256(source.get(big) ?? Buffer.alloc(0)));
    const encoder = await openClipEncoder(targetDir, { threads: 1 });
    expect(encoder.info.id).toBe(defaultClipEncoder);
    expect(encoder.info.name).toBe(describeKnownEncoder(defaultClipEncoder)?.name);
    await encoder.dispose();
  });

  it('reports bytes of all files together, never backwards, to the end', async () => {
    const reports: (readonly [number, number])[] = [];
    await order({ onProgress: (done, total) => reports.push([done, total]) });
    const total = [...source.values()].reduce((sum, data) => sum + data.length, 0);
    expect(reports.every(([, of]) => of === total)).toBe(true);
    expect(reports.map(([done]) => done)).toEqual(reports.map(([done]) => done).sort((a, b) => a - b));
    expect(reports.at(-1)?.[0]).toBe(total);
  });

  it('takes all files from the commit that the branch had at first', async () => {
    await order();
    expect(hub.log.filter((line) => line.includes('/main/')).every((line) => line.startsWith('HEAD'))).toBe(true);
    expect(gets(big).every((line) => line.includes(hub.commit))).toBe(true);
  });

  it('requests nothing for whole files, and replaces damaged ones', async () => {
    await order();
    const asked = hub.log.length;
    await order();
    expect(hub.log).toHaveLength(asked);
    await truncate(join(targetDir, big), 1000);
    await order();
    await expectComplete();
    expect(hub.log.length).toBeGreaterThan(asked);
  });

  it.each(['noHead', 'noTags'] as const)('gets along with a plain server (%s)', async (fault) => {
    hub.faults[fault] = true;
    await order();
    await expectComplete();
  });
});

describe('a download that breaks off', () => {
  it('goes on by itself from where the connection broke', async () => {
    hub.faults.cutAfter = [40_000];
    await order({ files: [big] });
    expect(gets(`/${big}`).filter((line) => line.endsWith('bytes=40000-')).length).toBeGreaterThan(0);
    expect(await readFile(join(targetDir, big))).toEqual(source.get(big));
  });

  it('resumes with the next request, without fetching whole files again', async () => {
    let seen = 0;
    const flaky: DownloadOptions['fetch'] = (url, init) => {
      if (url.endsWith('vision_model.onnx') && init.method !== 'HEAD' && ++seen > 1) {
        return Promise.reject(new TypeError('fetch failed'));
      }
      return fetch(url, init);
    };
    hub.faults.cutAfter = [];
    const half = order({
      fetch: flaky,
      onProgress: (_done, _total, file) => {
        if (file === big) hub.faults.cutAfter = [30_000];
      },
    });
    const error = await refusal(half);
    expect(error.code).toBe('encoder-missing');
    expect(await exists(targetDir)).toBe(false);
    hub.log.length = 0;
    await order();
    await expectComplete();
    expect(gets(`/${big}`)).toEqual([]);
    expect(gets('vision_model').every((line) => line.endsWith('bytes=30000-'))).toBe(true);
  });

  it('starts the file again on a server without ranges', async () => {
    hub.faults.cutAfter = [50_000];
    hub.faults.ignoreRange = true;
    await order();
    await expectComplete();
  });

  it('starts the file again when its content changed in between', async () => {
    const abort = new AbortController();
    hub.faults.cutAfter = [50_000];
    const stopped = Promise.withResolvers<void>();
    // The connection is broken once the first order has ended.
    hub.received = async (file, bytes) => {
      await partHas(file, bytes);
      abort.abort();
      await stopped.promise;
    };
    const first = await refusal(order({ files: [big], signal: abort.signal }));
    stopped.resolve();
    expect(first.code).toBe('cancelled');
    const changed = Buffer.from(source.get(big) ?? []).reverse();
    hub.files.set(big, changed);
    hub.log.length = 0;
    await order({ files: [big] });
    expect(await readFile(join(targetDir, big))).toEqual(changed);
    expect(gets(big).some((line) => line.includes('bytes='))).toBe(false);
  });

  it('tries again when the hub is busy or a connection stalls', async () => {
    hub.faults.busy = 2;
    hub.faults.stallOnce = true;
    await order({ stallMs: 300 });
    await expectComplete();
  });

  it('gives up on a hub that stays busy, and says that a new request resumes', async () => {
    hub.faults.busy = 1000;
    const error = await refusal(order());
    expect(error.code).toBe('encoder-missing');
    expect(error.message).toContain('503');
    expect(error.message).toContain('start it again');
  });

  it('names the way around when there is no network', async () => {
    await hub.close();
    const error = await refusal(order());
    expect(error.code).toBe('encoder-missing');
    expect(error.message).toMatch(/^Could not reach the model hub 127\.0\.0\.1:\d+; .*add it as an encoder\.$/);
  });
});

describe('what is not taken', () => {
  it.each(['config.json', big])('content of %s that differs from its checksum', async (file) => {
    hub.faults.spoil = true;
    const error = await refusal(order({ files: [file] }));
    expect(error.code).toBe('encoder-invalid');
    expect(error.message).toContain(`${file} is not what the model hub announced: its checksum differs`);
    expect(await exists(targetDir)).toBe(false);
    expect(await exists(join(`${targetDir}.download`, `${file}.part`))).toBe(false);
    hub.faults.spoil = false;
    await order({ files: [file] });
    expect(await readFile(join(targetDir, file))).toEqual(source.get(file));
  });

  it('content longer than announced', async () => {
    const stretched: DownloadOptions['fetch'] = async (url, init) => {
      const response = await fetch(url, init);
      if (init.method === 'HEAD') return response;
      return new Response(Buffer.concat([Buffer.from(await response.arrayBuffer()), Buffer.alloc(99)]));
    };
    const error = await refusal(order({ files: ['config.json'], fetch: stretched }));
    expect(error.code).toBe('encoder-invalid');
    expect(error.message).toContain('bytes instead of');
  });

  it('a model or file the hub does not have', async () => {
    const error = await refusal(order({ repo: 'someone/else' }));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('someone/else/resolve/main/config.json');
  });

  it.each([
    { repo: '../etc' },
    { repo: 'no-owner' },
    { revision: '../..' },
    { files: ['../outside'] },
    { files: ['/etc/passwd'] },
    { files: ['onnx/../../x'] },
    { files: ['checksums.json'] },
    { files: [] },
    { baseUrl: 'nowhere' },
  ])('an order like %j', async (change) => {
    expect((await refusal(order(change))).code).toBe('bad-argument');
    expect(hub.log).toEqual([]);
  });

  it('a second order for the same folder while the first is under way', async () => {
    const [first, second] = await Promise.allSettled([order(), order()]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'bad-argument' } });
    await expectComplete();
  });
});

describe('cancelling', () => {
  it('stops at once, leaves no encoder behind, and keeps what arrived', async () => {
    const abort = new AbortController();
    const error = await refusal(
      order({ signal: abort.signal, onProgress: (_done, _total, file) => file === big && abort.abort() }),
    );
    expect(error.code).toBe('cancelled');
    expect(await exists(targetDir)).toBe(false);
    hub.log.length = 0;
    await order();
    await expectComplete();
    expect(gets('/config.json')).toEqual([]);
  });

  it('does nothing when ordered with a signal already given', async () => {
    expect((await refusal(order({ signal: AbortSignal.abort() }))).code).toBe('cancelled');
    expect(hub.log).toEqual([]);
  });
});

describe('verifying a folder', () => {
  it('finds a changed byte, which opening does not look for, and a short file, which it does', async () => {
    await order();
    const path = join(targetDir, big);
    const data = await readFile(path);
    data[50_000] = uint8At(data, 50_000) ^ 1;
    await writeFile(path, data);
    await expect(verifyEncoderFolder(targetDir)).rejects.toThrow(`damaged ${big}, whose checksum`);
    await truncate(path, 1000);
    await expect(openClipEncoder(targetDir)).rejects.toThrow(`${big} with 1000 bytes instead of`);
    await rm(path);
    await expect(verifyEncoderFolder(targetDir)).rejects.toMatchObject({ code: 'encoder-invalid' });
  });

  it('passes a folder without a record, and refuses a damaged record', async () => {
    const own = join(work, 'own');
    await cp(join(work, 'source'), own, { recursive: true });
    expect(await verifyEncoderFolder(own)).toBe(0);
    expect(await readChecksums(own)).toBeNull();
    await writeFile(join(own, 'checksums.json'), '{"repo":"../x"}');
    await expect(openClipEncoder(own)).rejects.toThrow('damaged checksums.json');
  });
});

describe('the table of known encoders', () => {
  it('has one entry an id, which names family, repository and variant as the opened folder does', () => {
    expect(new Set(knownEncoders.map((known) => known.id)).size).toBe(knownEncoders.length);
    for (const { id, repo, files } of knownEncoders) {
      const [family] = id.split(':');
      const variants = files
        .filter((file) => file.includes('onnx/'))
        .map((file) => /(?:model)(?:_(\w+))?\.onnx$/.exec(file)?.[1] ?? null);
      expect(families.map((one) => one.id as string)).toContain(family);
      expect(variants.length).toBeGreaterThan(0);
      expect(new Set(variants).size).toBe(1);
      expect(id).toBe(`${family}:${repo}${variants[0] === null ? '' : `@${variants[0]}`}`);
    }
  });

  it('takes every file of a subfolder from the repository of that folder', () => {
    for (const { files, parts } of knownEncoders) {
      if (parts === undefined) continue;
      for (const file of files) expect(parts.map(({ folder }) => folder)).toContain(file.split('/')[0]);
    }
  });
});
