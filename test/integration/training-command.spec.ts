// `hashlens train` and `hashlens models` as scripts see them. Runs the real program in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { jsonLinesOf } from '../support/json-lines.ts';
import { epochMetricsSchema } from '../../src/shared/contract/evaluation.ts';
import { copySampleLibrary } from '../support/sample-library.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));

let library = '';
beforeAll(async () => {
  library = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  await copySampleLibrary(library);
  return () => rmSync(library, { recursive: true, force: true });
});

const hashlens = (...args: string[]) => hashlensWith({}, ...args);

function hashlensWith(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--library', library], {
    encoding: 'utf8',
    timeout: 280_000,
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

/** A line of `train --json`: an epoch, or the model at the end. */
const lineSchema = z.object({
  epoch: z.number().optional(),
  loss: z.number().optional(),
  model: z.string().optional(),
});
const modelSchema = z.object({
  id: z.string(),
  state: z.string(),
  epochs: z.array(epochMetricsSchema),
  options: z.record(z.string(), z.unknown()),
});
const modelList = () => parseJson(z.array(modelSchema), hashlens('models', 'list', '--json').stdout);
const jobSchema = z.object({ id: z.number(), state: z.string(), modelId: z.string().nullable() });
const jobList = () => parseJson(z.array(jobSchema), hashlens('jobs', 'list', '--json').stdout);

const quick = ['--bits', '32', '--epochs', '2', '--hidden', '64', '--no-activate'];

it('train says what memory it takes, then adds ranks to each line and a full report to the last', () => {
  const { status, stdout, stderr } = hashlens('train', ...quick, '--json');
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^The training takes up to \d+ MB of memory \(\d+\.\d million parameters\); \d+\.\d GB may be/,
  );
  const lines = jsonLinesOf(z.record(z.string(), z.unknown()), stdout);
  const share = expect.any(Number) as number;
  const recall = { i2t: { '1': share, '5': share, '10': share }, t2i: { '1': share, '5': share, '10': share } };
  const medianRank = { i2t: share, t2i: share };
  for (const line of lines.slice(0, 2)) {
    expect(line).toMatchObject({ recall, medianRank, recallReal: recall, medianRankReal: medianRank });
  }
  expect(lines[2]).toMatchObject({
    best: { recall },
    batchAttention: false,
    ranks: { chance: { recall, medianRank }, float: { recall, medianRank } },
    report: {
      atK: expect.any(Array) as unknown[],
      prCurve: { t2i: expect.any(Array) as unknown[] },
      unseen: { map: share, chance: share },
    },
    memory: { total: share },
  });
});

it('train shows R@10 beside mAP, names the protocol, and refuses one the method does not have', () => {
  const { status, stdout } = hashlens('train', ...quick);
  expect(status).toBe(0);
  expect(stdout).toMatch(/protocol single\./);
  expect(stdout).toMatch(/^chance .*R@10 \d+\.\d%$/m);
  expect(stdout).toMatch(/^epoch 2 .*R@10 \d+\.\d%/m);
  const refused = hashlens('train', ...quick, '--protocol', 'paired');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /two-tower makes codes of one modality at a time and has no protocol paired; use single/,
  );
});

it('models export and import carry a model from one library into another', () => {
  const { model = '' } = jsonLinesOf(lineSchema, hashlens('train', ...quick, '--json').stdout).at(-1) ?? {};
  const folder = join(temporaryFolder(), 'exported');
  expect(hashlens('models', 'export', model, folder)).toMatchObject({
    status: 0,
    stdout: `${model} was copied to ${folder}.\n`,
  });
  expect(existsSync(join(folder, 'image.onnx'))).toBe(true);
  expect(hashlens('models', 'export', model, folder)).toMatchObject({
    status: 1,
    stderr: `hashlens: The folder ${folder} is not empty; name one that does not exist yet.\n`,
  });
  expect(hashlens('models', 'remove', model).status).toBe(0);
  const taken = hashlens('models', 'import', folder, '--json');
  expect(taken.status).toBe(0);
  expect(parseJson(z.unknown(), taken.stdout)).toMatchObject({ id: model, state: 'ready', active: false, bits: 32 });
  expect(hashlens('models', 'activate', model)).toMatchObject({ status: 0 });
  expect(hashlens('models', 'import', temporaryFolder())).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/There is no whole hash model in .*; choose a folder/) as string,
  });
});

it('train goes on where a killed one was, when it is started again', async () => {
  const args = ['train', '--bits', '16', '--epochs', '60', '--hidden', '64', '--seed', '9', '--no-activate', '--json'];
  const child = spawn(process.execPath, [program, ...args, '--library', library]);
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
  await expect.poll(() => heard.split('\n').length, { interval: 5 }).toBeGreaterThan(3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { status, stdout } = hashlens(...args);
  expect(status).toBe(0);
  const lines = jsonLinesOf(lineSchema, stdout);
  expect(lines[0]?.epoch).toBeGreaterThan(2);
  const models = modelList();
  expect(models.find(({ id }) => id === lines.at(-1)?.model)?.epochs).toHaveLength(60);
  expect(models.filter(({ id }) => id.startsWith('two-tower-16-'))).toHaveLength(1);
});

it('train keeps its epochs on Ctrl+C, and train --resume goes on with them', async () => {
  const args = ['train', '--bits', '16', '--epochs', '60', '--hidden', '64', '--seed', '10', '--no-activate', '--json'];
  const child = spawn(process.execPath, [program, ...args, '--library', library]);
  let heard = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect.poll(() => heard.split('\n').length, { interval: 5 }).toBeGreaterThan(3);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(output).toMatch(/Paused; `hashlens train --resume` goes on with it/);
  expect(jobList()[0]?.state).toBe('paused');
  const { status, stdout } = hashlens('train', '--resume', '--json');
  expect(status).toBe(0);
  const [first] = jsonLinesOf(lineSchema, stdout);
  expect(first?.epoch).toBeGreaterThan(2);
  expect(jobList()[0]?.state).toBe('done');
  expect(hashlens('train', '--resume')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/No training/) as string,
  });
});

it('train --from tags prints the number of labels and learns from them', () => {
  const { status, stdout, stderr } = hashlens('train', '--from', 'tags', '--bits', '32', '--no-activate');
  expect(status).toBe(0);
  expect(stderr).toMatch(/^There are \d+ tags, albums and people to learn from, on \d+ photos\. The training takes/);
  expect(stdout).toMatch(/^solved at once .*mAP/m);
  expect(stdout).toMatch(/^Model batch-32-\S+ is ready\./m);
});

it('jobs cancel throws a paused training away, with its row among the models', async () => {
  const args = ['train', '--bits', '16', '--epochs', '60', '--hidden', '64', '--seed', '11', '--no-activate', '--json'];
  const child = spawn(process.execPath, [program, ...args, '--library', library]);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([130, null]);
  const [job] = jobList();
  const models = () =>
    modelList()
      .filter(({ id }) => id === job?.modelId)
      .map(({ state }) => state);
  expect(models()).toEqual(['training']);
  expect(hashlens('jobs', 'cancel', String(job?.id))).toMatchObject({
    status: 0,
    stdout: `Job ${job?.id} was cancelled.\n`,
  });
  expect(models()).toEqual([]);
  expect(hashlens('jobs', 'cancel', '999').status).toBe(1);
});

it('train through the API of tfjs-node-gpu takes the steps of the CPU, and its model says the device', () => {
  const preload = new URL('../support/tfjs-node/preload.ts', import.meta.url).href;
  const environment = { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${preload}` };
  const lossesOn = (device: string) => {
    // Kernels in JavaScript are slow: no width is larger than it has to be.
    const widths = ['--hidden', '16', '--negatives', '64', '--set', 'embedding=16', '--set', 'linear=0'];
    // Signs turn the last bit of a sum into another code; the loss of real-valued rows is smooth.
    const smooth = ['--set', 'codeWeight=0', '--set', 'distillation=0'];
    const small = ['--bits', '16', '--epochs', '2', '--no-activate', '--seed', '7', ...widths, ...smooth];
    const { status, stdout } = hashlensWith(environment, 'train', ...small, '--device', device, '--json');
    expect(status).toBe(0);
    const lines = jsonLinesOf(lineSchema, stdout);
    expect(modelList().find(({ id }) => id === lines.at(-1)?.model)?.options).toMatchObject({ device });
    return lines.flatMap(({ loss }) => loss ?? []);
  };
  const losses = lossesOn('tensorflow');
  expect(losses).toHaveLength(2);
  for (const [n, loss] of lossesOn('cpu').entries()) expect(losses[n]).toBeCloseTo(loss, 4);
});
