// Formats the scores of a found photo: short for its tile, in full for its tooltip.
import { m } from '../../language/language.ts';
import { decimal } from './format.ts';
import { type HitReason, type TermExplanation, writtenChance } from '../../shared/contract/search.ts';
import type { ShownPhoto } from '../state/search.svelte.ts';

/** `84% · cos 0.312 · Hamming 14 · text 3.2`. Unknown values are left out. */
export function scoreLine(photo: ShownPhoto): string {
  const { score, distance, textScore } = photo;
  const parts: string[] = [];
  const chance = chanceLabel(photo);
  if (chance !== '') parts.push(chance);
  if (score !== null) parts.push(`cos ${decimal(score, 3)}`);
  // Without a code, the distance has no meaning.
  if (score !== null || distance > 0) parts.push(`Hamming ${distance}`);
  if (typeof textScore === 'number') parts.push(m.scores_text({ n: decimal(textScore, 1) }));
  return parts.join(' · ');
}

const ownWords: ReadonlySet<HitReason['code']> = new Set(['confirmed', 'caption', 'tag', 'person', 'place', 'name']);

/** Whether the photo is found because somebody wrote so; its chance was then not measured. */
export const isByOwnWords = (probability: number, [first]: readonly HitReason[]): boolean =>
  probability >= writtenChance && first !== undefined && ownWords.has(first.code);

/** The chance, or that the photo's own words say so; empty where it is unknown. */
export function chanceLabel({ probability, reasons }: Pick<ShownPhoto, 'probability' | 'reasons'>): string {
  if (typeof probability !== 'number') return '';
  return isByOwnWords(probability, reasons ?? []) ? m.scores_own() : chanceText(probability);
}

/** An estimate is never certain. */
export function chanceText(probability: number): string {
  if (probability > 0.99) return m.scores_surely();
  return probability < 0.01 ? m.scores_unlikely() : m.scores_percent({ n: Math.round(probability * 100) });
}

/** One line a term: `beach × 2: cos 0.312 (1.8 deviations above the mean), text 3.2`. */
export function scoreDetails({ explanation }: ShownPhoto): string {
  return explanation ? explanation.terms.map(termLine).join('\n') : '';
}

function termLine({ term, weight, cosine, deviations, textScore }: TermExplanation): string {
  const parts: string[] = [];
  if (cosine !== null) {
    const shown = { cosine: decimal(cosine, 3), deviations: decimal(Math.abs(deviations ?? 0), 1) };
    if (deviations === null) parts.push(`cos ${shown.cosine}`);
    else parts.push(deviations < 0 ? m.scores_below(shown) : m.scores_above(shown));
  }
  if (textScore !== null) parts.push(m.scores_text({ n: decimal(textScore, 1) }));
  return `${term}${weight === 1 ? '' : ` × ${weight}`}: ${parts.length === 0 ? m.scores_nothing() : parts.join(', ')}`;
}
