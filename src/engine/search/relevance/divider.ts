// Where the weaker matches begin: how likely each hit is what the words ask for, and the place below which it is not.
import type { ModelId } from '../../../shared/contract/ids.ts';
import type { RankedPhoto } from '../../../shared/contract/search.ts';
import type { SettingsStore } from '../../store/settings.ts';
import { weakFrom } from './calibration.ts';
import { saidSo, type CutOff } from './cut-off.ts';
import type { ReadyTerm } from '../query/terms.ts';

/** Results less likely than this to be what was asked for are weaker matches, while the person has chosen nothing else. */
const defaultPrecision = 0.5;

export const precisionOf = (settings: SettingsStore): number => Number(settings.get('precision') ?? defaultPrecision);

export interface DividedHits {
  readonly hits: RankedPhoto[];
  /** Index of the first weaker match, `hits.length` when none is weak; null where nobody can tell. */
  readonly weakFrom: number | null;
}

interface DividerTools {
  readonly cutOff: CutOff;
  readonly modelId: ModelId;
  readonly state: string;
}

/** For queries of words alone: how alike two pictures must be, or what a sum of terms is worth, captions do not say. */
export async function divideHits(
  { cutOff, modelId, state }: DividerTools,
  terms: readonly ReadyTerm[],
  hits: RankedPhoto[],
  precision: number,
): Promise<DividedHits> {
  const [only, ...more] = terms;
  if (!only || more.length > 0 || only.term.kind !== 'text' || only.term.weight < 0 || hits.length === 0) {
    return { hits, weakFrom: null };
  }
  // A hit whose features are gone scores like the worst.
  const scored = hits.map(({ photoId, score }) => ({ photoId, score: score ?? -1 }));
  const learned = only.semantic
    ? await cutOff.chances(only.term.text, only.semantic, scored, modelId, state)
    : new Float32Array(hits.length);
  if (learned === null) return { hits, weakFrom: null };
  const said = only.text?.scores;
  const chances = learned.map((chance, i) => {
    const hit = hits[i];
    return hit && said?.hasAll(hit.photoId) ? Math.max(chance, saidSo) : chance;
  });
  return {
    hits: hits.map((hit, i) => ({ ...hit, probability: chances[i] ?? null })),
    weakFrom: weakFrom(chances, precision),
  };
}
