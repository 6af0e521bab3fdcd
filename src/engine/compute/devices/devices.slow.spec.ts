import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { answerMark, chooseDevice, devices, listDevices, openRunner, selfTest, testHere } from './devices.ts';
import { lossMismatch, smallSteps } from './self-test.ts';
import { loadTensorflow } from './tensorflow.ts';

describe('devices', () => {
  it('are all listed, the CPU always installed', () => {
    const list = listDevices();
    expect(list.map(({ device }) => device)).toEqual([...devices]);
    expect(list[0]).toMatchObject({
      device: 'cpu',
      installed: true,
      runtime: expect.stringMatching(/ONNX Runtime \d/) as string,
    });
  });

  it('include a CPU that computes the known losses', async () => {
    expect(await selfTest('cpu', 'timed')).toMatchObject({ passed: true });
    // The test runs once in a process.
    expect(selfTest('cpu', 'timed')).toBe(selfTest('cpu', 'timed'));
  });

  it.each([
    ['timed', 'the milliseconds of a step', expect.any(Number) as number],
    ['untimed', 'no time', null],
  ])('answer a self-test that is to be %s with %s', async (timing, _with, ms) => {
    const program = fileURLToPath(new URL('./self-test-process.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'cpu', timing]);
    expect(parseJson(z.unknown(), stdout.replace(answerMark, ''))).toMatchObject({ passed: true, ms, cpuMs: ms });
  });

  it('that are not there fail with the reason, and by name are refused', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml';
    const test = await selfTest(absent, 'timed');
    expect(test).toMatchObject({ passed: false, detail: expect.stringContaining(absent) as string });
    await expect(chooseDevice(absent)).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(chooseDevice('abacus')).rejects.toThrow(/abacus.*webgpu/);
  });

  it('that cannot compute do not keep auto from an answer', async () => {
    const { device } = await chooseDevice('auto');
    expect((await selfTest(device, 'timed')).passed).toBe(true);
    expect(await chooseDevice('cpu')).toEqual({ device: 'cpu', reasons: [] });
  });

  it('that compute something else are recognised by their losses', () => {
    const known = [5.572016, 4.962362, 4.554193, 4.226645, 4.1149];
    expect(lossMismatch(known)).toBeNull();
    expect(lossMismatch(known.map((x, i) => (i === 3 ? x + 0.002 : x)))).toMatch(/step 4/);
    expect(lossMismatch(known.slice(0, 2))).toMatch(/NaN|undefined/);
    expect(lossMismatch([...known, Number.NaN])).toMatch(/finite/);
  });
});

describe('device tensorflow', () => {
  /** The CPU backend takes the place of the native one. */
  const substitute = { backend: 'cpu', loadPackage: () => Promise.resolve({}) };

  it('takes the same steps', async () => {
    expect(await testHere('tensorflow', substitute)).toMatchObject({ passed: true });
    const before = tf.memory().numTensors;
    await smallSteps((state) => openRunner('tensorflow', state, substitute));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what to install where it is missing', async () => {
    const missing = (name: string) => Promise.reject(new Error(`Cannot find package '${name}'\nRequire stack: ...`));
    await expect(loadTensorflow(missing)).rejects.toThrow(/add the package @tensorflow\/tfjs-node-gpu/);
    await expect(loadTensorflow(missing)).rejects.not.toThrow(/Require stack/);
    expect(await testHere('tensorflow', { loadPackage: missing })).toMatchObject({ passed: false });
  });

  it('gives packages made for older Nodes what they miss', async () => {
    const { createRequire } = await import('node:module');
    await loadTensorflow(() => Promise.resolve({}), 'cpu');
    const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined(value: unknown): boolean };
    expect([null, undefined, 0].map((value) => util.isNullOrUndefined(value))).toEqual([true, true, false]);
  });

  it('tries the package without CUDA where the other does not start', async () => {
    const asked: string[] = [];
    const load = (name: string) => {
      asked.push(name);
      return name.endsWith('-gpu') ? Promise.reject(new Error('libcudart.so.11.0: cannot open')) : Promise.resolve({});
    };
    await expect(loadTensorflow(load, 'cpu')).resolves.toBe('cpu');
    expect(asked).toEqual(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']);
  });
});
