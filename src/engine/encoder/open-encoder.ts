// Opens encoders: the starter, or one in a folder that a person has added. The only file that lists the formats.
import { clipFormat } from './clip/clip-encoder.ts';
import type { EncoderDevice } from '../../shared/contract/encoders.ts';
import type { EncoderFormat, FolderOptions, OpenedEncoder } from './encoder-format.ts';
import { openStarterEncoder } from './starter/starter-encoder.ts';

/** Formats in order: the first that recognises a folder opens it. Where none does, the last says what the folder lacks. */
const formats: readonly EncoderFormat[] = [clipFormat];

async function formatOf(dir: string): Promise<EncoderFormat> {
  for (const format of formats) if (await format.recognises(dir)) return format;
  return formats.at(-1) ?? clipFormat;
}

/**
 * Every file the encoder in a folder is made of, relative to the folder.
 * @throws HashlensError `encoder-missing` without the folder, `encoder-invalid` where a file is missing or wrong
 */
export async function encoderFileNames(dir: string): Promise<readonly string[]> {
  return (await formatOf(dir)).fileNames(dir);
}

/** @throws HashlensError `encoder-missing` without the folder, `encoder-invalid` when it cannot be used */
export async function openEncoderFolder(dir: string, options: FolderOptions = {}): Promise<OpenedEncoder> {
  return (await formatOf(dir)).open(dir, options);
}

/** Plain data, so that it can be sent to a worker. */
export interface EncoderSpec {
  /** `folder` is one that a person has added or downloaded. */
  readonly kind: 'starter' | 'folder';
  readonly dir: string;
  /** The id under which its rows are stored. */
  readonly id: string;
  readonly threads: number;
  /** `cpu` where absent. */
  readonly device?: EncoderDevice;
  /** Most photos in one run; the format's own number where absent. */
  readonly imageBatch?: number;
}

export function openEncoder({ kind, dir, ...options }: EncoderSpec): Promise<OpenedEncoder> {
  return kind === 'starter' ? openStarterEncoder(dir, options) : openEncoderFolder(dir, options);
}
