// The protocol between the command line and `hashlens serve`: one JSON object a line, image bytes as base64.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import packageFile from '../../../package.json' with { type: 'json' };
import { engineRequests, type EngineEvent } from '../../shared/contract/engine.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import type { FromResponder } from '../../shared/protocol.ts';
import { schemaVersion } from '../store/migrations.ts';
import { parseJson } from '../../shared/json.ts';

/** Counts changes of the messages themselves. */
const protocolVersion = 2;

/**
 * Two programs can communicate when this is equal: version, protocol, database schema, and the names of the methods,
 * which differ for a program that was updated while the server kept running.
 */
export const wireVersion = [
  packageFile.version,
  protocolVersion,
  schemaVersion,
  createHash('sha256').update(Object.keys(engineRequests).sort().join(' ')).digest('hex').slice(0, 8),
].join('/');

/** Waits for a job: a request beside those of the engine. Its parameters are the job's id. */
export const finishedMethod = 'job finished';
export const finishedParams = z.int().transform((n) => n as JobId);

/** A request of a client; the parameters are parsed by the method's own schema. */
export const toServer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), seq: z.int(), method: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('cancel'), seq: z.int() }),
]);
export type ToServer = z.output<typeof toServer>;

/** The first line of a server. */
export const hello = z.object({
  kind: z.literal('hello'),
  version: z.string(),
  libraryDir: z.string(),
  pid: z.int(),
});
export type Hello = z.output<typeof hello>;

export type FromServer = Hello | FromResponder | { readonly kind: 'event'; readonly event: EngineEvent };

/** A line with a 64 MB image in base64 fits. */
export const longestLine = 96 * 1024 * 1024;
/** Limit of the unfinished long lines of all clients together. */
const longLines = 128 * 1024 * 1024;
/** Lines up to this length are read in any case. */
const shortLine = 1024 * 1024;
const newline = 0x0a;

export function toLine(message: ToServer | FromServer): string {
  return `${JSON.stringify(message)}\n`;
}

/** Parameters with their byte arrays as `{ "$bytes": base64 }`. JSON.stringify alone would write a number a byte. */
export function packBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (Array.isArray(value)) return value.map(packBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packBytes(inner)]));
}

function unpackBytes(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$bytes' in value)) return value;
  return typeof value.$bytes === 'string' ? new Uint8Array(Buffer.from(value.$bytes, 'base64')) : value;
}

/** Memory of the unfinished lines of several connections. */
export class LineBudget {
  #taken = 0;

  /** @throws RangeError when the lines together would exceed the limit */
  take(bytes: number): void {
    if (this.#taken + bytes > longLines) throw new RangeError(`lines of more than ${longLines} bytes in all`);
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** Splits a stream into the JSON objects of its lines. */
export class LineReader {
  #parts: Buffer[] = [];
  #length = 0;
  #counted = 0;
  readonly #budget: LineBudget | null;

  /** @param budget shared by the readers of several connections */
  constructor(budget: LineBudget | null = null) {
    this.#budget = budget;
  }

  /** Whether a line is incomplete. */
  get unfinished(): boolean {
    return this.#length > 0;
  }

  /** Forgets the unfinished line; for a connection that has ended. */
  clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#budget?.give(this.#counted);
    this.#counted = 0;
  }

  /** @throws SyntaxError when a line is not JSON; RangeError when it is too long */
  push(chunk: Buffer): unknown[] {
    const messages: unknown[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      const line = Buffer.concat(this.#parts);
      this.clear();
      messages.push(parseJson(z.unknown(), line.toString('utf8'), unpackBytes));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return messages;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > longestLine) throw new RangeError(`a line of more than ${longestLine} bytes`);
    if (this.#budget !== null && this.#length > shortLine) {
      const more = this.#length - this.#counted;
      this.#budget.take(more);
      this.#counted += more;
    }
    this.#parts.push(part);
  }
}
