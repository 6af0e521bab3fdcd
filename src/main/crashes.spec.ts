// A crashed page is loaded again with a message, but not for ever.
import { expect, it, vi } from 'vitest';
import { reloadCrashed } from './crashes.ts';

function page(answer: 'reload' | 'quit') {
  return { reload: vi.fn(), tell: vi.fn(), ask: vi.fn(() => Promise.resolve(answer)), quit: vi.fn() };
}

it('loads a crashed page again and reports it', () => {
  const one = page('quit');
  reloadCrashed(one)('crashed');
  expect(one.reload).toHaveBeenCalledTimes(1);
  expect(one.tell).toHaveBeenCalledWith(expect.stringContaining('loaded again (crashed)'));
});

it('leaves a closed page alone', () => {
  const one = page('quit');
  reloadCrashed(one)('clean-exit');
  expect(one.reload).not.toHaveBeenCalled();
});

it('asks the person after three crashes within five minutes, and follows the answer', async () => {
  const [stays, goes] = [page('reload'), page('quit')];
  for (const one of [stays, goes]) {
    const died = reloadCrashed(one);
    for (let n = 0; n < 4; n++) died('oom');
    expect(one.reload).toHaveBeenCalledTimes(3);
    await vi.waitFor(() => expect(one.ask).toHaveBeenCalledTimes(1));
  }
  await vi.waitFor(() => expect(stays.reload).toHaveBeenCalledTimes(4));
  expect(stays.quit).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(goes.quit).toHaveBeenCalledTimes(1));
});

it('counts only the crashes of the last five minutes', () => {
  const one = page('quit');
  let now = 0;
  const died = reloadCrashed(one, () => now);
  for (let n = 0; n < 10; n++) {
    died('oom');
    now += 2 * 60 * 1000;
  }
  expect(one.reload).toHaveBeenCalledTimes(10);
  expect(one.ask).not.toHaveBeenCalled();
});
