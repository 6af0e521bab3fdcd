// Process for a device's self-test (see devices.ts): `node self-test-process.ts <device> timed|untimed`.
import { answerMark, devices, openRunner, testHere, type SelfTest } from './devices.ts';
import { largeStepMs } from './self-test.ts';

const device = devices.find((name) => name === process.argv[2]);
if (device === undefined) throw new Error(`there is no device ${process.argv[2] ?? ''}`);

const test = await testHere(device);
let result: SelfTest = test;
if (test.passed && process.argv[3] === 'timed') {
  const ms = await largeStepMs((state) => openRunner(device, state));
  const cpuMs = await largeStepMs((state) => openRunner('cpu', state));
  result = { ...test, ms, cpuMs };
}
// Exit as soon as the line is written, before a driver's own clean-up can fail.
process.stdout.write(`${answerMark}${JSON.stringify(result)}\n`, () => process.exit(0));
