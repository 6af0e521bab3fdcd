// One file of the model hub: its size and checksum as the hub reports them, and its transfer into a part file that can
// be resumed.
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { openPlainFile } from '../../runtime/plain-file.ts';
import { HashlensError } from '../../../shared/errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HubFile {
  readonly size: number | null;
  /** SHA-256 of the content, for large files. The hub stores them in LFS, which names files by checksum. */
  readonly sha256: string | null;
  /** Git's id of the content, for small files. */
  readonly gitSha1: string | null;
  /** Changes with the content: a checksum or an ETag. Null if the server sends neither. */
  readonly identity: string | null;
  /** The commit of the revision. */
  readonly commit: string | null;
}

/** A failure that may pass with another attempt: a broken connection or a busy server. */
export class BrokenOff extends Error {
  /** Whether the server answered at all. */
  readonly reached: boolean;
  constructor(message: string, reached: boolean, options?: ErrorOptions) {
    super(message, options);
    this.reached = reached;
  }
}

/** Compression would prevent counting and resuming bytes. */
const plain = { 'accept-encoding': 'identity' };
const maxRedirects = 5;

function plainTag(etag: string | null): string | null {
  return etag === null ? null : etag.replace(/^W\//, '').replaceAll('"', '');
}

function whole(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** @throws an error that a person can act on, or BrokenOff where another attempt makes sense */
function checkStatus(status: number, url: string): void {
  if (status === 404) {
    throw new HashlensError('not-found', `The model hub has no ${url}; check the name of the model and its revision.`);
  }
  if (status === 401 || status === 403) {
    throw new HashlensError(
      'encoder-missing',
      `The model hub does not give ${url} to everybody; choose another model.`,
    );
  }
  if (status >= 400) throw new BrokenOff(`the model hub answered ${status}`, true);
}

async function request(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new BrokenOff('the model hub could not be reached', false, { cause: error });
  }
}

/**
 * Requests size and checksum. For a large file the hub answers with a redirect to its storage, and only that redirect
 * carries `x-linked-etag` (the SHA-256) and `x-linked-size`. So this function follows redirects itself, and only within
 * the hub.
 */
export async function requestHubFile(fetch: Fetch, url: string, signal: AbortSignal): Promise<HubFile> {
  let at = new URL(url);
  let linkedTag: string | null = null;
  let linkedSize: number | null = null;
  let commit: string | null = null;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await request(fetch, at.href, { method: 'HEAD', redirect: 'manual', headers: plain, signal });
    await response.body?.cancel();
    const { headers, status } = response;
    // Some simple servers do not support HEAD; then the download itself gives the size.
    const noHead = status === 405 || status === 501;
    if (!noHead) checkStatus(status, url);
    linkedTag ??= plainTag(headers.get('x-linked-etag'));
    linkedSize ??= whole(headers.get('x-linked-size'));
    commit ??= headers.get('x-repo-commit');
    const location = headers.get('location');
    const next = status >= 300 && status < 400 && location !== null ? new URL(location, at) : null;
    if (next !== null && next.origin === at.origin) {
      at = next;
      continue;
    }
    const answered = next === null && !noHead;
    const tag = linkedTag ?? (answered ? plainTag(headers.get('etag')) : null);
    return {
      size: linkedSize ?? (answered ? whole(headers.get('content-length')) : null),
      sha256: tag !== null && /^[0-9a-f]{64}$/.test(tag) ? tag : null,
      gitSha1: tag !== null && /^[0-9a-f]{40}$/.test(tag) ? tag : null,
      identity: tag,
      commit: commit !== null && /^[0-9a-f]{40}$/.test(commit) ? commit : null,
    };
  }
  throw new BrokenOff('the model hub redirects without end', true);
}

/** Git's id of a file's content: SHA-1 over a header and the bytes. */
export async function gitSha1OfFile(path: string): Promise<string> {
  const file = await openPlainFile(path);
  const { size } = await file.stat();
  const hash = createHash('sha1').update(`blob ${size}\0`);
  for await (const piece of file.createReadStream()) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

export interface Transfer {
  readonly fetch: Fetch;
  readonly url: string;
  readonly file: HubFile;
  /** File that the bytes are appended to. */
  readonly part: string;
  /** ETag that the storage gave for the bytes in the part, for If-Range; null if it gave none or the part is empty. */
  readonly partTag: string | null;
  readonly signal: AbortSignal;
  /** An attempt that receives no byte for this long has failed. */
  readonly stallMs: number;
  /** Called once, before the first byte is written. */
  onStart(tag: string | null): Promise<void>;
  onBytes(inPart: number): void;
}

/** Offset of a 206 response's first byte; null if the response does not give it. */
function rangeStart(response: Response): number | null {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return whole(match?.[1] ?? null);
}

/**
 * Makes one attempt to complete the part. Starts from the beginning where the server cannot resume or has other content
 * now.
 * @throws BrokenOff when the connection or the server fails; the received bytes stay in the part
 */
export async function transfer(job: Transfer): Promise<void> {
  const { url, file, part } = job;
  const have = (await stat(part).catch(() => null))?.size ?? 0;
  if (file.size !== null && have === file.size && have > 0) return;
  // Without an identity, the rest might belong to another file.
  const recognised = file.identity !== null || job.partTag !== null;
  const canResume = have > 0 && recognised && (file.size === null || have < file.size);
  const stall = new AbortController();
  const signal = AbortSignal.any([job.signal, stall.signal]);
  let timer = setTimeout(() => stall.abort(), job.stallMs);
  try {
    const resume = {
      range: `bytes=${have}-`,
      // If-Range does not allow a weak tag; the final checksum then detects other content.
      ...(job.partTag === null || job.partTag.startsWith('W/') ? {} : { 'if-range': job.partTag }),
    };
    const headers = { ...plain, ...(canResume ? resume : {}) };
    const response = await request(job.fetch, url, { headers, redirect: 'follow', signal });
    if (response.status !== 416) checkStatus(response.status, url);
    if (url.startsWith('https:') && response.url !== '' && !response.url.startsWith('https:')) {
      throw new HashlensError(
        'encoder-missing',
        `The model hub sends ${url} over an unencrypted connection, so it was not downloaded.`,
      );
    }
    const goesOn = response.status === 206 && rangeStart(response) === have;
    if (!goesOn && response.status !== 200) {
      // The answer is neither the rest nor the whole file: the part is useless for this server.
      await response.body?.cancel();
      await (await open(part, 'w')).close();
      throw new BrokenOff(`the model hub answered ${response.status} to a request for the rest`, true);
    }
    let inPart = goesOn ? have : 0;
    if (!goesOn) await job.onStart(response.headers.get('etag'));
    const handle = await open(part, goesOn ? 'a' : 'w');
    try {
      job.onBytes(inPart);
      const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
      for (;;) {
        const read = await reader?.read();
        if (read === undefined || read.done) break;
        clearTimeout(timer);
        timer = setTimeout(() => stall.abort(), job.stallMs);
        await handle.appendFile(read.value);
        inPart += read.value.byteLength;
        if (file.size !== null && inPart > file.size) {
          await reader?.cancel();
          break;
        }
        job.onBytes(inPart);
      }
    } finally {
      await handle.close();
    }
    if (file.size !== null && inPart < file.size) throw new BrokenOff('the connection ended early', true);
  } catch (error) {
    job.signal.throwIfAborted();
    if (error instanceof BrokenOff || error instanceof HashlensError || isDiskError(error)) throw error;
    throw new BrokenOff(stall.signal.aborted ? 'the connection stalled' : 'the connection broke', true, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function isDiskError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOSPC' || code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EDQUOT';
}
