// A library of many photos in SQLite, and the time until its codes can be searched.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HammingIndex } from '../../src/engine/search/hamming/hamming-index.ts';
import { LiveIndex } from '../../src/engine/search/hamming/live-index.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';

export interface LoadTimes {
  readonly photos: number;
  readonly bits: number;
  /** Milliseconds: one row after another, as text, packed. */
  readonly byRow: number;
  readonly asText: number;
  readonly packing: number;
  readonly packed: number;
  /** Time until the first search answers, and the longest turn of the event loop. */
  readonly firstAnswer: number;
  readonly longestTurn: number;
}

const modelId = 'bench' as ModelId;

function fill(store: Store, photos: number, bits: number): void {
  const folder = store.folders.add('/photos', null).id;
  store.models.begin({ id: modelId, method: 'x', bits, encoderId: 'e', state: 'ready', options: {} });
  const numbers = `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${photos})`;
  store.transaction(() => {
    rawDatabase(store)
      .exec(`${numbers} INSERT INTO photos (folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
      SELECT ${folder}, '2019/08/IMG_' || i || '.jpg', 1, 1, hex(randomblob(16)), 4000, 3000, 'jpeg', 1 FROM n`);
    rawDatabase(store).exec(
      `${numbers} INSERT INTO photo_codes (model_id, photo_id, code) SELECT '${modelId}', i, randomblob(${bits / 8}) FROM n`,
    );
  });
}

function readByRow(store: Store, bits: number): HammingIndex {
  const rows = rawDatabase(store)
    .prepare<[string], [number, Uint8Array]>(
      `SELECT photo_id, code FROM photo_codes WHERE model_id = ?
       AND photo_id IN (SELECT id FROM photos WHERE present) ORDER BY photo_id`,
    )
    .raw()
    .iterate(modelId);
  const ids: number[] = [];
  const codes: Uint8Array[] = [];
  for (const [id, code] of rows) {
    ids.push(id);
    codes.push(code);
  }
  return new HammingIndex({ ids: Int32Array.from(ids), codes: Buffer.concat(codes) }, bits);
}

export async function loadTimes(photos: number, bits: number, runs: number): Promise<LoadTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  /** Best of some openings of the file, as a start of the program does it. */
  const start = (times: number, work: (store: Store) => void): number => {
    let best = Infinity;
    for (let run = 0; run < times; run++) {
      const store = openStore(folder);
      const started = performance.now();
      work(store);
      best = Math.min(best, performance.now() - started);
      store.close();
    }
    return best;
  };
  const subject = { kind: 'photo', modelId, bits } as const;
  const load = (store: Store) => {
    const live = new LiveIndex(store, subject);
    live.refresh();
    if (live.index.size !== photos) throw new Error(`loaded ${live.index.size} codes of ${photos}`);
  };
  try {
    start(1, (store) => fill(store, photos, bits));
    const byRow = start(1, (store) => readByRow(store, bits));
    const asText = start(runs, load);
    const packing = start(1, (store) => {
      Array.from(store.codes.pack('photo', modelId, bits / 8));
    });
    const packed = start(runs, load);
    const store = openStore(folder);
    const began = performance.now();
    const live = new LiveIndex(store, subject);
    let firstAnswer = 0;
    let longestTurn = 0;
    let turn = began;
    for await (const { done } of live.load()) {
      if (done === 0) continue;
      longestTurn = Math.max(longestTurn, performance.now() - turn);
      if (firstAnswer === 0) {
        live.index.rank(new Uint8Array(bits / 8), 50);
        firstAnswer = performance.now() - began;
      }
      turn = performance.now();
    }
    store.close();
    return { photos, bits, byRow, asText, packing, packed, firstAnswer, longestTurn };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
