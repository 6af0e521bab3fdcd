// Where to compute: which devices this machine has, whether they compute rightly, and which is fastest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { HashlensError } from '../../../shared/errors.ts';
import { ort } from '../../runtime/onnxruntime.ts';
import { EagerRunner } from './eager-runner.ts';
import { ResidentRunner } from './resident-runner.ts';
import { HostRunner, type Runner, type State } from './runner.ts';
import { mismatch, smallSteps } from './self-test.ts';
import { loadTensorflow, tensorflowPackages, type Loader } from './tensorflow.ts';

export const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type Device = (typeof devices)[number];

export interface DeviceInfo {
  readonly device: Device;
  /** What computes, with its version. */
  readonly runtime: string;
  /** Whether its program is installed; whether it also works is for the self-test to say. */
  readonly installed: boolean;
}

export interface SelfTest {
  readonly device: Device;
  readonly passed: boolean;
  /** Why it did not pass; else what was found. */
  readonly detail: string;
  /** Milliseconds of a step at hidden 1024 there and on the CPU beside it, where both were timed. */
  readonly ms: number | null;
  readonly cpuMs: number | null;
}

/** A device must win by this much over the CPU, as its program is larger and its driver one thing more that can fail. */
const worthwhile = 0.8;
/** A device that says nothing for so long hangs in its driver. */
const patienceMs = 60_000;

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

/** ONNX Runtime has CUDA as a library of its own, fetched by a person who wants it. */
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
  /** TensorFlow.js backend that stands for `tensorflow`, in tests. */
  readonly backend?: string;
}

/** Takes steps on a device, whether or not it passed its self-test. */
export async function openRunner(device: Device, state: State, options: RunnerOptions = {}): Promise<Runner> {
  if (device === 'tensorflow') {
    return new EagerRunner(await loadTensorflow(options.loadPackage, options.backend), state);
  }
  return device === 'webgpu' ? new ResidentRunner(device, state) : new HostRunner(device, options.threads ?? 0, state);
}

const tested = new Map<Device, Promise<SelfTest>>();

/**
 * Takes a few known steps on a device and compares their losses. Once a process; never throws. Devices with a driver are
 * tried in a process of their own, as some drivers end the process that calls them.
 */
export function selfTest(device: Device): Promise<SelfTest> {
  const known = tested.get(device);
  if (known !== undefined) return known;
  // What the main thread has found out, the threads it starts later need not.
  const key = `hashlens self-test ${device}`;
  const told = getEnvironmentData(key) as unknown as SelfTest | undefined;
  const test = told !== undefined ? Promise.resolve(told) : device === 'cpu' ? testHere(device) : testApart(device);
  if (isMainThread) void test.then((result) => setEnvironmentData(key, { ...result }));
  tested.set(device, test);
  return test;
}

/** In this process, losses only. */
export async function testHere(device: Device, options: RunnerOptions = {}): Promise<SelfTest> {
  const untimed = { device, ms: null, cpuMs: null };
  try {
    const reason = mismatch(await smallSteps((state) => openRunner(device, state, options)));
    return { ...untimed, passed: reason === null, detail: reason ?? 'losses as expected' };
  } catch (error) {
    return { ...untimed, passed: false, detail: firstLine(error) };
  }
}

/** The first line of a message, without the places in source files that runtimes put in front and behind. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n', 1);
  return line.replace(/^\/onnxruntime_src\/.* was false\. /, '').replace(/ imported from \S+?(?=[;)]|$)/g, '');
}

/** What the process apart prints as its last line: the answer, after whatever a driver had to say. */
export const answerMark = 'self-test: ';

function testApart(device: Device): Promise<SelfTest> {
  const info = listDevices().find((one) => one.device === device);
  const failed = (detail: string): SelfTest => ({ device, passed: false, detail, ms: null, cpuMs: null });
  if (info?.installed !== true && device !== 'tensorflow') {
    return Promise.resolve(failed(`this ONNX Runtime comes without ${device} for ${process.platform}`));
  }
  return new Promise((resolve) => {
    const program = fileURLToPath(new URL('./self-test-process.ts', import.meta.url));
    const child = spawn(process.execPath, [program, device], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    const clock = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.on('error', (error) => resolve(failed(firstLine(error))));
    child.on('close', (code, signal) => {
      clearTimeout(clock);
      const answer = said.stdout.split('\n').find((line) => line.startsWith(answerMark));
      if (answer !== undefined) resolve(JSON.parse(answer.slice(answerMark.length)) as SelfTest);
      else
        resolve(failed(`its driver ended the test (${signal ?? `exit ${code}`}): ${said.stderr.trim().slice(-300)}`));
    });
  });
}

export interface Choice {
  readonly device: Device;
  /** Why this one, for a log: what was tried and left. */
  readonly reasons: readonly string[];
}

/** Refuses what is neither `auto` nor the name of a device, whether or not this machine has it. */
export function checkDevice(wanted: string): Device | 'auto' {
  const device = (['auto', ...devices] as const).find((name) => name === wanted);
  if (device !== undefined) return device;
  throw new HashlensError('bad-argument', `There is no device ${wanted}; use auto or one of ${devices.join(', ')}.`);
}

/**
 * The device to train on. `auto`: the fastest that passes its self-test, the CPU unless another is clearly faster.
 * @throws HashlensError `bad-argument` where the named device is unknown or fails its self-test
 */
export async function chooseDevice(wanted: string): Promise<Choice> {
  const device = checkDevice(wanted);
  if (device === 'cpu') return { device, reasons: [] };
  if (device === 'auto') return chooseFastest();
  const { passed, detail } = await selfTest(device);
  if (passed) return { device, reasons: [] };
  throw new HashlensError('bad-argument', `The device ${device} does not work here: ${detail} Use auto or cpu.`);
}

async function chooseFastest(): Promise<Choice> {
  const reasons: string[] = [];
  let best: { readonly device: Device; readonly ms: number } = { device: 'cpu', ms: Infinity };
  for (const { device, installed } of listDevices()) {
    if (device === 'cpu' || !installed) continue;
    const { passed, detail, ms, cpuMs } = await selfTest(device);
    if (!passed || ms === null || cpuMs === null) reasons.push(`${device}: ${detail}`);
    else if (ms > worthwhile * cpuMs)
      reasons.push(`${device}: ${ms.toFixed(0)} ms a step, the CPU ${cpuMs.toFixed(0)}`);
    else if (ms < best.ms) best = { device, ms };
  }
  return { device: best.device, reasons };
}
