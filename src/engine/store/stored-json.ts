// Values stored as JSON in a column. A value of another version, or on a damaged page, is read as null.
import type { z } from 'zod';
import { parseJson } from '../../shared/json.ts';

export function fromJson<Schema extends z.ZodType>(schema: Schema, text: string | null): z.output<Schema> | null {
  if (text === null) return null;
  try {
    return parseJson(schema, text);
  } catch {
    return null;
  }
}
