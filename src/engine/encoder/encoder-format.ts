// A format of encoder folders: how one is recognised, which files it is made of, and how it is opened.
import { HashlensError } from '../../shared/errors.ts';
import type { EncoderDevice } from '../../shared/contract/encoders.ts';
import type { Encoder } from './encoder.ts';

export interface FolderOptions {
  /** Replaces the id derived from the folder. Needed where two folders of one name may hold different models. */
  readonly id?: string;
  /** Threads of each network. ONNX Runtime's default is one for each physical core. */
  readonly threads?: number;
  /** Device of both networks; `cpu` where absent. */
  readonly device?: EncoderDevice;
  /** Most photos in one run. */
  readonly imageBatch?: number;
}

/** An encoder in the process that opened it. */
export interface OpenedEncoder extends Encoder {
  /** Whether its networks compute with float32 throughout; rows of others agree less well between devices. */
  readonly isFullPrecision: boolean;
}

/** End of the id of an encoder whose text rows are means over prompts. */
export const promptsMark = '+prompts';

export interface EncoderFormat {
  /** Whether a folder has this format. Looks at names and small files only. */
  recognises(dir: string): Promise<boolean>;
  /** Every file of the encoder, relative to the folder: the encoder's id is bound to their checksums. */
  fileNames(dir: string): Promise<readonly string[]>;
  /** Opens the encoder and runs it once, so that errors appear now. */
  open(dir: string, options: FolderOptions): Promise<OpenedEncoder>;
}

const defaultRemedy = 'copy the whole model folder again or download the encoder again';

/** The error for a folder that is not a usable encoder: names the folder, the fault and the remedy. */
export function invalidEncoder(dir: string, what: string, remedy = defaultRemedy, cause?: unknown): HashlensError {
  return new HashlensError('encoder-invalid', `The encoder folder ${dir} ${what}; ${remedy}.`, { cause });
}
