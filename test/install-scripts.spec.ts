// Decides for each package whether its install script may run: npm 12 runs only those that package.json allows, npm
// 11 all that it does not refuse.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../src/shared/json.ts';

const read = <T>(file: string, schema: z.ZodType<T>): T =>
  parseJson(schema, readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

it('every package with an install script is allowed or refused it by name, and no other', () => {
  const { allowScripts } = read('package.json', z.object({ allowScripts: z.record(z.string(), z.boolean()) }));
  const { packages } = read(
    'package-lock.json',
    z.object({ packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })) }),
  );
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
});
