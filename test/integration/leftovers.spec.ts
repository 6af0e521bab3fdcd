// Killed and failed work leaves nothing behind.
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../support/program.ts';
import { albumWith, testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';

it('a training that fails leaves a job with its reason, and no row among the models', async () => {
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  const { id } = await engine.api['train.start'](trainOptions.parse({ bits: 16, epochs: 1 }));
  expect(await engine.finished(id)).toMatchObject({ state: 'failed', error: { code: 'too-few-pairs' } });
  const models = await engine.api['models.list']({});
  expect(models.map(({ method }) => method)).toEqual(['rotation']);
});

it('folders of models that a kill has left half written are removed at the next start, new ones are not', async () => {
  const library = temporaryFolder();
  const names = ['old', 'new'].map((name) =>
    join(library, 'models', `.${name}-${'0'.repeat(8)}-0000-4000-8000-000000000000.tmp`),
  );
  const [old, young] = names;
  if (old === undefined || young === undefined) throw new Error('two folders');
  for (const name of names) mkdirSync(name, { recursive: true });
  const before = Date.now() / 1000 - 2 * 60 * 60;
  utimesSync(old, before, before);
  testEngine(library);
  await until(() => !existsSync(old));
  expect(existsSync(young)).toBe(true);
});

it('a copy of a read-only library whose process was killed is removed when any library is opened', () => {
  const dead = mkdtempSync(join(tmpdir(), 'hashlens-read-only-'));
  onTestFinished(() => rmSync(dead, { recursive: true, force: true }));
  const before = Date.now() / 1000 - 2 * 60;
  utimesSync(dead, before, before);
  testEngine();
  expect(existsSync(dead)).toBe(false);
});
