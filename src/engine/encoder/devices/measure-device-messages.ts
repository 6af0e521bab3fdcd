// Requests to the process that measures a device.
import type { EncoderDevice } from '../../../shared/contract/encoders.ts';
import type { EncoderSpec } from '../open-encoder.ts';

export interface MeasureOrder {
  readonly spec: EncoderSpec;
  readonly device: EncoderDevice;
}
