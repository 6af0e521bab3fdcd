// Labels that a training can learn from: tags, albums and people that several photos have.
import { HashlensError } from '../../../shared/errors.ts';
import type { LabelPlan } from '../../../shared/contract/training.ts';
import { fewestPairs } from './training-data.ts';

/** A photo and a name that a person gave to it. */
export interface LabelledPhoto {
  readonly name: string;
  readonly photoId: number;
}

export interface Label {
  /** The name, and others that are on the very same photos. */
  readonly names: readonly string[];
  /** Ids of the photos that have it, ascending. */
  readonly photos: readonly number[];
}

/** Smallest number of photos of a label: some of them are held out. */
const fewestOfLabel = 4;
/** Largest share of the named photos that may have a label. A label on nearly all photos separates none. */
const mostOfPhotos = 0.9;
/** Smallest number of labels: a single one gives no contrast. */
const fewestLabels = 2;
/** Largest number of labels to use, the most frequent ones: the time of methods grows with their number. */
const mostLabels = 500;

/**
 * Labels with at least 4 photos and at most nine tenths of all named photos, the most frequent 500. Names that differ in
 * case only are one label, and so are names of the same photos, as the steps of `Italy|Rome` where there is no other place in
 * Italy. A step that has more photos than the next is a separate label, which the photos of both share.
 */
export function usableLabels(named: readonly LabelledPhoto[]): Label[] {
  const byName = new Map<string, { readonly name: string; readonly photos: Set<number> }>();
  for (const { name, photoId } of named) {
    const key = name.toLowerCase();
    const label = byName.get(key) ?? { name, photos: new Set() };
    label.photos.add(photoId);
    byName.set(key, label);
  }
  const most = mostOfPhotos * new Set(named.map(({ photoId }) => photoId)).size;
  const byPhotos = new Map<string, { readonly names: string[]; readonly photos: readonly number[] }>();
  for (const { name, photos } of byName.values()) {
    if (photos.size < fewestOfLabel || photos.size > most) continue;
    const sorted = [...photos].sort((a, b) => a - b);
    const key = sorted.join(' ');
    const label = byPhotos.get(key) ?? { names: [], photos: sorted };
    label.names.push(name);
    byPhotos.set(key, label);
  }
  return [...byPhotos.values()].sort((a, b) => b.photos.length - a.photos.length).slice(0, mostLabels);
}

/** @throws HashlensError `too-few-pairs` with the numbers of labels and photos if they are too small */
export function checkLabels({ photos, labels, lacking }: LabelPlan): void {
  if (lacking === null) return;
  throw new HashlensError(
    'too-few-pairs',
    `Learning from tags, albums and people needs at least ${fewestLabels} of them, each on at least ${fewestOfLabel} photos and ` +
      `not on nearly all, on ${fewestPairs} photos together; there are ${labels} on ${photos} photos.`,
  );
}

/** Numbers of photos and labels to learn from, and the one that is too small. */
export function planLabels(labels: readonly Label[]): LabelPlan {
  const photos = new Set(labels.flatMap((label) => label.photos)).size;
  const lacking = photos < fewestPairs ? 'photos' : labels.length < fewestLabels ? 'labels' : null;
  return { photos, labels: labels.length, lacking };
}
