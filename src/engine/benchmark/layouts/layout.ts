// Interface of a layout of published data sets: recognises and reads its files.
import type { BenchmarkSet } from '../benchmark-set.ts';
import type { Matrix, Shape } from '../matrix.ts';
import type { NpyArray } from '../npy.ts';

/** An array of NumPy: a file, or an entry of an archive. */
export interface ArrayPlace {
  /** The file, and for an archive the name in it, for messages. */
  readonly place: string;
  /** Throws `unreadable`; `bad-argument` where two archives hold the array. */
  read(): Promise<NpyArray>;
}

/** The files at a given path. Their directories have been read, their numbers have not. */
export interface SetSource {
  /** Path as given: a file or a folder. */
  readonly path: string;
  /** The folder, where the path is one; otherwise null. */
  readonly folder: string | null;
  /** The folder of its files. */
  readonly directory: string;
  /** File names without their folder. */
  readonly files: ReadonlySet<string>;
  /** Arrays of NumPy by the name of a .npy file: such files themselves, and what .npz archives hold. */
  readonly arrays: ReadonlyMap<string, ArrayPlace>;
  /** The matrices in MAT and HDF5 files that can be read, by name. */
  readonly matrices: ReadonlyMap<string, Shape>;
  /**
   * Reads a matrix. Throws `unreadable`, `bad-argument` where two files contain a matrix of that name, and the error of a
   * file that cannot be read where it may contain the matrix instead.
   */
  read(name: string): Promise<Matrix>;
}

/** Text features for layouts that contain captions. */
export interface TextFeatures {
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Width of the matching image rows. */
  readonly imageWidth: number;
  /** `[n]` texts -> `[n, textWidth]`. */
  encode(texts: readonly string[]): Promise<Float32Array>;
}

export interface LayoutOptions {
  /** Number of last rows that are queries, for layouts without a split. Default: the usual number of the layout. */
  readonly queries?: number;
  /** Width of the space that image and text share, for layouts that do not record it. */
  readonly sharedWidth?: number;
  readonly textFeatures?: TextFeatures;
}

export interface Layout {
  readonly id: string;
  readonly name: string;
  /** Content of its files, in the words of an error message. */
  readonly holds: string;
  recognises(source: SetSource): boolean;
  read(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet>;
}

export const hasMatrices = ({ matrices }: SetSource, ...names: readonly string[]): boolean =>
  names.every((name) => matrices.has(name));
