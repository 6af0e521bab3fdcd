// A training in a process of its own, for memory-plan.spec.ts: takes the hidden width, prints in bytes what was planned and
// how much more memory the training took than a very small one before it.
import { plantedData } from './planted.ts';
import { train } from './trainer.ts';

const data = plantedData({ photos: 700, width: 512 });
const encoder = { id: 'planted', imageWidth: 512, textWidth: 512, sharedWidth: 0 };

async function planned(hidden: number): Promise<number> {
  const options = { method: 'ucch', bits: 64, epochs: 2, batch: 256, hidden, negatives: 4096, seed: 1 } as const;
  let total = 0;
  await train({
    data,
    encoder,
    options: { ...options, device: 'cpu', memoryBudget: 2 ** 36 },
    onCheckpoint: () => Promise.resolve(),
    onStart: ({ memory }) => (total = memory?.total ?? 0),
  });
  return total;
}

await planned(16);
const before = process.memoryUsage.rss();
const plan = await planned(Number(process.argv[2]));
// In KiB, but on a Mac in bytes.
const unit = process.platform === 'darwin' ? 1 : 1024;
console.log(JSON.stringify({ plan, took: process.resourceUsage().maxRSS * unit - before }));
