// Choice of an encoder's device by the person's wish and by measurements.
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { DeviceMeasurement, EncoderDevice } from '../../shared/contract/encoders.ts';
import { listDevices } from '../compute/devices/devices.ts';
import type { EncoderSpec } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { openStore } from '../store/database.ts';
import { EncoderDevices } from './encoder-devices.ts';

const spec: EncoderSpec = { kind: 'folder', dir: '/clip', id: 'clip:a', threads: 1 };
/** A device besides the CPU that this machine's ONNX Runtime has, whether or not a GPU is in it. */
const gpu = listDevices().find(({ device, installed }) => installed && device !== 'cpu' && device !== 'tensorflow');
const hasGpuRuntime = gpu !== undefined;
const other = (gpu?.device ?? 'webgpu') as EncoderDevice;

const measured = (device: EncoderDevice, imageMs: number | null, imageBatch = 16): DeviceMeasurement => ({
  device,
  passed: imageMs !== null,
  detail: imageMs === null ? 'its rows are off' : 'rows agree',
  cosine: imageMs === null ? 0.5 : 1,
  imageMs,
  textMs: imageMs,
  imageBatch,
});

/** Devices of a new library, of which the CPU takes 100 ms a photo and the other `otherMs`; null fails. */
function devicesWith(otherMs: number | null) {
  const store = openStore(temporaryFolder());
  const asked: EncoderDevice[] = [];
  const measure = (_: EncoderSpec, device: EncoderDevice): Promise<DeviceMeasurement> => {
    asked.push(device);
    return Promise.resolve(measured(device, device === 'cpu' ? 100 : otherMs));
  };
  return { store, asked, devices: new EncoderDevices(store, measure), again: () => new EncoderDevices(store, measure) };
}

it.runIf(hasGpuRuntime)('is the CPU until a device was measured, and the fastest afterwards', async () => {
  const { devices, again } = devicesWith(10);
  expect(devices.choice('clip:a')).toEqual({ device: 'cpu' });
  expect(devices.isUnmeasured('clip:a')).toBe(true);
  await devices.measure(spec, ['cpu', other]);
  expect(devices.choice('clip:a')).toEqual({ device: other, imageBatch: 16 });
  expect(again().choice('clip:a')).toEqual({ device: other, imageBatch: 16 });
  expect(again().isUnmeasured('clip:a')).toBe(false);
  // Another encoder has other networks.
  expect(devices.choice('clip:b')).toEqual({ device: 'cpu' });
});

it.runIf(hasGpuRuntime).each([
  ['is off the CPU', null],
  ['is hardly faster', 90],
])('stays the CPU where the other device %s', async (_, otherMs) => {
  const { devices } = devicesWith(otherMs);
  await devices.measure(spec, ['cpu', other]);
  expect(devices.choice('clip:a')).toEqual({ device: 'cpu' });
});

it.runIf(hasGpuRuntime)('is the named one where it works, however slow it is', async () => {
  const { devices } = devicesWith(500);
  expect(await devices.use(spec, other)).toMatchObject({ device: other, passed: true });
  expect(devices.choice('clip:a')).toMatchObject({ device: other });
  await devices.use(spec, 'cpu');
  expect(devices.choice('clip:a')).toEqual({ device: 'cpu' });
});

it.runIf(hasGpuRuntime)('does not change for a named device that fails, and the error says why', async () => {
  const { devices } = devicesWith(null);
  await expect(devices.use(spec, other)).rejects.toMatchObject({
    code: 'bad-argument',
    message: `The device ${other} does not work with clip:a here: its rows are off.`,
  });
  expect(devices.wanted).toBe('auto');
});

it('is refused without a measurement where this machine has no such device', async () => {
  const { devices, asked } = devicesWith(1);
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
  await expect(devices.use(spec, absent)).rejects.toThrow(`without ${absent} for ${process.platform}`);
  expect(asked).toEqual([]);
});

it.runIf(hasGpuRuntime)('is the CPU again after a failure at work, until it is measured again', async () => {
  const { devices, again } = devicesWith(10);
  await devices.measure(spec, ['cpu', other]);
  devices.failedAtWork('clip:a', other, new Error('device lost\n  at …'));
  expect(again().choice('clip:a')).toEqual({ device: 'cpu' });
  expect(again().measurements('clip:a')).toContainEqual(
    expect.objectContaining({ device: other, passed: false, detail: 'it failed at work: device lost' }),
  );
  await devices.measure(spec, ['cpu', other]);
  expect(devices.choice('clip:a')).toMatchObject({ device: other });
});

it('is the CPU for the starter unless a device is named', async () => {
  const { devices } = devicesWith(1);
  expect(devices.isUnmeasured(starterInfo.id)).toBe(false);
  await devices.measure({ ...spec, id: starterInfo.id }, ['cpu', other]);
  expect(devices.choice(starterInfo.id)).toEqual({ device: 'cpu' });
});

it('forgets what another version of the runtime measured', async () => {
  const { devices, store, again } = devicesWith(10);
  await devices.measure(spec, ['cpu']);
  expect(devices.measurements('clip:a')).toHaveLength(1);
  const stored = store.settings.get('encoder-measurements') ?? '';
  store.settings.set('encoder-measurements', stored.replace(/"runtime":"[^"]*"/, '"runtime":"ONNX Runtime 0.1"'));
  expect(again().measurements('clip:a')).toEqual([]);
});
