// A model's calibration on disk: `calibration.json` in the model's folder, made anew when the library has changed.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelId } from '../../../shared/contract/ids.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModels } from '../../models/active-models.ts';
import { calibrateLibrary } from './calibrate-library.ts';
import { calibrationSchema, type Calibration } from './calibration.ts';

/** What there was to learn from; a change by more than this share makes the calibration out of date. */
const counts = z.object({ photos: z.int(), captions: z.int(), tags: z.int() });
type Counts = z.output<typeof counts>;
const staleShare = 0.1;
/** Fewer captions and tags cannot make enough questions, so nothing is even tried. */
const fewestTexts = 10;

/** The part of a job's context this needs. */
export interface Progress {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, message: string) => void;
}

const calibrationFile = z.object({ library: counts, calibration: calibrationSchema });

/** It goes with the model's folder, because it holds for this model and the encoder it was made for alone. */
export const calibrationPath = (active: ActiveModels, id: ModelId): string =>
  join(active.modelDir(id), 'calibration.json');

async function read(active: ActiveModels, id: ModelId): Promise<z.output<typeof calibrationFile> | null> {
  const text = await readFile(calibrationPath(active, id), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return calibrationFile.parse(JSON.parse(text));
  } catch {
    // Of another version, or damaged: the next job makes it anew.
    return null;
  }
}

/** Null when the model has no calibration yet, or the library too few captions and tags for one. */
export async function readCalibration(active: ActiveModels, id: ModelId): Promise<Calibration | null> {
  return (await read(active, id))?.calibration ?? null;
}

/**
 * Calibrates the model in use unless that has been done for a library much like this one. About a second of one
 * core, for any number of photos.
 */
export async function recalibrate(store: Store, active: ActiveModels, { signal, progress }: Progress): Promise<void> {
  const library: Counts = { photos: store.photos.count(true), ...store.texts.counts() };
  if (library.photos === 0 || library.captions + library.tags < fewestTexts) return;
  const { id } = await active.model();
  const before = (await read(active, id))?.library;
  if (before && !changed(before, library)) return;
  progress(0, 0, 'Learning what a good match looks like');
  const calibration = await calibrateLibrary(store, active, { signal });
  if (!calibration) return;
  const file = calibrationPath(active, id);
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify({ library, calibration }));
  await rename(temporary, file);
}

function changed(before: Counts, now: Counts): boolean {
  return (['photos', 'captions', 'tags'] as const).some(
    (key) => Math.abs(now[key] - before[key]) > staleShare * Math.max(1, before[key]),
  );
}
