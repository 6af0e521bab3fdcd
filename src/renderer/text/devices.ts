// Devices for a person: their names and how fast they are.
import type { DeviceMeasurement, EncoderDevice } from '../../shared/contract/encoders.ts';

const names: Readonly<Record<EncoderDevice, string>> = {
  cpu: 'the processor',
  webgpu: 'the graphics card (WebGPU)',
  cuda: 'the graphics card (CUDA)',
  dml: 'the graphics card (DirectML)',
  coreml: 'Core ML',
};

/** As after “Runs on”. */
export const deviceName = (device: EncoderDevice): string => names[device];

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;

/** As after a colon: what a photo and a search take, or why the device cannot be used. */
export function deviceSpeed({ passed, detail, imageMs, textMs }: DeviceMeasurement): string {
  if (!passed || imageMs === null || textMs === null) return `cannot be used, ${detail}`;
  return `${ms(imageMs)} a photo, ${ms(textMs)} a search`;
}
