// Published values to compare with ours, for a method on a set's features: those of papers' tables and of runs of a
// method's published code.
import type { Direction, EvaluationProtocol } from '../../shared/contract/evaluation.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import type { DatabaseCodes } from './database-codes.ts';
import { paperTables } from './paper-tables.ts';
import { publishedRuns } from './published-code.ts';
import type { Bits } from './run-benchmark.ts';
import type { Measure } from './summary.ts';
import { itemAt } from '../../shared/at.ts';

export interface Published {
  /** `code`: the method's published code, run on the same file. */
  readonly kind: 'paper' | 'code';
  /** Id of the layout. */
  readonly set: string;
  /** Width of the image features they were made from. Numbers from other features are not comparable. */
  readonly imageWidth: number;
  /** Id of the method. */
  readonly method: string;
  readonly measure: Measure;
  readonly protocol: EvaluationProtocol;
  /** Codes of the database; the encoder's where the source does not say. */
  readonly database: DatabaseCodes;
  /** Table of the paper; null for a run of published code. */
  readonly place: string | null;
  readonly source: string;
  /** mAP at a length, [image -> text, text -> image]; absent or null where there is none. */
  readonly values: Readonly<Partial<Record<Bits, readonly [i2t: number | null, t2i: number | null]>>>;
}

export const lengths: readonly Bits[] = [16, 32, 64, 128];

/** Values of the tables whose features are of one known width. */
function ofPapers(): Published[] {
  return Object.values(paperTables).flatMap(({ source, measure, imageWidth, sets, rows }) =>
    sets.flatMap(({ id: set, place }) =>
      rows.flatMap(({ method, protocol, values }): Published[] => {
        const found = values.get(set);
        if (method === null || imageWidth === null || found === undefined) return [];
        const at = Object.fromEntries(lengths.map((bits, i) => [bits, [itemAt(found.i2t, i), itemAt(found.t2i, i)]]));
        const about = { kind: 'paper', set, imageWidth, method, measure, protocol, database: 'encoder' } as const;
        return [{ ...about, place, source, values: at }];
      }),
    ),
  );
}

const ofCode = (): Published[] =>
  publishedRuns.map(({ method, database, seeds, settings, values }) => ({
    ...{ kind: 'code', set: 'wikipedia', imageWidth: 128, method, database, values, place: null },
    ...{ measure: 'mapStable', protocol: 'single' },
    source: `the published code of ${method} on this file, ${seeds === 1 ? '1 seed' : `mean of ${seeds} seeds`}: ${settings}`,
  }));

const published: readonly Published[] = [...ofPapers(), ...ofCode()];

/** Published values of a method on a set's features. */
export function publishedFor(set: Pick<BenchmarkSet, 'id' | 'imageWidth'>, method: string): Published[] {
  return published.filter(
    (entry) => entry.set === set.id && entry.imageWidth === set.imageWidth && entry.method === method,
  );
}

/** The published value at a code length; null where there is none. */
export const publishedAt = ({ values }: Published, direction: Direction, bits: Bits): number | null =>
  values[bits]?.[direction === 'i2t' ? 0 : 1] ?? null;
