// An encoder in a worker gives the same results and errors as the encoder itself.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { resourcesDir, sampleAlbum } from '../../../test/support/engine.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openEncoder, type EncoderSpec } from './open-encoder.ts';
import { openEncoderInWorker } from './worker-encoder.ts';

const spec: EncoderSpec = { kind: 'starter', dir: join(resourcesDir, 'starter'), id: 'starter-1', threads: 1 };
const photo = join(sampleAlbum, 'animals', 'red-panda.jpg');

it('gives the same rows as the encoder itself', async () => {
  const here = await openEncoder(spec);
  const there = await openEncoderInWorker(spec);
  onTestFinished(async () => {
    await here.dispose();
    await there.dispose();
  });
  expect(there.info).toEqual(here.info);
  const prepared = await there.prepareImage(photo);
  expect(prepared).toEqual(await here.prepareImage(photo));
  const expected = await here.encodeImages([prepared]);
  expect(await there.encodeImages([prepared])).toEqual(expected);
  expect(await there.encodeTexts(['a red panda', ''])).toEqual(await here.encodeTexts(['a red panda', '']));
});

it('passes on what the decoder says, and works on', async () => {
  const encoder = await openEncoderInWorker(spec);
  onTestFinished(() => encoder.dispose());
  await expect(encoder.prepareImage(new Uint8Array([1, 2, 3]))).rejects.toThrow(/unsupported image format/);
  expect((await encoder.encodeTexts(['dog'])).some((x) => x !== 0)).toBe(true);
});

it('fails to open like the encoder itself', async () => {
  const missing: EncoderSpec = { ...spec, kind: 'folder', dir: join(temporaryFolder(), 'nothing') };
  await expect(openEncoderInWorker(missing)).rejects.toMatchObject({ code: 'encoder-missing' });
});

it('says that it is closed once it is', async () => {
  const encoder = await openEncoderInWorker(spec);
  await encoder.dispose();
  await expect(encoder.encodeTexts(['dog'])).rejects.toMatchObject({ code: 'engine-stopped' });
});
