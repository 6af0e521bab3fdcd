// What a layout of a published data set is: how its files are recognised and read.
import type { BenchmarkSet } from '../benchmark-set.ts';
import type { Matrix, Shape } from '../matrix.ts';

/** The files a person pointed at, looked into but not read. */
export interface Source {
  /** As given: a file or a folder. */
  readonly path: string;
  /** The folder itself where one was given, else null. */
  readonly folder: string | null;
  /** Names of the files, without their folder. */
  readonly files: ReadonlySet<string>;
  /** The matrices in MAT and HDF5 files, by name. */
  readonly matrices: ReadonlyMap<string, Shape>;
  /** Reads a matrix. Throws `unreadable`, or `bad-argument` where two files have one of that name. */
  read(name: string): Promise<Matrix>;
}

/** Text features for layouts that come with the captions themselves. */
export interface TextFeatures {
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Width of the image rows that go with it. */
  readonly imageWidth: number;
  /** `[n]` texts -> `[n, textWidth]`. */
  encode(texts: readonly string[]): Promise<Float32Array>;
}

export interface ReadOptions {
  /** How many of the last rows are queries, where the layout has no split of its own; its usual number if absent. */
  readonly queries?: number;
  /** Width of the space image and text share, where the layout cannot know it. */
  readonly sharedWidth?: number;
  readonly textFeatures?: TextFeatures;
}

export interface Layout {
  readonly id: string;
  readonly name: string;
  /** What its files hold, in the words of an error message. */
  readonly holds: string;
  recognises(source: Source): boolean;
  read(source: Source, options: ReadOptions): Promise<BenchmarkSet>;
}

export const hasMatrices = ({ matrices }: Source, ...names: readonly string[]): boolean =>
  names.every((name) => matrices.has(name));
