// Numbers of the methods' published code (test/fixtures/golden/methods; docs/methods.md describes the runs).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Matrix } from 'ml-matrix';
import { expect } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

/** Rows of numbers. */
export const matrixSchema = z.array(z.array(z.number()));

/** The file of a method. @throws ZodError where it does not fit the schema */
export function goldenOf<Schema extends z.ZodType>(method: string, schema: Schema): z.output<Schema> {
  const file = fileURLToPath(new URL(`../fixtures/golden/methods/${method}.json`, import.meta.url));
  return parseJson(schema, readFileSync(file, 'utf8'));
}

/** Largest difference, relative to the largest number expected. */
export function matrixDistance(actual: Matrix, expected: readonly (readonly number[])[]): number {
  const wanted = new Matrix(expected.map((row) => [...row]));
  expect([actual.rows, actual.columns]).toEqual([wanted.rows, wanted.columns]);
  const differences = Matrix.sub(actual, wanted).to1DArray().map(Math.abs);
  return Math.max(...differences) / Math.max(...wanted.to1DArray().map(Math.abs));
}

/** The same up to the sign of each column. */
export function columnDistance(actual: Matrix, expected: readonly (readonly number[])[]): number {
  const turned = actual.clone();
  for (let j = 0; j < turned.columns; j++) {
    const along = turned.getColumn(j).reduce((sum, x, i) => sum + x * (expected[i]?.[j] ?? Number.NaN), 0);
    if (along < 0) turned.mulColumn(j, -1);
  }
  return matrixDistance(turned, expected);
}

/** Bits of codes as 0 and 1. */
export const bitsOf = (matrix: Matrix): number[][] => matrix.to2DArray().map((row) => row.map((x) => Number(x > 0)));

/** Bits of published codes, written as 1 and -1 or as 1 and 0. */
export const publishedBits = (codes: readonly (readonly number[])[]): number[][] =>
  codes.map((row) => row.map((x) => Number(x > 0)));
