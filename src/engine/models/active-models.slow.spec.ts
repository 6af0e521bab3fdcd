// Encoders and models at the end of the engine.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyClip } from '../../../scripts/make-tiny-clip.ts';
import { resourcesDir } from '../../../test/support/resources.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openEncoderFolder } from '../encoder/open-encoder.ts';
import { openStore, type Store } from '../store/database.ts';
import { ActiveModels } from './active-models.ts';

/** A library whose chosen encoder has files that are compared before it is opened. */
async function chosenEncoder(): Promise<{ store: Store; active: ActiveModels }> {
  const libraryDir = temporaryFolder();
  const path = join(libraryDir, 'tiny');
  await makeTinyClip(path);
  const encoder = await openEncoderFolder(path, { id: 'clip:tiny' });
  await encoder.dispose();
  const store = openStore(libraryDir);
  store.encoders.put({ info: encoder.info, path, files: null });
  store.settings.set('encoder', encoder.info.id);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  return { store, active };
}

it('opens neither encoder nor model after a close while the files of the encoder are compared', async () => {
  const { store, active } = await chosenEncoder();
  const encoder = active.encoder().catch((error: unknown) => error);
  const model = active.model().catch((error: unknown) => error);
  await active.close();
  expect(await encoder).toMatchObject({ code: 'engine-stopped' });
  expect(await model).toMatchObject({ code: 'engine-stopped' });
  expect(active.notices()).toEqual([]);
  store.close();
});

it('closes an encoder that somebody holds, and opens none afterwards', async () => {
  const { store, active } = await chosenEncoder();
  const encoder = await active.encoder();
  await active.close();
  await expect(encoder.encodeTexts(['dog'])).rejects.toMatchObject({ code: 'engine-stopped' });
  await expect(active.encoder()).rejects.toMatchObject({ code: 'engine-stopped' });
  store.close();
});
