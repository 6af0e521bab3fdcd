// Models from elsewhere: their source is only read, and their faults in ONNX Runtime do not affect the engine.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { rotationModel } from '../../src/engine/hashing/methods/rotation.ts';
import { writeModel } from '../../src/engine/hashing/model/model-files.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';
import {
  changedOnnx,
  changeModel,
  endlessLoop,
  externalData,
  hugeConstant,
  withWeightsOutside,
} from '../support/onnx.ts';
import { temporaryFolder } from '../support/temporary.ts';

const modelFiles = ['image.onnx', 'manifest.json', 'text.onnx'];

/** A small model as an export leaves it. */
async function exported(folder: string): Promise<string> {
  await writeModel(folder, rotationModel({ encoder: starterInfo, bits: 32, seed: 7 }));
  return folder;
}

const contents = (folder: string) =>
  readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('hex'));
const modelsOf = (engine: TestEngine) => readdirSync(join(engine.libraryDir, 'models')).sort();
const importing = (engine: TestEngine, path: string) => engine.api['models.import']({ path });

it('registers a model of the library’s own folder in place, after the database was lost', async () => {
  const first = testEngine();
  await importing(first, await exported(join(temporaryFolder(), 'mine')));
  await first.close();
  const own = join(first.libraryDir, 'models', 'mine');
  const before = contents(own);
  for (const name of readdirSync(first.libraryDir)) {
    if (name.startsWith('library.db')) rmSync(join(first.libraryDir, name));
  }
  const second = testEngine(first.libraryDir);
  expect(await importing(second, own)).toMatchObject({ id: 'mine', state: 'ready', bits: 32 });
  // Again, and through another path: nothing is left to do.
  expect(await importing(second, join(own, '..', '..', 'models', 'mine'))).toMatchObject({ id: 'mine' });
  expect(modelsOf(second)).toEqual(['mine']);
  expect(contents(own)).toEqual(before);
});

it('leaves a model that it knows as it is: its codes and whether it is in use', async () => {
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  await importing(engine, await exported(join(temporaryFolder(), 'mine')));
  await engine.finish(await engine.api['models.activate']({ modelId: 'mine' as ModelId }));
  const before = await engine.api['library.status']({});
  expect(before).toMatchObject({ model: 'mine', codes: expect.any(Number) as number });
  expect(before.codes).toBeGreaterThan(0);
  expect(await importing(engine, join(engine.libraryDir, 'models', 'mine'))).toMatchObject({
    id: 'mine',
    active: true,
  });
  expect(await engine.api['library.status']({})).toMatchObject({ model: 'mine', codes: before.codes });
});

it('takes no name whose folder is there already, known or not', async () => {
  const engine = testEngine();
  const own = join(engine.libraryDir, 'models', 'mine');
  mkdirSync(join(engine.libraryDir, 'models'));
  await exported(own);
  const before = contents(own);
  const source = await exported(join(temporaryFolder(), 'mine'));
  expect(await importing(engine, source)).toMatchObject({ id: 'mine-2' });
  expect(contents(own)).toEqual(before);
  expect(readdirSync(source).sort()).toEqual(modelFiles);
});

it('copies what links lead to, so that the model outlives the drive it came from', async () => {
  const engine = testEngine();
  const target = await exported(join(temporaryFolder(), 'drive'));
  const links = join(temporaryFolder(), 'links');
  mkdirSync(links);
  for (const name of modelFiles) symlinkSync(join(target, name), join(links, name));
  const { id } = await importing(engine, links);
  renameSync(target, `${target}-gone`);
  const folder = join(engine.libraryDir, 'models', id);
  expect(modelFiles.map((name) => lstatSync(join(folder, name)).isFile())).toEqual([true, true, true]);
  await engine.api['models.activate']({ modelId: id });
  await Promise.all((await engine.api['jobs.list']({})).map((job) => engine.finished(job.id)));
  expect((await engine.api['library.status']({})).model).toBe(id);
});

it('copies links of the models folder itself into a model of its own', async () => {
  const engine = testEngine();
  const target = await exported(join(temporaryFolder(), 'drive'));
  const links = join(engine.libraryDir, 'models', 'links');
  mkdirSync(links, { recursive: true });
  for (const name of modelFiles) symlinkSync(join(target, name), join(links, name));
  const { id } = await importing(engine, links);
  expect(id).toBe('drive');
  expect(lstatSync(join(engine.libraryDir, 'models', id, 'text.onnx')).isFile()).toBe(true);
  expect(readdirSync(links).sort()).toEqual(modelFiles);
});

it('refuses networks with loops, with numbers in other files, and with more memory than their size needs', async () => {
  const engine = testEngine();
  const good = await exported(join(temporaryFolder(), 'good'));
  const refusal = async (change: Parameters<typeof changeModel>[1]) => {
    const folder = join(temporaryFolder(), 'changed');
    cpSync(good, folder, { recursive: true });
    changeModel(folder, change);
    const before = contents(folder);
    const error: unknown = await importing(engine, folder).catch((reason: unknown) => reason);
    expect(contents(folder)).toEqual(before);
    expect(error).toMatchObject({ code: 'unreadable', message: expect.stringContaining(folder) as string });
    return (error as Error).message;
  };
  expect(await refusal(endlessLoop)).toMatch(/image\.onnx .* contains a loop or a branch \(Loop\)/);
  expect(await refusal(externalData('/etc/hostname'))).toMatch(/image\.onnx .* keeps its numbers in another file/);
  expect(await refusal(hugeConstant(2e9))).toMatch(/take more memory|cannot be run/);
  expect(await refusal(hugeConstant(4e15))).toMatch(/take more memory|cannot be run/);
  expect(modelsOf(engine)).toEqual([]);
  expect(await importing(engine, good)).toMatchObject({ state: 'ready' });
});

it('refuses encoders with numbers in files at any other place, and with more memory than their size needs', async () => {
  const engine = testEngine();
  const good = join(temporaryFolder(), 'tiny');
  await makeTinyClip(good);
  const refusal = async (change: Parameters<typeof changedOnnx>[1]) => {
    const folder = join(temporaryFolder(), 'changed');
    cpSync(good, folder, { recursive: true });
    writeFileSync(join(folder, '..', 'secret.bin'), Buffer.alloc(100_000, 7));
    writeFileSync(join(folder, 'onnx', 'beside.bin'), Buffer.alloc(100_000, 7));
    const network = join(folder, 'onnx', 'vision_model.onnx');
    writeFileSync(network, changedOnnx(readFileSync(network), change));
    const error: unknown = await engine.api['encoders.add']({ path: folder }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'encoder-invalid', message: expect.stringContaining(folder) as string });
    return (error as Error).message;
  };
  for (const place of ['/etc/hostname', '../../secret.bin', 'beside.bin', '../config.json', '']) {
    expect(await refusal(externalData(place))).toMatch(/vision_model\.onnx that keeps its numbers in another file/);
  }
  expect(await refusal(hugeConstant(2e9))).toMatch(/take more memory|cannot be (loaded|run)/);
  expect(await refusal(hugeConstant(4e15))).toMatch(/take more memory|cannot be (loaded|run)/);
  expect((await engine.api['encoders.list']({})).filter(({ id }) => id === 'clip:changed')).toEqual([]);
});

it('takes an encoder with numbers in files named after its networks, and notices other numbers in them', async () => {
  const engine = testEngine();
  const folder = join(temporaryFolder(), 'apart');
  await makeTinyClip(folder);
  const network = join(folder, 'onnx', 'vision_model.onnx');
  const data = `${network}_data`;
  writeFileSync(network, withWeightsOutside(readFileSync(network), 'vision_model.onnx_data', data));
  const { id } = await engine.api['encoders.add']({ path: folder });
  await engine.api['encoders.use']({ encoderId: id });
  await engine.index(albumWith('animals/red-panda.jpg'));
  expect((await engine.api['encoders.list']({})).find((one) => one.id === id)).toMatchObject({ photos: 1 });
  const numbers = readFileSync(data);
  writeFileSync(
    data,
    numbers.map((byte, i) => (i === 2 ? byte ^ 1 : byte)),
  );
  await engine.index(albumWith('animals/kitten-on-fence.jpg'));
  expect((await engine.api['library.status']({})).notices).toMatchObject([{ code: 'encoder-unusable' }]);
});

it.skipIf(process.platform === 'win32')('does not wait for a pipe in the place of a file', async () => {
  const engine = testEngine();
  for (const name of modelFiles) {
    const folder = await exported(join(temporaryFolder(), 'model'));
    rmSync(join(folder, name));
    execFileSync('mkfifo', [join(folder, name)]);
    await expect(importing(engine, folder)).rejects.toMatchObject({ code: 'model-missing' });
  }
});
