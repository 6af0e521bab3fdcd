// Time of one UCCH training step: `node bench/training.ts [--quick] [--json]`. Prints a table; beside our steps
// stands the same step in PyTorch where Python (`python3`, or what the variable PYTHON names) has it.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { compile } from '../src/engine/compute/compile.ts';
import { openSession, Recurrence } from '../src/engine/compute/sessions.ts';
import { stepScalars } from '../src/engine/hashing/adam.ts';
import type { GradientLearner } from '../src/engine/hashing/methods/method.ts';
import { ucch, ucchSettings } from '../src/engine/hashing/methods/ucch.ts';
import { Random } from '../src/engine/hashing/random.ts';
import { buildStep, initialState, phaseFeeds } from '../src/engine/hashing/step.ts';

const python = process.env['PYTHON'] ?? 'python3';
const flags = new Set(process.argv.slice(2));
const batch = 256;
const width = 512;
const bits = 64;
const negatives = 4096;
const pairs = 20_000;

interface Row {
  readonly program: string;
  readonly hidden: number;
  readonly negatives: string;
  /** Median milliseconds of a step; null where it could not be run. */
  readonly ms: number | null;
  readonly note: string;
}

const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

async function ours(hidden: number, negativeSampling: 'shared' | 'per-sample', steps: number): Promise<Row> {
  const random = new Random(1);
  const setup = { imageWidth: width, textWidth: width, sharedWidth: 0, bits, pairs, batch, random };
  const settings = ucchSettings.parse({ hidden, negatives, negativeSampling });
  const learner = ucch.learner(setup, settings) as GradientLearner;
  const phase = learner.phase(2);
  const step = buildStep(learner, phase, batch);
  const began = performance.now();
  const model = compile((tensors) => step.run(tensors), step.inputs);
  const session = await openSession(model.bytes);
  const compileMs = performance.now() - began;
  const state = new Recurrence(initialState(learner.networks));
  const rows = () => Float32Array.from({ length: batch * width }, () => random.normal() / Math.sqrt(width));
  const fixed = { imageRows: rows(), textRows: rows() };
  const times: number[] = [];
  for (let t = 1; t <= steps + 3; t++) {
    const start = performance.now();
    const batchPairs = Int32Array.from({ length: batch }, () => random.below(pairs));
    const { rate, epsilon } = stepScalars(learner.optimizer, t);
    const outputs = await state.step(session, {
      ...fixed,
      ...phaseFeeds(phase.feed(batchPairs, random)),
      rate: Float32Array.of(rate),
      epsilon: Float32Array.of(epsilon),
    });
    phase.absorb(batchPairs, { bankRows: outputs['output.bankRows'] as Float32Array });
    if (t > 3) times.push(performance.now() - start);
  }
  await session.dispose();
  const note = `compiled in ${compileMs.toFixed(0)} ms`;
  return { program: 'Hashlens', hidden, negatives: negativeSampling, ms: median(times), note };
}

const torchStep = `
import sys, time, torch
B, d, k, K, N, h = ${batch}, ${width}, ${bits}, ${negatives}, ${pairs}, int(sys.argv[1])
L, R = torch.nn.Linear, torch.nn.ReLU
image = torch.nn.Sequential(L(d, h), R(), L(h, h), R(), L(h, k), torch.nn.Tanh())
text = torch.nn.Sequential(L(d, h), R(), L(h, k), torch.nn.Tanh())
unit = torch.nn.functional.normalize
optimizer = torch.optim.Adam([*image.parameters(), *text.parameters()], lr=1e-4, weight_decay=1e-6)
V, X, Y = unit(torch.sign(torch.randn(N, k))), unit(torch.randn(B, d)), unit(torch.randn(B, d))
def rank(S, D):
    kept = torch.where(S >= D - .2, S, S - .1)
    return (-S.diag() + torch.logsumexp(kept, 1) + .2).mean()
times = []
for step in range(8):
    start = time.perf_counter()
    f, g = unit(image(X)), unit(text(Y))
    rows = torch.randint(N, (B, K + 1))
    negatives = torch.sign(V[rows.view(-1)].view(B, K + 1, k))
    target = torch.zeros(B, dtype=torch.long)
    logits = lambda x: torch.bmm(negatives, x.unsqueeze(2)).squeeze(2) / (.9 * k ** .5)
    ce = torch.nn.functional.cross_entropy
    S = f @ g.t(); D = S.diag().view(-1, 1)
    loss = .7 * (ce(logits(f), target) + ce(logits(g), target)) + .3 * (rank(S, D) + rank(S.t(), D))
    optimizer.zero_grad(); loss.backward()
    torch.nn.utils.clip_grad_norm_([*image.parameters(), *text.parameters()], 1.)
    optimizer.step()
    with torch.no_grad():
        V[rows[:, 0]] = unit(.4 * V[rows[:, 0]] + .6 * unit((f + g) / 2))
    times.append(time.perf_counter() - start)
print(sorted(times[2:])[3] * 1000)
`;

function pytorch(hidden: number): Row {
  const row = { program: 'PyTorch', hidden, negatives: 'per-sample' };
  if (spawnSync(python, ['-c', 'import torch']).status !== 0) return { ...row, ms: null, note: 'skipped: no torch' };
  const { stdout, status, stderr } = spawnSync(python, ['-c', torchStep, String(hidden)], { encoding: 'utf8' });
  return status === 0 ? { ...row, ms: Number(stdout), note: '' } : { ...row, ms: null, note: stderr.slice(-200) };
}

// Other work on the machine spoils the numbers: a load well above 0 before we began is worth knowing.
const busy = (loadavg()[0] ?? 0).toFixed(1);
const rows: Row[] = [];
for (const hidden of flags.has('--quick') ? [1024] : [1024, 4096]) {
  rows.push(await ours(hidden, 'shared', hidden > 1024 ? 5 : 20));
  rows.push(await ours(hidden, 'per-sample', hidden > 1024 ? 3 : 10));
  rows.push(pytorch(hidden));
}

const cores = cpus();
const machine = `${cores[0]?.model.trim()}, ${cores.length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.version}, load ${busy}`;
const settings = { batch, width, bits, negatives, pairs };
if (flags.has('--json')) console.log(JSON.stringify({ machine, settings, rows }, null, 2));
else {
  console.log(machine);
  console.log(
    `B=${batch} d=${width} k=${bits} K=${negatives} N=${pairs}; median of whole steps, drawing negatives included\n`,
  );
  const line = (cells: readonly string[]) =>
    console.log(cells.map((cell, i) => cell.padEnd([10, 8, 12, 10][i] ?? 0)).join(''));
  line(['program', 'hidden', 'negatives', 'ms/step']);
  for (const { program, hidden, negatives: how, ms, note } of rows) {
    line([program, String(hidden), how, ms === null ? '-' : ms.toFixed(1), note]);
  }
}
