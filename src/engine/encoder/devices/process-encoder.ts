// Runs an encoder in a separate process.
import { HashlensError } from '../../../shared/errors.ts';
import { openUpright, squarePixels } from '../../imaging/pixel-input.ts';
import { ProcessRequester } from '../../runtime/process-requester.ts';
import type { Encoder } from '../encoder.ts';
import type { EncoderMethods } from '../encoder-methods.ts';
import type { EncoderSpec } from '../open-encoder.ts';

const program = new URL('./encoder-process.ts', import.meta.url);

export interface ProcessEncoder extends Encoder {
  readonly pid: number | undefined;
}

/**
 * Opens the encoder of `openEncoder` in a process.
 * @throws HashlensError as `openEncoder`, and `internal` when the process ends, as by a driver's fault
 */
export async function openEncoderInProcess(spec: EncoderSpec): Promise<ProcessEncoder> {
  const requester = new ProcessRequester<EncoderMethods>(
    program,
    `The process of the encoder on ${spec.device ?? 'cpu'}`,
  );
  const closed = () => new HashlensError('engine-stopped', 'The encoder has been closed.');
  const { info, input } = await requester.request('open', spec).catch((error: unknown) => {
    requester.kill(closed());
    throw error;
  });
  return {
    info,
    input,
    pid: requester.pid,
    ...(spec.imageBatch === undefined ? {} : { imageBatch: spec.imageBatch }),
    prepareImage: async (source) => squarePixels(await openUpright(source), input),
    encodeImages: (images) => requester.request('encodeImages', images),
    encodeTexts: (texts) => requester.request('encodeTexts', texts),
    dispose() {
      requester.kill(closed());
      return Promise.resolve();
    },
  };
}
