// Our side of bench/training.ts, in a process of its own so that its peak memory is its own. Like training_steps.py, it
// reads one JSON object, prints `ready`, takes as many steps as each input line requests, and ends with its peak
// memory.
import { createInterface } from 'node:readline';
import { stepScalars } from '../../src/engine/hashing/training/adam.ts';
import { findMethod } from '../../src/engine/hashing/methods/registry.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { initialState, outputName } from '../../src/engine/hashing/training/step.ts';
import { Stepper } from '../../src/engine/hashing/training/stepper.ts';
import { parseJson } from '../../src/shared/json.ts';
import { stepOptions, type StepTime } from './step-process.ts';

const { method, hidden, bits, batch, width, negatives, pairs, sampling, device } = parseJson(
  stepOptions,
  process.argv[2] ?? '{}',
);
const random = new Random(1);
// UCMFH as published: one fusion of both modalities.
const settings = method === 'ucch' ? { negativeSampling: sampling } : { modalityDropout: 0 };
const setup = { imageWidth: width, textWidth: width, sharedWidth: 0, bits, pairs, batch, epochs: 2, random };
const learner = findMethod(method).resolve({ hidden, negatives }, settings).learner(setup);
if (learner.kind !== 'gradient') throw new Error(`${method} does not learn by steps`);
const phase = learner.phase(2);
const { optimizer } = learner;
const stepper = await Stepper.open(device, learner, batch, initialState(learner.networks));
const rows = () => Float32Array.from({ length: batch * width }, () => random.normal() / Math.sqrt(width));
const [imageRows, textRows] = [rows(), rows()];
let taken = 0;

/** A whole step as training takes it: drawing negatives, gradients, Adam, the bank. */
async function step(): Promise<StepTime> {
  const began = performance.now();
  const busy = process.cpuUsage();
  const indices = Int32Array.from({ length: batch }, () => random.below(pairs));
  const own = phase.feed(indices, random);
  const outputs = await stepper.step(phase, { imageRows, textRows, ...stepScalars(optimizer, ++taken), own });
  const bankRows = outputs[outputName('bankRows')];
  phase.absorb(indices, bankRows instanceof Float32Array ? { bankRows } : {});
  const { user, system } = process.cpuUsage(busy);
  return [performance.now() - began, (user + system) / 1000];
}

await step();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const times: StepTime[] = [];
  for (let i = 0; i < Number(line); i++) times.push(await step());
  console.log(JSON.stringify(times));
}
// The system counts in KiB, a Mac in bytes.
const unit = process.platform === 'darwin' ? 1 : 1024;
console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * unit }));
await stepper.dispose();
