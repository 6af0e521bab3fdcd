// Devices for a person: their names and their speed.
import { messageText } from '../../language/problems.ts';
import { m } from '../../language/language.ts';
import { milliseconds } from './format.ts';
import type { DeviceMeasurement, EncoderDevice } from '../../shared/contract/encoders.ts';

const names: Readonly<Record<EncoderDevice, () => string>> = {
  cpu: m.devices_cpu,
  webgpu: m.devices_webgpu,
  cuda: m.devices_cuda,
  dml: m.devices_dml,
  coreml: m.devices_coreml,
};

/** For use after “Runs on”. */
export const deviceName = (device: EncoderDevice): string => names[device]();

/** For use after a colon: times of a photo and a search, or why the device cannot be used. */
export function deviceSpeed({ passed, detail, imageMs, textMs }: DeviceMeasurement): string {
  if (!passed || imageMs === null || textMs === null) return m.devices_unusable({ detail: messageText(detail) });
  return m.devices_speed({ photo: milliseconds(imageMs), search: milliseconds(textMs) });
}
