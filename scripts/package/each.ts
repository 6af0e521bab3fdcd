// Makes several packages, each on its own.
import { firstLine } from '../../src/shared/errors.ts';

export interface Packages {
  /** Paths of what was made. */
  readonly made: readonly string[];
  /** A sentence for each package that was not. */
  readonly failed: readonly string[];
}

/** Runs the makers one after the other. The failure of one leaves the others as they are. */
export async function makeEach(
  makers: readonly (readonly [format: string, make: () => Promise<readonly string[]>])[],
): Promise<Packages> {
  const made: string[] = [];
  const failed: string[] = [];
  for (const [format, make] of makers) {
    try {
      made.push(...(await make()));
    } catch (error) {
      failed.push(`${format} was not made: ${firstLine(error).replace(/\.$/, '')}.`);
    }
  }
  return { made, failed };
}
