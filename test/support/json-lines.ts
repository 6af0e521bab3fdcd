// Output of a program with `--json`: one JSON value a line.
import type { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

/** The value of each line that is not empty. @throws ZodError where one does not fit the schema */
export const jsonLinesOf = <Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(schema, line));
