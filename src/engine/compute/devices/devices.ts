// Devices to compute on: which this machine has, whether their results are right, and which is fastest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import * as z from 'zod';
import { firstLine, HashlensError } from '../../../shared/errors.ts';
import { ort } from '../../runtime/onnxruntime.ts';
import { EagerRunner } from './eager-runner.ts';
import { ResidentRunner } from './resident-runner.ts';
import { HostRunner, type Runner, type State } from './step-runner.ts';
import { lossMismatch, smallSteps } from './self-test.ts';
import { loadTensorflow, tensorflowPackages, type Loader } from './tensorflow.ts';
import { parseJson } from '../../../shared/json.ts';

export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type Device = (typeof devices)[number];

export interface DeviceInfo {
  readonly device: Device;
  /** Name and version of the software that computes. */
  readonly runtime: string;
  /** Whether the device's library is installed. Only the self-test shows whether it works. */
  readonly installed: boolean;
}

export interface SelfTest {
  readonly device: Device;
  readonly passed: boolean;
  /** Reason for a failure; otherwise a description of what was found. */
  readonly detail: string;
  /** Milliseconds of a step at hidden 1024 on the device, and on the CPU next to it, where both were timed. */
  readonly ms: number | null;
  readonly cpuMs: number | null;
}

/** Share of the CPU's time a device may take at most. A GPU needs a larger program and a driver that can fail. */
const maxShareOfCpuTime = 0.8;
/** Longest time a self-test may take. A device that takes longer hangs in its driver. */
const maxTestMs = 60_000;

const require = createRequire(import.meta.url);

/** Version of an installed package; null where it is not installed. */
function version(name: string): string | null {
  try {
    const manifest: unknown = require(`${name}/package.json`);
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  } catch {
    return null;
  }
}

/** Whether the CUDA library is present. It is a separate part of ONNX Runtime that a person installs. */
function hasCudaLibrary(): boolean {
  const folder = path.join(path.dirname(require.resolve('onnxruntime-node/package.json')), 'bin/napi-v6');
  const file = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(path.join(folder, process.platform, process.arch, file));
}

export function listDevices(): DeviceInfo[] {
  const providers = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const onnx = `ONNX Runtime ${version('onnxruntime-node') ?? ''}`;
  return devices.map((device): DeviceInfo => {
    if (device === 'tensorflow') {
      const name = tensorflowPackages.find((candidate) => version(candidate) !== null);
      return name === undefined
        ? { device, runtime: 'TensorFlow', installed: false }
        : { device, runtime: `${name} ${version(name) ?? ''}`, installed: true };
    }
    const installed = device === 'cuda' ? hasCudaLibrary() : providers.has(device);
    return { device, runtime: onnx, installed };
  });
}

export interface RunnerOptions {
  /** Threads of the CPU; 0 lets ONNX Runtime choose. */
  readonly threads?: number;
  readonly loadPackage?: Loader;
  /** TensorFlow.js backend to use as `tensorflow`, in tests. */
  readonly backend?: string;
}

/** Opens a runner on a device, whether or not the device passed its self-test. */
export async function openRunner(device: Device, state: State, options: RunnerOptions = {}): Promise<Runner> {
  if (device === 'tensorflow') {
    return new EagerRunner(await loadTensorflow(options.loadPackage, options.backend), state);
  }
  return device === 'webgpu' ? new ResidentRunner(device, state) : new HostRunner(device, options.threads ?? 0, state);
}

const tested = new Map<string, Promise<SelfTest>>();

/**
 * Takes a few known steps on a device and compares their losses with the known ones. Runs once in a process and never
 * throws. A device with a driver is tested in a separate process, because some drivers end the process that calls
 * them.
 * @param timing whether a device with a driver, if it passes, is also timed beside the CPU, which takes seconds
 */
export function selfTest(device: Device, timing: 'timed' | 'untimed'): Promise<SelfTest> {
  // Worker threads started later reuse the main thread's result.
  const keyOf = (how: string): string => `hashlens: self-test ${device} ${how}`;
  const key = keyOf(timing);
  // The result of a timed test contains that of an untimed one.
  const known = tested.get(keyOf('timed')) ?? tested.get(key);
  if (known !== undefined) return known;
  const shared = getEnvironmentData(key) as unknown as SelfTest | undefined;
  const now = () => (device === 'cpu' ? testHere(device) : testApart(device, timing));
  const test = shared === undefined ? now() : Promise.resolve(shared);
  if (isMainThread) void test.then((result) => setEnvironmentData(key, { ...result }));
  tested.set(key, test);
  return test;
}

/** Runs the self-test in this process and checks the losses only. */
export async function testHere(device: Device, options: RunnerOptions = {}): Promise<SelfTest> {
  const untimed = { device, ms: null, cpuMs: null };
  try {
    const reason = lossMismatch(await smallSteps((state) => openRunner(device, state, options)));
    return { ...untimed, passed: reason === null, detail: reason ?? 'losses as expected' };
  } catch (error) {
    return { ...untimed, passed: false, detail: withoutLocations(error) };
  }
}

/** The first line of a message, without the source locations that runtimes add before and after it. */
const withoutLocations = (error: unknown): string =>
  firstLine(error)
    .replace(/^\/onnxruntime_src\/.* was false\. /, '')
    .replace(/ imported from \S+?(?=[;)]|$)/g, '');

/** Start of the last line the test process prints. Drivers may print other lines before it. */
export const answerMark = 'self-test: ';

const selfTestSchema = z.object({
  device: z.enum(devices),
  passed: z.boolean(),
  detail: z.string(),
  ms: z.number().nullable(),
  cpuMs: z.number().nullable(),
});

/** The result in a test process's last line; null where a driver has damaged the line. */
function parseAnswer(json: string): SelfTest | null {
  try {
    return parseJson(selfTestSchema, json);
  } catch {
    return null;
  }
}

function testApart(device: Device, timing: 'timed' | 'untimed'): Promise<SelfTest> {
  const info = listDevices().find((one) => one.device === device);
  const failed = (detail: string): SelfTest => ({ device, passed: false, detail, ms: null, cpuMs: null });
  if (info?.installed !== true && device !== 'tensorflow') {
    return Promise.resolve(failed(`this ONNX Runtime comes without ${device} for ${process.platform}`));
  }
  return new Promise((resolve) => {
    const program = fileURLToPath(new URL('./self-test-process.ts', import.meta.url));
    const child = spawn(process.execPath, [program, device, timing], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const clock = setTimeout(() => child.kill('SIGKILL'), maxTestMs);
    child.on('error', (error) => resolve(failed(withoutLocations(error))));
    child.on('close', (code, signal) => {
      clearTimeout(clock);
      const answer = output.stdout.split('\n').find((line) => line.startsWith(answerMark));
      if (answer !== undefined)
        resolve(parseAnswer(answer.slice(answerMark.length)) ?? failed('its self-test sent a damaged answer'));
      else
        resolve(failed(`its driver ended the test (${signal ?? `exit ${code}`}): ${output.stderr.trim().slice(-300)}`));
    });
  });
}

export interface Choice {
  readonly device: Device;
  /** Reasons for the choice, for a log: what was tried and what was rejected. */
  readonly reasons: readonly string[];
}

/** Throws for anything but `auto` and the name of a device. The machine need not have the device. */
export function checkDevice(wanted: string): Device | 'auto' {
  const device = (['auto', ...devices] as const).find((name) => name === wanted);
  if (device !== undefined) return device;
  throw new HashlensError('bad-argument', `There is no device ${wanted}; use auto or one of ${devices.join(', ')}.`);
}

/**
 * Chooses the device to train on. `auto` takes the fastest one that passes its self-test, and the CPU unless another is
 * clearly faster.
 * @throws HashlensError `bad-argument` where the named device is unknown or fails its self-test
 */
export async function chooseDevice(wanted: string): Promise<Choice> {
  const device = checkDevice(wanted);
  if (device === 'cpu') return { device, reasons: [] };
  if (device === 'auto') return chooseFastest();
  const { passed, detail } = await selfTest(device, 'untimed');
  if (passed) return { device, reasons: [] };
  throw new HashlensError('bad-argument', `The device ${device} does not work here: ${detail} Use auto or cpu.`);
}

async function chooseFastest(): Promise<Choice> {
  const reasons: string[] = [];
  let best: { readonly device: Device; readonly ms: number } = { device: 'cpu', ms: Infinity };
  for (const { device, installed } of listDevices()) {
    if (device === 'cpu' || !installed) continue;
    const { passed, detail, ms, cpuMs } = await selfTest(device, 'timed');
    if (!passed || ms === null || cpuMs === null) reasons.push(`${device}: ${detail}`);
    else if (ms > maxShareOfCpuTime * cpuMs)
      reasons.push(`${device}: ${ms.toFixed(0)} ms a step, the CPU ${cpuMs.toFixed(0)}`);
    else if (ms < best.ms) best = { device, ms };
  }
  return { device: best.device, reasons };
}
