// Opens an encoder by what it is and where it lies; the one place that knows which kinds there are.
import { openClipEncoder } from './clip/clip-encoder.ts';
import type { Encoder } from './encoder.ts';
import { openStarterEncoder } from './starter/starter-encoder.ts';

/** Plain data, so that it can be sent to a worker. */
export interface EncoderSpec {
  readonly kind: 'starter' | 'clip';
  readonly dir: string;
  /** The id its rows are stored under. */
  readonly id: string;
  readonly threads: number;
}

export function openEncoder({ kind, dir, id, threads }: EncoderSpec): Promise<Encoder> {
  return kind === 'starter' ? openStarterEncoder(dir, { threads }) : openClipEncoder(dir, { id, threads });
}
