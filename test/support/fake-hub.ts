// For tests: a model hub on 127.0.0.1 with a separate storage server, redirects, checksums, and optional faults.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { uint8At } from '../../src/shared/at.ts';

export interface Faults {
  /** Breaks the connection after this many bytes of a body that is longer; once for each number. */
  cutAfter: number[];
  /** Answers this many requests with 503 first. */
  busy: number;
  /** Sends whole files and ignores ranges. */
  ignoreRange: boolean;
  /** Sends bodies with one byte changed. */
  spoil: boolean;
  /** Sends half a body, then stalls. */
  stallOnce: boolean;
  /** Answers HEAD with 405. */
  noHead: boolean;
  /** Sends neither checksums nor ETags. */
  noTags: boolean;
  /** Answers 401, as for a model whose terms must be accepted first. */
  gated: boolean;
  /** Announces large files to have this many bytes. */
  announced: number | null;
}

export interface FakeHub {
  readonly url: string;
  readonly faults: Faults;
  /** `METHOD path [range]` of each request to either server. */
  readonly log: string[];
  commit: string;
  /**
   * Awaited before a connection is broken: receives the file and the number of bytes that the other end should
   * have by then.
   */
  received: (file: string, bytes: number) => Promise<void>;
  readonly files: Map<string, Buffer>;
  close(): Promise<void>;
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function gitSha1(data: Uint8Array): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/**
 * Files under `onnx/` are large ones: the hub redirects to the storage and names their SHA-256. The others it serves
 * itself, with git's checksum as ETag, behind a redirect within the hub.
 * @param others files of further repositories, by their names
 */
export async function startFakeHub(
  repo: string,
  files: Map<string, Buffer>,
  others: ReadonlyMap<string, ReadonlyMap<string, Buffer>> = new Map(),
): Promise<FakeHub> {
  const faults: Faults = {
    cutAfter: [],
    busy: 0,
    ignoreRange: false,
    spoil: false,
    stallOnce: false,
    noHead: false,
    noTags: false,
    gated: false,
    announced: null,
  };
  const log: string[] = [];

  const filesOf = (place: string | undefined) => (place === repo ? files : others.get(place ?? ''));

  function sendBody(
    request: IncomingMessage,
    response: ServerResponse,
    { file, data, etag }: { file: string; data: Buffer; etag: string },
  ): void {
    const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    const stale = ifRange !== undefined && ifRange !== etag;
    const from = match === null || faults.ignoreRange || stale ? 0 : Number(match[1]);
    if (from > 0 && from >= data.length) {
      response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
      return;
    }
    const body = Buffer.from(data.subarray(from));
    if (faults.spoil) body[body.length >> 1] = uint8At(body, body.length >> 1) ^ 1;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(faults.noTags ? {} : { etag }),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` } : {}),
    });
    if (faults.stallOnce) {
      faults.stallOnce = false;
      response.write(body.subarray(0, body.length >> 1));
      return;
    }
    const cut = body.length > (faults.cutAfter[0] ?? Infinity) ? faults.cutAfter.shift() : undefined;
    if (cut === undefined) response.end(body);
    else {
      response.write(body.subarray(0, cut), () => {
        const broken = () => void response.destroy();
        hub.received(file, from + cut).then(broken, broken);
      });
    }
  }

  function answer(request: IncomingMessage, response: ServerResponse, isHub: boolean): void {
    const path = decodeURIComponent(request.url ?? '');
    log.push([request.method, path, request.headers.range].filter(Boolean).join(' '));
    if (faults.busy > 0) {
      faults.busy -= 1;
      response.writeHead(503).end();
      return;
    }
    const [, place, revision, file = ''] = /^\/(.+?)\/(?:resolve|cache)\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const data = filesOf(place)?.get(file);
    if (faults.gated) {
      response.writeHead(401).end();
    } else if (data === undefined || !['main', hub.commit].includes(revision ?? '')) {
      response.writeHead(404).end();
    } else if (request.method === 'HEAD' && faults.noHead) {
      response.writeHead(405).end();
    } else if (isHub && file.startsWith('onnx/')) {
      const linked = { 'x-linked-etag': `"${sha256(data)}"`, 'x-linked-size': faults.announced ?? data.length };
      const named = faults.noTags ? {} : { ...linked, 'x-repo-commit': hub.commit };
      response.writeHead(302, { location: `${storageUrl}${request.url}`, ...named }).end();
    } else if (isHub && path.includes('/resolve/')) {
      const location = (request.url ?? '').replace('/resolve/', '/cache/');
      response.writeHead(307, { location, 'x-repo-commit': hub.commit }).end();
    } else {
      const etag = isHub ? `"${gitSha1(data)}"` : `"storage-${sha256(data).slice(0, 8)}"`;
      if (request.method !== 'HEAD') sendBody(request, response, { file, data, etag });
      else response.writeHead(200, { 'content-length': data.length, ...(faults.noTags ? {} : { etag }) }).end();
    }
  }

  const storage = createServer((request, response) => answer(request, response, false));
  const front = createServer((request, response) => answer(request, response, true));
  const storageUrl = await listen(storage);
  const hub: FakeHub = {
    url: await listen(front),
    faults,
    log,
    commit: '0123456789abcdef0123456789abcdef01234567',
    received: () => Promise.resolve(),
    files,
    async close() {
      for (const server of [storage, front]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  return hub;
}
