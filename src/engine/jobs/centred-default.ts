// Makes the default hash model of an encoder with a shared space again with centred rows, once a library has enough
// photos: its codes find about twice as much (docs/measurements.md, Centred codes).
import { rm } from 'node:fs/promises';
import { cocoClasses } from '../encoder/starter/coco-classes.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { meanRow } from '../hashing/networks/linear-code.ts';
import { writeModel } from '../hashing/model/model-files.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import { type ActiveModels, centredRotation } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import type { ItemKind } from '../store/item-kinds.ts';
import { removeModel, type ModelChanges } from './change-models.ts';
import type { JobContext } from './queue.ts';
import { spread } from '../../shared/spread.ts';

/** With fewer photos, search compares all of them closely anyway. */
const enoughPhotos = 1000;
/** Largest number of rows for a mean. */
const mostRows = 4000;
/** Number of captions from which their mean is used for texts; with fewer, texts about everyday things are used. */
const enoughCaptions = 100;

type DefaultModels = Pick<
  ActiveModels,
  'encoderId' | 'encoderInfo' | 'encoderForJobs' | 'modelId' | 'modelDir' | 'isUnusable' | 'clearTrouble' | 'notices'
>;

/**
 * Photos and texts of such an encoder each share a direction that carries no information; subtracting the mean
 * removes it. The plain default serves until all codes of the centred model exist, and remains if the person has
 * chosen it or a trained model. A damaged centred model is made again, with the means of the present photos.
 * @param fewestPhotos number of photos that makes centring worthwhile
 */
export async function centreDefault(
  store: Store,
  active: DefaultModels,
  changes: Pick<ModelChanges, 'useTrained'>,
  context: JobContext,
  fewestPhotos = enoughPhotos,
): Promise<void> {
  if (store.readOnly) return;
  const encoderId = active.encoderId();
  const id = centredId(encoderId);
  if (active.isUnusable(id)) {
    await removeModel(store, active, id);
    active.clearTrouble(id);
  }
  const plain = rotationId(encoderId);
  const isChosen = store.settings.get(`model-of:${encoderId}`) === plain;
  if (active.modelId() !== plain || isChosen || active.notices().length > 0) return;
  const info = active.encoderInfo(encoderId);
  if (info.sharedWidth !== info.imageWidth || info.sharedWidth !== info.textWidth) return;
  const photos = sampled(store, info, 'photo');
  if (photos.of < fewestPhotos) return;
  if (store.models.get(id)?.state !== 'ready') {
    const texts = await textRows(store, active, info);
    if (texts === null) return;
    const width = info.sharedWidth;
    const means = { image: meanRow({ values: photos.rows, width }), text: meanRow({ values: texts, width }) };
    const model = centredRotation(info, means);
    await rm(active.modelDir(id), { recursive: true, force: true });
    await writeModel(active.modelDir(id), model);
    const { method, bits, options } = model;
    store.models.begin({ id, method, bits, encoderId, state: 'ready', options });
  }
  await changes.useTrained(id, encoderId, context);
}

/**
 * Captions of the library, or with few of them, texts about everyday things: `[n, textWidth]`. Null without the
 * encoder.
 */
async function textRows(
  store: Store,
  active: Pick<DefaultModels, 'encoderForJobs'>,
  info: EncoderInfo,
): Promise<Float32Array | null> {
  const captions = sampled(store, info, 'caption');
  if (captions.of >= enoughCaptions) return captions.rows;
  const encoder = await active.encoderForJobs();
  return encoder === null ? null : encoder.encodeTexts(cocoClasses.map((name) => `a photo of a ${name}`));
}

/** Rows of one kind, evenly sampled, and the number of items with rows. */
function sampled(
  store: Store,
  info: EncoderInfo,
  kind: ItemKind,
): { readonly rows: Float32Array; readonly of: number } {
  const ids = store.features.ids(kind, info.id);
  return { rows: store.features.read(kind, info.id, spread(ids, mostRows), info.sharedWidth).rows, of: ids.length };
}
