// Grades of photos whose texts have what is searched for. A photo of a higher grade comes before those of lower ones.
import { entryOf, numberAt } from '../../../shared/at.ts';
import { writtenChance } from '../../../shared/contract/search.ts';

export const writtenGrade = {
  none: 0,
  /** A name in the query is a tag or a person. */
  partly: 1,
  /** The same, with all other words that any text of the library has. */
  mostly: 2,
  /** All words, some in another form or as a synonym. */
  otherForm: 3,
  /** All words as they were typed. */
  typed: 4,
  /** Each word is a name of its own: a photo of both for "Anna and Tom". */
  names: 5,
  /** A tag or a person has exactly this name. */
  name: 6,
  /** The name has the same accents, too: "Zoë" is not "Zoe". */
  sameLetters: 7,
} as const;
export type WrittenGrade = (typeof writtenGrade)[keyof typeof writtenGrade];

const { none, partly, mostly, otherForm, typed, names, name, sameLetters } = writtenGrade;

/**
 * `[photos]`: totals by which each grade is above all lower ones; photos of one grade keep their order.
 * @param grades `[photos]`
 */
export const byGrade = (totals: Float64Array, grades: Uint8Array): Float64Array =>
  [partly, mostly, otherForm, typed, names, name, sameLetters].reduce(
    (lower, least) => lifted(lower, (i) => numberAt(grades, i) >= least),
    totals,
  );

/** `[photos]`: totals of which the chosen are above all others; each group keeps its order. */
export function lifted(totals: Float64Array, isChosen: (i: number) => boolean): Float64Array {
  const most = totals.reduce((max, total, i) => (isChosen(i) ? max : Math.max(max, total)), -Infinity);
  const least = totals.reduce((min, total, i) => (isChosen(i) ? Math.min(min, total) : min), Infinity);
  if (!Number.isFinite(most) || !Number.isFinite(least)) return totals;
  const lift = Math.max(0, most - least + 1);
  return totals.map((total, i) => (isChosen(i) ? total + lift : total));
}

/**
 * `[photos]`: chances that never rise from a grade to a lower one. Photos with all words have at least the chance of what is
 * written, and others at most that.
 */
export function gradedChances(chances: Float64Array, grades: Uint8Array): Float64Array {
  const best = grades.reduce((max, grade) => Math.max(max, grade), 0);
  const mostBelow = (grade: number) =>
    chances.reduce((max, chance, i) => (numberAt(grades, i) < grade ? Math.max(max, chance) : max), 0);
  const least = new Map<number, number>([none, partly, mostly].map((grade) => [grade, mostBelow(grade)]));
  return chances.map((chance, i) => {
    const grade = numberAt(grades, i);
    if (grade >= otherForm) return grade === best ? Math.max(chance, writtenChance) : writtenChance;
    return Math.min(writtenChance, Math.max(chance, entryOf(least, grade)));
  });
}
