// Opens an encoder by its kind and path. This is the only place that lists the kinds.
import { openClipEncoder } from './clip/clip-encoder.ts';
import type { Encoder } from './encoder.ts';
import { openStarterEncoder } from './starter/starter-encoder.ts';

/** Plain data, so that it can be sent to a worker. */
export interface EncoderSpec {
  readonly kind: 'starter' | 'clip';
  readonly dir: string;
  /** The id under which its rows are stored. */
  readonly id: string;
  readonly threads: number;
}

export function openEncoder({ kind, dir, id, threads }: EncoderSpec): Promise<Encoder> {
  return kind === 'starter' ? openStarterEncoder(dir, { threads }) : openClipEncoder(dir, { id, threads });
}
