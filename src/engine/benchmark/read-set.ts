// Reads a data set from a file or folder. The content of the files decides the layout.
import { HashlensError } from '../../shared/errors.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import { arff } from './layouts/arff.ts';
import { captionFolder } from './layouts/caption-folder.ts';
import { iaprTc12 } from './layouts/iapr-tc12.ts';
import { otherLastRows } from './layouts/last-rows.ts';
import type { Layout, LayoutOptions } from './layouts/layout.ts';
import { mirflickr25k } from './layouts/mirflickr-25k.ts';
import { msCoco } from './layouts/ms-coco.ts';
import { npyFolder } from './layouts/npy-folder.ts';
import { nusWideTc10 } from './layouts/nus-wide-tc10.ts';
import { wikipedia } from './layouts/wikipedia.ts';
import { openSource, type OpenedSource } from './open-source.ts';

/** Layouts in order: the first that recognises a source reads it. */
export const layouts: readonly Layout[] = [
  wikipedia,
  mirflickr25k,
  nusWideTc10,
  msCoco,
  iaprTc12,
  otherLastRows,
  captionFolder,
  npyFolder,
  arff,
];

/**
 * Reads the data set in a file or folder. Files that its layout does not need may be damaged.
 * @throws HashlensError `not-found`; `unsupported-format` where no layout fits; `unreadable` or `bad-argument` where
 *   its files are damaged or do not fit together
 */
export async function readBenchmarkSet(path: string, options: LayoutOptions = {}): Promise<BenchmarkSet> {
  const source = await openSource(path);
  const layout = layouts.find((candidate) => candidate.recognises(source));
  if (layout !== undefined) return layout.read(source, options);
  await source.refuseUnreadable();
  refuseOtherKinds(source);
  const known = layouts.map(({ name, holds }) => (name === holds ? holds : `${name} (${holds})`)).join('; ');
  throw new HashlensError('unsupported-format', `${path} is not a data set known here; known are: ${known}.`);
}

/** Names what is not a matrix of numbers where a layout needs one of that name. */
function refuseOtherKinds(source: OpenedSource): void {
  const { path, others } = source;
  const recognisedWith = (names: Iterable<string>, layout: Layout) => {
    const added = Array.from(names, (name) => [name, { rows: 0, columns: 0 }] as const);
    return layout.recognises({ ...source, matrices: new Map([...source.matrices, ...added]) });
  };
  const names = [...others.keys()];
  const layout = layouts.find((candidate) => recognisedWith(names, candidate));
  if (layout === undefined) return;
  const needed = [...others].filter(
    ([name]) =>
      !recognisedWith(
        names.filter((other) => other !== name),
        layout,
      ),
  );
  const kinds = needed.map(([name, kind]) => `${name} as ${kind}`).join(' and ');
  throw new HashlensError('unsupported-format', `${path} holds ${kinds}; save matrices of whole or decimal numbers.`);
}
