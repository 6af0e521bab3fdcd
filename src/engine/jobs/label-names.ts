// Names of a library's labels as texts: possible queries with the photos that have the label.
import { itemAt } from '../../shared/at.ts';
import type { Encoder } from '../encoder/encoder.ts';
import { usableLabels, type Label } from '../hashing/data/usable-labels.ts';
import type { Store } from '../store/database.ts';

/** Texts with the photos they are about. */
interface NameTexts {
  readonly texts: readonly string[];
  /** The photos of each text. */
  readonly photos: readonly (readonly number[])[];
  /** `[texts, textWidth]`, row-major. */
  readonly rows: Float32Array;
}

export interface LabelNames {
  readonly labels: readonly Label[];
  /** Each name alone. */
  readonly single: NameTexts;
  /** All names of a photo without a caption, so that a query for it exists. */
  readonly together: NameTexts;
}

/** Labels of the library that a training can learn from. */
export const usableLabelsOf = (store: Store): readonly Label[] => usableLabels(store.texts.labels());

/** @param encoder null while it is not available: labels then have no texts */
export async function labelNames(store: Store, encoder: Pick<Encoder, 'encodeTexts'> | null): Promise<LabelNames> {
  const labels = usableLabelsOf(store);
  const single = labels.flatMap(({ names, photos }) => names.map((name) => ({ name, photos })));
  const encoded = async (texts: ReadonlyMap<string, readonly number[]>): Promise<NameTexts> => {
    const known = encoder === null ? [] : [...texts.keys()];
    const rows = encoder === null || known.length === 0 ? new Float32Array(0) : await encoder.encodeTexts(known);
    return { texts: known, photos: known.map((text) => texts.get(text) ?? []), rows };
  };
  return {
    labels,
    single: await encoded(new Map(single.map(({ name, photos }) => [name, photos]))),
    together: await encoded(allNames(store, labels)),
  };
}

/** Texts of all names of photos without a caption. All tags of a photo make one text; albums and people make none. */
function allNames(store: Store, labels: readonly Label[]): Map<string, number[]> {
  const captioned = new Set<number>(store.texts.withCaption());
  const names = new Map<number, string[]>();
  for (const label of labels) {
    for (const photo of label.photos) {
      if (!captioned.has(photo)) names.set(photo, [...(names.get(photo) ?? []), itemAt(label.names, 0)]);
    }
  }
  const texts = new Map<string, number[]>();
  for (const [photo, own] of names) {
    const text = own.sort().join(', ');
    texts.set(text, [...(texts.get(text) ?? []), photo]);
  }
  return texts;
}
