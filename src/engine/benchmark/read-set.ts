// Reads a data set from a file or folder. The content of the files decides the layout.
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import { openHdf5 } from './hdf5.ts';
import { arff } from './layouts/arff.ts';
import { captionFolder } from './layouts/caption-folder.ts';
import { iaprTc12 } from './layouts/iapr-tc12.ts';
import { otherLastRows } from './layouts/last-rows.ts';
import type { Layout, LayoutOptions, SetSource } from './layouts/layout.ts';
import { mirflickr25k } from './layouts/mirflickr-25k.ts';
import { msCoco } from './layouts/ms-coco.ts';
import { npyFolder } from './layouts/npy-folder.ts';
import { nusWideTc10 } from './layouts/nus-wide-tc10.ts';
import { wikipedia } from './layouts/wikipedia.ts';
import { openMat5 } from './mat5.ts';
import { refuseOtherFormat } from './other-formats.ts';
import type { MatrixFile, Shape } from './matrix.ts';

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

const hdf5Signature = '\x89HDF\r\n\x1a\n';
/** Possible offsets of an HDF5 file's start, after a user block. MATLAB's has 512 bytes. */
const hdf5Starts = [0, 512, 1024, 2048];

/** Opens a MAT or HDF5 file; null for any other format. */
async function openMatrixFile(path: string): Promise<MatrixFile | null> {
  const file = await open(path);
  const head = Buffer.alloc(2056);
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  const isHdf5 = hdf5Starts.some((start) => head.toString('latin1', start, start + 8) === hdf5Signature);
  if (isHdf5) return openHdf5(path);
  return head.toString('latin1', 0, 10) === 'MATLAB 5.0' ? openMat5(path) : null;
}

const part = /^(.*?)-?[ixyl]all(.*)$/i;

/** The part after the name of the matrix: `-vgg-rand.mat` of `mirflickr25k-iall-vgg-rand.mat`. */
const variantOf = (path: string): readonly string[] =>
  (part.exec(basename(path))?.[2] ?? '').toLowerCase().split(/[-_.]+/);

/**
 * Files that belong to a given one: `mirflickr25k-yall.mat` and `-lall.mat` to `mirflickr25k-iall-vgg.mat`. The given
 * one comes first, then those that share most of its variant (`-rand`), as a folder may hold several versions of a matrix.
 */
async function siblings(path: string): Promise<string[]> {
  const prefix = part.exec(basename(path))?.[1];
  if (prefix === undefined) return [path];
  const folder = dirname(path);
  const wanted = variantOf(path);
  /** Words of the variant that only one of the two has. */
  const distance = (name: string) => new Set(variantOf(name)).symmetricDifference(new Set(wanted)).size;
  const others = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name !== basename(path));
  others.sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1));
  return [path, ...others.map((name) => join(folder, name))];
}

async function openSource(path: string): Promise<SetSource> {
  const found = await stat(path).catch((error: unknown) => {
    throw new HashlensError('not-found', `${path} does not exist; check its name.`, { cause: error });
  });
  // A pipe would be waited for.
  if (!found.isDirectory() && !found.isFile()) {
    throw new HashlensError('bad-argument', `${path} is neither a file nor a folder.`);
  }
  const folder = found.isDirectory() ? path : null;
  const paths =
    folder === null
      ? await siblings(path)
      : (await readdir(folder, { withFileTypes: true })).filter((e) => e.isFile()).map((e) => join(folder, e.name));
  for (const name of paths.filter((each) => /\.(mat|h5\w*|hdf5?|np[yz]|arff)$/i.test(each) || each === path)) {
    await refuseOtherFormat(name);
  }
  const files = await Promise.all(
    paths.filter((name) => /\.(mat|h5\w*|hdf5?)$/i.test(name) || name === path).map(openMatrixFile),
  );
  const holders = new Map<string, MatrixFile[]>();
  const matrices = new Map<string, Shape>();
  for (const file of files) {
    for (const [name, shape] of file?.matrices ?? []) {
      if (!matrices.has(name)) matrices.set(name, shape);
      holders.set(name, [...(holders.get(name) ?? []), ...(file ? [file] : [])]);
    }
  }
  return {
    path,
    folder,
    matrices,
    files: new Set(paths.map((name) => basename(name))),
    read(name) {
      const [first, second] = holders.get(name) ?? [];
      if (first === undefined) throw new RangeError(`${path} has no ${name}`);
      // A file that was named says which version is meant.
      if (second === undefined || folder === null) return first.read(name);
      const names = `${basename(first.path)} and ${basename(second.path)}`;
      throw new HashlensError('bad-argument', `${path} holds ${name} in ${names}; name one of the files instead.`);
    },
  };
}

/**
 * Reads the data set in a file or folder.
 * @throws HashlensError `not-found`; `unsupported-format` where no layout fits; `unreadable` or `bad-argument` where
 *   its files are damaged or do not fit together
 */
export async function readBenchmarkSet(path: string, options: LayoutOptions = {}): Promise<BenchmarkSet> {
  const source = await openSource(path);
  const layout = layouts.find((candidate) => candidate.recognises(source));
  if (layout !== undefined) return layout.read(source, options);
  const known = layouts.map(({ name, holds }) => (name === holds ? holds : `${name} (${holds})`)).join('; ');
  throw new HashlensError('unsupported-format', `${path} is not a data set known here; known are: ${known}.`);
}
