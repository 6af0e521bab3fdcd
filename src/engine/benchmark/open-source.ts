// Opens the files at the path of a data set, so that layouts can recognise and read them.
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { openHdf5 } from './hdf5.ts';
import type { ArrayPlace, SetSource } from './layouts/layout.ts';
import { openMat5 } from './mat5.ts';
import { readNpy, type NpyArray } from './npy.ts';
import { isNpz, openNpz, type NpzFile } from './npz.ts';
import { refuseOtherFormat } from './other-formats.ts';
import type { MatrixFile, Shape } from './matrix.ts';

const hdf5Signature = '\x89HDF\r\n\x1a\n';
/** Possible offsets of an HDF5 file's start, after a user block. MATLAB's has 512 bytes. */
const hdf5Starts = [0, 512, 1024, 2048];

const isMatrixFile = (name: string) => /\.(mat|h5\w*|hdf5?|npz)$/i.test(name);
/** Whether a file may belong to a data set. */
const isData = (name: string) =>
  isMatrixFile(name) || extname(name) === '' || /\.(npy|arff|xml|txt|csv|json)$/i.test(name);

/** Opens a MAT or HDF5 file; null for any other format. */
async function openMatrixFile(path: string): Promise<MatrixFile | null> {
  await refuseOtherFormat(path);
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

const part = /^(.*?)-?([ixyl])all(.*)$/i;

/** The part after the name of the matrix: `-vgg-rand.mat` of `mirflickr25k-iall-vgg-rand.mat`. */
const variantOf = (path: string): readonly string[] =>
  (part.exec(basename(path))?.[3] ?? '').toLowerCase().split(/[-_.]+/);

/** Matrix that a file is named after: `i` for images (`iall`, `xall`), `y` for texts, `l` for labels; null for none. */
const matrixOf = (path: string): string | null =>
  part.exec(basename(path))?.[2]?.toLowerCase().replace('x', 'i') ?? null;

/**
 * Files that belong to a given one: `mirflickr25k-yall.mat` and `-lall.mat` to `mirflickr25k-iall-vgg.mat`. The given
 * one comes first, then those that share most of its variant (`-rand`), as a folder may hold several versions of a matrix.
 */
async function siblings(path: string): Promise<string[]> {
  if (/\.arff$/i.test(path)) return arffSiblings(path);
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

/** Files of a set in ARFF: the labels' names, and the test file of a training file and the reverse. */
async function arffSiblings(path: string): Promise<string[]> {
  const folder = dirname(path);
  const isPart = /train|test/i;
  const stem = (name: string) => basename(name, extname(name)).replace(/[-_.]?(?:train|test)/i, '');
  const others = (await readdir(folder)).filter((name) => name !== basename(path));
  const counterparts = others.filter(
    (name) => /\.arff$/i.test(name) && isPart.test(basename(path)) && isPart.test(name) && stem(name) === stem(path),
  );
  const labels = others.filter((name) => /\.xml$/i.test(name));
  return [path, ...[...counterparts, ...labels].map((name) => join(folder, name))];
}

/** A file and what it holds; a file that cannot be read rejects. */
interface Opened {
  readonly path: string;
  readonly file: Promise<MatrixFile | null>;
  /** The same file where it is an .npz archive. */
  readonly archive: Promise<NpzFile> | null;
}

/** Source whose files that cannot be read matter only where one of them is needed. */
export interface OpenedSource extends SetSource {
  /** Kind of everything else that its files hold, by name. */
  readonly others: ReadonlyMap<string, string>;
  /** Throws the error of the first of all its files that cannot be read. */
  refuseUnreadable(): Promise<void>;
}

/** @throws HashlensError `not-found`, `bad-argument`, and the error of a file that was named and cannot be read */
export async function openSource(path: string): Promise<OpenedSource> {
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
  const opened = paths
    .filter((name) => isMatrixFile(name) || name === path)
    .map((name): Opened => {
      const archive = isNpz(name) ? openNpz(name) : null;
      return { path: name, file: archive ?? openMatrixFile(name), archive };
    });
  await Promise.allSettled(opened.map(({ file }) => file));
  const matrices = new Map<string, Shape>();
  const others = new Map<string, string>();
  const holders = new Map<string, MatrixFile[]>();
  for (const { path: name, file } of opened) {
    const held = name === path ? await file : await file.catch(() => null);
    if (held === null) continue;
    for (const [matrix, shape] of held.matrices) {
      if (!matrices.has(matrix)) matrices.set(matrix, shape);
      holders.set(matrix, [...(holders.get(matrix) ?? []), held]);
    }
    for (const [other, kind] of held.others) others.set(other, kind);
  }
  return {
    path,
    folder,
    directory: folder ?? dirname(path),
    matrices,
    others,
    files: new Set(paths.map((name) => basename(name))),
    arrays: await arraysOf(path, paths, opened),
    async read(name) {
      const [first, second] = holders.get(name) ?? [];
      if (first === undefined) throw new RangeError(`${path} has no ${name}`);
      // A file that was named says which version is meant.
      if (second !== undefined && folder !== null) {
        const names = `${basename(first.path)} and ${basename(second.path)}`;
        throw new HashlensError('bad-argument', `${path} holds ${name} in ${names}; name one of the files instead.`);
      }
      await refuseBetter(opened, first.path, folder === null);
      return first.read(name);
    },
    async refuseUnreadable() {
      for (const { file } of opened) await file;
      for (const name of paths.filter(isData)) await refuseOtherFormat(name);
    },
  };
}

/**
 * Name of an array of an archive as that of a .npy file. numpy.savez names an array without a name arr_0: an archive of nothing else
 * is named after it. Archives `train.npz` and `test.npz` are the parts of a set that is split already.
 */
function npyName(archive: string, name: string, isAlone: boolean): string {
  const stem = basename(archive).replace(/\.npz$/i, '');
  if (isAlone && name === 'arr_0') return `${stem}.npy`;
  return /^(train|test)$/.test(stem) ? `${name}_${stem}.npy` : `${name}.npy`;
}

/**
 * Arrays by the name of a .npy file. A file takes precedence over an archive that holds an array of its name, and an archive that
 * cannot be read stands for the array that it is named after.
 */
async function arraysOf(
  path: string,
  paths: readonly string[],
  opened: readonly Opened[],
): Promise<ReadonlyMap<string, ArrayPlace>> {
  const arrays = new Map<string, ArrayPlace>();
  for (const { path: file, archive } of opened) {
    const held = await archive?.catch(() => null);
    if (archive !== null && held === null) {
      arrays.set(npyName(file, 'arr_0', true), { place: file, read: async () => (await archive).readArray('arr_0') });
    }
    for (const name of held?.matrices.keys() ?? []) {
      const own = npyName(file, name, held?.matrices.size === 1);
      const other = arrays.get(own);
      const read = async (): Promise<NpyArray> => {
        if (held && other === undefined) return held.readArray(name);
        const places = `${other?.place ?? ''} and ${basename(file)}`;
        throw new HashlensError('bad-argument', `${path} holds ${name} in ${places}; name one of the files instead.`);
      };
      arrays.set(own, { place: `${file}, ${name}`, read });
    }
  }
  for (const file of paths.filter((name) => /\.npy$/i.test(name))) {
    arrays.set(basename(file), { place: file, read: () => readNpy(file) });
  }
  return arrays;
}

/**
 * Throws the error of a file that may hold the version of the matrix that is meant: of files beside a named one, one that is
 * nearer to it than the file at `path`.
 */
async function refuseBetter(opened: readonly Opened[], path: string, isOrdered: boolean): Promise<void> {
  const matrix = matrixOf(path);
  if (matrix === null) return;
  const nearer = isOrdered
    ? opened.slice(
        0,
        opened.findIndex((one) => one.path === path),
      )
    : opened;
  for (const one of nearer) if (matrixOf(one.path) === matrix) await one.file;
}
