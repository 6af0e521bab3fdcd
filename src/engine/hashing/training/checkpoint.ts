// The state of a training as bytes, from which it continues with the same result.
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { epochMetricsSchema, type EpochMetrics } from '../../../shared/contract/evaluation.ts';
import { parseJson } from '../../../shared/json.ts';
import type { Arrays } from '../networks/network.ts';
import type { RandomState } from '../../numerics/random.ts';

/** The state after an epoch. */
export interface Checkpoint {
  /** Identifies data, method and options: only the same training can continue from here. */
  readonly key: string;
  /** Steps taken. */
  readonly steps: number;
  /** Loss of the first step, to recognise a divergence; null before it. */
  readonly firstLoss: number | null;
  readonly random: RandomState;
  /** One for each epoch done. */
  readonly epochs: readonly EpochMetrics[];
  readonly best: { readonly epoch: number; readonly map: number; readonly values: Arrays } | null;
  /** Parameters and moments. */
  readonly state: Arrays;
  /** State of the method, such as a memory bank. */
  readonly learner: Arrays;
}

const magic = 0x31434c48; // HLC1
const headBytes = 16;

interface Header extends Omit<Checkpoint, 'best' | 'state' | 'learner'> {
  readonly best: { readonly epoch: number; readonly map: number } | null;
  /** Arrays in the order they follow: group, name, length in numbers. */
  readonly arrays: readonly (readonly [Group, string, number])[];
}
type Group = 'best' | 'state' | 'learner';

const headerSchema: z.ZodType<Header> = z.object({
  key: z.string(),
  steps: z.int(),
  firstLoss: z.number().nullable(),
  random: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  epochs: z.array(epochMetricsSchema),
  best: z.object({ epoch: z.int(), map: z.number() }).nullable(),
  arrays: z.array(z.tuple([z.enum(['best', 'state', 'learner']), z.string(), z.int()])),
});

/** Bytes of a checkpoint of these arrays, without its few kilobytes of header. */
export const arrayBytes = (arrays: Arrays): number =>
  Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Layout: magic, CRC-32 of all that follows, bytes of the header, bytes of padding; header as JSON; float32 arrays. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { best, state, learner, ...rest } = checkpoint;
  const groups: [Group, Arrays][] = [
    ['state', state],
    ['learner', learner],
    ['best', best?.values ?? {}],
  ];
  const all = groups.flatMap(([group, arrays]) =>
    Object.entries(arrays).map(([name, data]) => ({ group, name, data })),
  );
  const header: Header = {
    ...rest,
    best: best === null ? null : { epoch: best.epoch, map: best.map },
    arrays: all.map(({ group, name, data }) => [group, name, data.length]),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (4 - (text.length % 4)) % 4;
  const size = all.reduce((sum, { data }) => sum + data.byteLength, headBytes + text.length + padding);
  const bytes = new Uint8Array(size);
  bytes.set(text, headBytes);
  let at = headBytes + text.length + padding;
  for (const { data } of all) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const head = new DataView(bytes.buffer, 0, headBytes);
  head.setUint32(0, magic, true);
  head.setUint32(8, text.length, true);
  head.setUint32(12, padding, true);
  head.setUint32(4, crc32(bytes.subarray(8)), true);
  return bytes;
}

/**
 * The checkpoint in `bytes` (at the start of its buffer), its arrays views of them; null where they are damaged, of
 * another version, or of a training other than `key`.
 */
export function decodeCheckpoint(bytes: Uint8Array, key: string): Checkpoint | null {
  if (bytes.length < headBytes || bytes.byteOffset % 4 !== 0) return null;
  const head = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
  if (head.getUint32(0, true) !== magic || head.getUint32(4, true) !== crc32(bytes.subarray(8))) return null;
  const length = head.getUint32(8, true);
  const header = readHeader(bytes.subarray(headBytes, headBytes + length));
  if (header?.key !== key) return null;
  const { arrays, best, ...rest } = header;
  const groups: Record<Group, Record<string, Float32Array>> = { best: {}, state: {}, learner: {} };
  let at = bytes.byteOffset + headBytes + length + head.getUint32(12, true);
  for (const [group, name, count] of arrays) {
    groups[group][name] = new Float32Array(bytes.buffer, at, count);
    at += count * 4;
  }
  return {
    ...rest,
    best: best === null ? null : { ...best, values: groups.best },
    state: groups.state,
    learner: groups.learner,
  };
}

/** The sum is right, so only a header of another version does not fit. */
function readHeader(bytes: Uint8Array): Header | null {
  try {
    return parseJson(headerSchema, new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
