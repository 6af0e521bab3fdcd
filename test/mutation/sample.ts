// Mutation tests of a sample: leaves all but HASHLENS_MUTATION_SAMPLE changes of each file out. The changes are drawn by
// their digest, so that the same code gives the same sample.
import { createHash } from 'node:crypto';
import { CheckStatus, type Checker, type CheckResult } from '@stryker-mutator/api/check';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const digestOf = ({ mutatorName, replacement, location }: Mutant): string =>
  createHash('sha256')
    .update(JSON.stringify([mutatorName, replacement, location]))
    .digest('hex');

class SampleChecker implements Checker {
  init(): Promise<void> {
    return Promise.resolve();
  }

  /** @returns one group of all changes, so that `check` draws from all of them */
  group(mutants: Mutant[]): Promise<string[][]> {
    return Promise.resolve([mutants.map(({ id }) => id)]);
  }

  check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const size = Number(process.env['HASHLENS_MUTATION_SAMPLE']);
    const drawn = [...Map.groupBy(mutants, ({ fileName }) => fileName).values()].flatMap((of) =>
      of
        .map((mutant) => ({ id: mutant.id, digest: digestOf(mutant) }))
        .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
        .slice(0, size)
        .map(({ id }) => id),
    );
    const inSample = new Set(drawn);
    return Promise.resolve(
      Object.fromEntries(
        mutants.map(({ id }): [string, CheckResult] => [
          id,
          inSample.has(id)
            ? { status: CheckStatus.Passed }
            : { status: CheckStatus.CompileError, reason: 'not in the sample' },
        ]),
      ),
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
