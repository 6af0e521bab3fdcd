// Writes the codes or rows of the model in use in formats of other programs. The folder appears when it is complete;
// a stopped job begins again.
import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { vectorExport, type VectorExportOutcome } from '../../shared/contract/exchange.ts';
import { HashlensError } from '../../shared/errors.ts';
import { unitRowsOf } from '../compute/similarities.ts';
import type { VectorPage, VectorShape } from '../exchange/vector-files.ts';
import type { ActiveModel, ActiveModels } from '../models/active-models.ts';
import { writeFolderAtomic } from '../runtime/atomic-write.ts';
import { sha256OfFile } from '../runtime/plain-file.ts';
import { readCandidates } from '../search/rerank/rerank.ts';
import type { Store } from '../store/database.ts';
import type { ItemKind } from '../store/item-kinds.ts';
import { absolutePath } from '../store/photos.ts';
import type { JobRunner } from './queue.ts';

const things: Readonly<Record<ItemKind, string>> = { photo: 'photos', caption: 'captions', tag: 'tags' };

export function exportJob(store: Store, active: ActiveModels): JobRunner {
  return async (params, { signal, progress }): Promise<VectorExportOutcome> => {
    const { what, of, format, folder } = vectorExport.parse(params);
    // Loaded here, so that a program without exports loads no Parquet writer.
    const { openVectorFiles } = await import('../exchange/vector-files.ts');
    const inUse = await active.model();
    const info = active.encoderInfo(active.encoderId());
    const { manifest, bits, realWidth } = inUse.model;
    const featureWidth = of === 'photo' ? info.imageWidth : info.textWidth;
    const width = { codes: bits / 8, rows: realWidth, features: featureWidth }[what];
    const named = of === 'photo' ? 'path' : 'text';
    const shape: VectorShape = { of: what === 'codes' ? 'codes' : 'rows', width, named };
    const isUnit = format === 'faiss' && what !== 'codes';
    const total = store.codes.count(of, inUse.id);
    if (total === 0) {
      throw new HashlensError('nothing-indexed', `The library has no codes of ${things[of]} yet; index photos first.`);
    }
    const message = `Exporting ${what} of ${things[of]}`;
    progress(0, total, message);
    let rows = 0;
    let files: string[] = [];
    await writeFolderAtomic(
      folder,
      async (inside) => {
        const out = await openVectorFiles(inside, format, shape);
        try {
          for await (const page of pages(store, inUse, info, of, what, width)) {
            signal.throwIfAborted();
            const unit = isUnit && page.rows instanceof Float32Array ? unitRowsOf(page.rows, width) : page.rows;
            await out.add({ ...page, rows: unit });
            rows += page.ids.length;
            progress(rows, Math.max(total, rows), message);
          }
          files = await out.finish();
        } finally {
          await out.close();
        }
        const described = await Promise.all(files.map((name) => describeFile(inside, name)));
        const facts = {
          format: 1,
          what,
          of: things[of],
          shape: [rows, width],
          dtype: what === 'codes' ? 'uint8' : 'float32',
          ...(what === 'codes'
            ? { bits, bitOrder: 'little', metric: 'hamming' }
            : { unitLength: isUnit, metric: 'cosine' }),
          model: {
            id: inUse.id,
            method: manifest.method,
            sha256: createHash('sha256').update(JSON.stringify(manifest.files)).digest('hex'),
          },
          encoder: { id: info.id, name: info.name, sharedWidth: info.sharedWidth },
          files: described,
        };
        await writeFile(join(inside, 'manifest.json'), `${JSON.stringify(facts, null, 2)}\n`, { flag: 'wx' });
      },
      { mode: 0o755 },
    );
    return { folder, shape: [rows, width], modelId: inUse.id, files: ['manifest.json', ...files] };
  };
}

/** A file for the manifest. */
async function describeFile(folder: string, name: string) {
  const path = join(folder, name);
  return { name, bytes: (await stat(path)).size, sha256: await sha256OfFile(path) };
}

/** Rows in the order of ids; missing rows are left out. */
async function* pages(
  store: Store,
  inUse: ActiveModel,
  info: ReturnType<ActiveModels['encoderInfo']>,
  of: ItemKind,
  what: 'codes' | 'rows' | 'features',
  width: number,
): AsyncGenerator<VectorPage> {
  const hidden = store.codes.hidden(of);
  const bytes = inUse.model.bits / 8;
  for (const { block } of store.codes.blocks(of, inUse.id)) {
    await setImmediate();
    const coded = store.codes.block(of, inUse.id, block, bytes, hidden);
    const wanted = Array.from(coded.ids);
    if (wanted.length === 0) continue;
    const found =
      what === 'codes'
        ? { ids: wanted, rows: coded.codes }
        : what === 'features'
          ? store.features.read(of, info.id, wanted, width)
          : await learnedRows(store, inUse, info, of, wanted);
    if (found.ids.length > 0) yield { ids: found.ids, names: namesOf(store, of, found.ids), rows: found.rows };
  }
}

async function learnedRows(
  store: Store,
  inUse: ActiveModel,
  info: ReturnType<ActiveModels['encoderInfo']>,
  of: ItemKind,
  wanted: readonly number[],
): Promise<{ ids: readonly number[]; rows: Float32Array }> {
  const { ids, rows, sharedWidth, realWidth } = await readCandidates(store, info, inUse, of, wanted);
  const learned = new Float32Array(ids.length * realWidth);
  const stride = sharedWidth + realWidth;
  for (let i = 0; i < ids.length; i++) {
    learned.set(rows.subarray(i * stride + sharedWidth, (i + 1) * stride), i * realWidth);
  }
  return { ids, rows: learned };
}

function namesOf(store: Store, of: ItemKind, ids: readonly number[]): string[] {
  if (of !== 'photo') return store.features.texts(of, ids);
  return ids.map((id) => {
    const line = store.photos.line(id as PhotoId);
    return line === null ? '' : absolutePath(line);
  });
}
