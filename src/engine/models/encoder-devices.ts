// Chooses the device of each encoder by the person's wish, measurements on this machine, and failures since.
import * as z from 'zod';
import {
  deviceMeasurement,
  encoderDevices,
  type DeviceMeasurement,
  type EncoderDevice,
  type WantedDevice,
} from '../../shared/contract/encoders.ts';
import { firstLine, HashlensError } from '../../shared/errors.ts';
import { parseJson } from '../../shared/json.ts';
import { listDevices } from '../compute/devices/devices.ts';
import { measureDevice } from '../encoder/devices/measure-device.ts';
import type { EncoderSpec } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import type { Store } from '../store/database.ts';

/** Share of the CPU's time a device may take at most. A driver can fail, and its process takes memory. */
const maxShareOfCpuTime = 0.8;

/** Measurements by encoder. Another version of the runtime is another device. */
const storedSchema = z.object({
  runtime: z.string(),
  encoders: z.record(z.string(), z.array(deviceMeasurement)),
});
type Stored = z.infer<typeof storedSchema>;

export interface DeviceChoice {
  readonly device: EncoderDevice;
  readonly imageBatch?: number;
}

const onCpu: DeviceChoice = { device: 'cpu' };

export class EncoderDevices {
  readonly #store: Store;
  readonly #measure: typeof measureDevice;
  /** Choices that could not be stored, as on a read-only disk. */
  #unstored: Stored | null = null;

  constructor(store: Store, measure = measureDevice) {
    this.#store = store;
    this.#measure = measure;
  }

  get wanted(): WantedDevice {
    const stored = this.#store.settings.get('encoder-device');
    return (['auto', ...encoderDevices] as const).find((device) => device === stored) ?? 'auto';
  }

  measurements(encoderId: string): readonly DeviceMeasurement[] {
    return this.#stored().encoders[encoderId] ?? [];
  }

  /** The device to open an encoder on. Without a measurement that it passed, the CPU. */
  choice(encoderId: string): DeviceChoice {
    const { wanted } = this;
    // The starter is small: the CPU is meant for it, unless a person names another device.
    if (wanted === 'cpu' || (wanted === 'auto' && encoderId === starterInfo.id)) return onCpu;
    const passed = this.measurements(encoderId).filter((one) => one.passed && one.device !== 'cpu');
    const chosen =
      wanted === 'auto' ? this.#fastest(encoderId, passed) : passed.find(({ device }) => device === wanted);
    return chosen === undefined ? onCpu : { device: chosen.device, imageBatch: chosen.imageBatch };
  }

  #fastest(encoderId: string, passed: readonly DeviceMeasurement[]): DeviceMeasurement | undefined {
    const cpuMs = this.measurements(encoderId).find(({ device }) => device === 'cpu')?.imageMs ?? null;
    if (cpuMs === null) return undefined;
    return passed
      .filter(({ imageMs }) => imageMs !== null && imageMs <= maxShareOfCpuTime * cpuMs)
      .sort((a, b) => (a.imageMs ?? Infinity) - (b.imageMs ?? Infinity))[0];
  }

  /**
   * Whether work with the encoder should begin with `measure`: another device than the CPU is possible, and none
   * was measured.
   */
  isUnmeasured(encoderId: string): boolean {
    const others = installed().filter((device) => device !== 'cpu');
    if (this.wanted !== 'auto' || encoderId === starterInfo.id || others.length === 0) return false;
    return this.measurements(encoderId).length === 0;
  }

  /**
   * Measures an encoder on devices of this machine, one after the other, and stores the results.
   * @param devices all that are installed where absent
   */
  async measure(
    spec: EncoderSpec,
    devices: readonly EncoderDevice[] = installed(),
    signal?: AbortSignal,
  ): Promise<readonly DeviceMeasurement[]> {
    const found: DeviceMeasurement[] = [];
    for (const device of devices) {
      const measurement = installed().includes(device)
        ? await this.#measure(spec, device, signal)
        : failed(device, `this ONNX Runtime comes without ${device} for ${process.platform}`);
      found.push(measurement);
      this.#keep(spec.id, measurement);
    }
    return found;
  }

  /**
   * Makes a device the wanted one for all encoders.
   * @throws HashlensError `bad-argument` where a named device does not work with the encoder; then nothing changes
   */
  async use(spec: EncoderSpec, wanted: WantedDevice): Promise<DeviceMeasurement | null> {
    if (wanted === 'auto') {
      if (spec.id !== starterInfo.id) await this.measure(spec);
      this.#store.settings.set('encoder-device', wanted);
      const { device } = this.choice(spec.id);
      return this.measurements(spec.id).find((one) => one.device === device) ?? null;
    }
    const [measurement] = await this.measure(spec, [wanted]);
    if (measurement?.passed !== true) {
      const why = measurement?.detail ?? 'it was not measured';
      throw new HashlensError('bad-argument', `The device ${wanted} does not work with ${spec.id} here: ${why}.`);
    }
    this.#store.settings.set('encoder-device', wanted);
    return measurement;
  }

  /** Records that a device failed while it worked. It is not used until it is measured again. */
  failedAtWork(encoderId: string, device: EncoderDevice, error: unknown): void {
    this.#keep(encoderId, failed(device, `it failed at work: ${firstLine(error)}`));
  }

  #stored(): Stored {
    const none: Stored = { runtime: runtime(), encoders: {} };
    if (this.#unstored !== null) return this.#unstored;
    const text = this.#store.settings.get('encoder-measurements');
    if (text === null) return none;
    try {
      const stored = parseJson(storedSchema, text);
      return stored.runtime === runtime() ? stored : none;
    } catch {
      // Written by a later release: measured again.
      return none;
    }
  }

  #keep(encoderId: string, measurement: DeviceMeasurement): void {
    const stored = this.#stored();
    const others = (stored.encoders[encoderId] ?? []).filter(({ device }) => device !== measurement.device);
    const now: Stored = { ...stored, encoders: { ...stored.encoders, [encoderId]: [...others, measurement] } };
    try {
      this.#store.settings.set('encoder-measurements', JSON.stringify(now));
      this.#unstored = null;
    } catch {
      // A full or read-only disk: known until the engine ends.
      this.#unstored = now;
    }
  }
}

const failed = (device: EncoderDevice, detail: string): DeviceMeasurement => ({
  device,
  passed: false,
  detail,
  cosine: null,
  imageMs: null,
  textMs: null,
  imageBatch: 1,
});

/** Devices of this machine that an encoder may run on, the CPU first. */
function installed(): EncoderDevice[] {
  const there = new Set<string>(listDevices().flatMap((info) => (info.installed ? [info.device] : [])));
  return encoderDevices.filter((device) => there.has(device));
}

const runtime = (): string => `${listDevices()[0]?.runtime ?? ''} ${process.platform} ${process.arch}`;
