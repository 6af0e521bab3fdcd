// The person's own words about photos.
import type { EditOutcome, WrittenState } from '../../shared/contract/edits.ts';
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { parseCaptureDate } from '../library/metadata/capture.ts';
import type { WrittenDate } from '../store/edits.ts';
import type { EngineServices } from './services.ts';
import { requireWritable } from './writable.ts';

export function editsApi({
  store,
  searcher,
  maintenance,
  writtenTexts,
  recalibration,
  changed,
}: Pick<EngineServices, 'store' | 'searcher' | 'maintenance' | 'writtenTexts' | 'recalibration' | 'changed'>) {
  const kept = (change: () => WrittenState[]): EditOutcome => {
    requireWritable(store);
    const inverse = store.durably(change);
    const photoIds = new Set(inverse.flatMap((state) => state.photoIds));
    if (photoIds.size > 0) {
      maintenance.changed();
      changed();
      writtenTexts.changed(photoIds);
      recalibration.changed();
    }
    return { photos: photoIds.size, inverse };
  };

  return {
    'edits.apply': async (edit) => {
      if (typeof edit.date === 'string') readDate(edit.date);
      return kept(() => store.edits.apply(edit, readDate));
    },
    'edits.restore': async ({ states }) => kept(() => store.edits.restore(states, readDate)),
    'edits.words': async ({ photoIds }) => store.edits.wordsOf(photoIds),
    'edits.completeTag': async ({ text, limit }) => searcher.completeTag(text, limit),
  } satisfies Partial<EngineApi>;
}

function readDate(text: string): WrittenDate {
  const date = parseCaptureDate(text);
  if (date === null) {
    throw new HashlensError(
      'bad-argument',
      `${text} is not a date that a photo can have; write one like 1968, 1968-06, 1968-06-15 or 1968-06-15 10:00.`,
    );
  }
  return { capturedAt: date.time, capturedUntil: date.until, utcOffset: date.offset };
}
