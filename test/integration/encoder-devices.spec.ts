// Encoders on WebGPU without a GPU: rows, indexing, and a driver that dies at work.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { measureDevice } from '../../src/engine/encoder/devices/measure-device.ts';
import { openEncoderInProcess } from '../../src/engine/encoder/devices/process-encoder.ts';
import { openEncoder, type EncoderSpec } from '../../src/engine/encoder/open-encoder.ts';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { float32At } from '../../src/shared/at.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { swiftShaderEnvironment, whySkipped, withoutSwiftShader } from '../support/swiftshader.ts';
import { temporaryFolder } from '../support/temporary.ts';

const photos = ['animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg'];

async function tinyClip(): Promise<string> {
  const dir = join(temporaryFolder(), 'tiny-clip');
  await makeTinyClip(dir);
  return dir;
}

function leastCosine(a: Float32Array, b: Float32Array, width: number): number {
  expect(a).toHaveLength(b.length);
  let least = 1;
  for (let start = 0; start < a.length; start += width) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let i = start; i < start + width; i++) {
      dot += float32At(a, i) * float32At(b, i);
      aa += float32At(a, i) ** 2;
      bb += float32At(b, i) ** 2;
    }
    least = Math.min(least, dot / Math.sqrt(aa * bb));
  }
  return least;
}

/** Image rows of the library's photos, by the encoder in use. */
function storedRows(libraryDir: string, encoderId: string, width: number): Float32Array {
  const store = openStore(libraryDir);
  const { rows } = store.features.all('photo', encoderId, width);
  store.close();
  return rows;
}

describe.skipIf(withoutSwiftShader)(`encoders on WebGPU${whySkipped}`, () => {
  beforeAll(() => void Object.assign(process.env, swiftShaderEnvironment()));

  it('give the CPU’s rows, which a measurement confirms and prints', async () => {
    const spec: EncoderSpec = { kind: 'folder', dir: await tinyClip(), id: 'clip:tiny-clip', threads: 1 };
    const measurement = await measureDevice(spec, 'webgpu');
    console.log(`${spec.id} on SwiftShader: cosine ${measurement.cosine}, ${measurement.imageMs} ms a photo`);
    expect(measurement).toMatchObject({ device: 'webgpu', passed: true });
    expect(measurement.cosine).toBeGreaterThan(0.999);
    expect(measurement.imageMs).toBeGreaterThan(0);
    expect(measurement.textMs).toBeGreaterThan(0);
  });

  it('index a library as the CPU does', async () => {
    const encode = async (device: 'cpu' | 'webgpu') => {
      const engine = testEngine();
      const { id } = await engine.api['encoders.add']({ path: await tinyClip() });
      expect(await engine.api['encoders.device']({ encoderId: id, device })).toMatchObject({ device, passed: true });
      await engine.api['encoders.use']({ encoderId: id });
      await engine.index(albumWith(...photos));
      const [state] = (await engine.api['encoders.list']({})).filter((one) => one.id === id);
      expect(state).toMatchObject({ active: true, device });
      await engine.close();
      return storedRows(engine.libraryDir, id, 32);
    };
    expect(leastCosine(await encode('cpu'), await encode('webgpu'), 32)).toBeGreaterThan(0.9999);
  });

  it('that die at work are followed by the CPU: every photo is encoded once, and the window is told', async () => {
    const engine = testEngine();
    const { id } = await engine.api['encoders.add']({ path: await tinyClip() });
    await engine.api['encoders.device']({ encoderId: id, device: 'webgpu' });
    await engine.api['encoders.use']({ encoderId: id });
    const folder = join(temporaryFolder(), 'album');
    await fillWithPhotos(folder, 24);
    const { job } = await engine.api['folders.add']({ path: folder });
    await expect.poll(() => killEncoderProcess()).toBe(true);
    const { result } = await engine.finish(job);
    expect(result).toMatchObject({ indexed: 24, failed: 0 });
    expect(noticesOf(engine)).toContainEqual(
      expect.objectContaining({ code: 'device-failed', message: expect.stringContaining('webgpu') as string }),
    );
    const [state] = (await engine.api['encoders.list']({})).filter((one) => one.id === id);
    expect(state).toMatchObject({ active: true, device: 'cpu' });
    await engine.close();
    expect(storedRows(engine.libraryDir, id, 32)).toHaveLength(24 * 32);
  });
});

it('an encoder in a process gives the rows of one in this process, and says what is wrong with its folder', async () => {
  const spec: EncoderSpec = { kind: 'folder', dir: await tinyClip(), id: 'clip:tiny-clip', threads: 1 };
  const here = await openEncoder(spec);
  const apart = await openEncoderInProcess({ ...spec, imageBatch: 8 });
  expect(apart.imageBatch).toBe(8);
  const texts = ['a dog', 'snow'];
  expect(await apart.encodeTexts(texts)).toEqual(await here.encodeTexts(texts));
  await Promise.all([here.dispose(), apart.dispose()]);
  await expect(apart.encodeTexts(texts)).rejects.toMatchObject({ code: 'engine-stopped' });
  const missing = openEncoderInProcess({ ...spec, dir: '/nowhere/clip' });
  await expect(missing).rejects.toMatchObject({ code: 'encoder-missing' });
});

it('a device that this machine lacks is refused for an encoder, and changes nothing', async () => {
  const engine = testEngine();
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
  const refused = engine.api['encoders.device']({ encoderId: starterInfo.id, device: absent });
  await expect(refused).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringContaining(absent) as string,
  });
  const [state] = (await engine.api['encoders.list']({})).filter(({ active }) => active);
  expect(state?.device).toBe('cpu');
});

const noticesOf = (engine: TestEngine) =>
  engine.events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));

/** Kills the encoder process started by this process; false if there is none. */
function killEncoderProcess(): boolean {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const line = children.split('\n').find((text) => text.includes('devices/encoder-process.ts'));
  if (line === undefined) return false;
  process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL');
  return true;
}
