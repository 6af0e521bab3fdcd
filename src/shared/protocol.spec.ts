// Both sides joined by a channel that copies every message, as process channels do.
import { describe, expect, it } from 'vitest';
import { errorDetail, HashlensError } from './errors.ts';
import { handlerOf, Requester, Responder, type FromRequester, type FromResponder } from './protocol.ts';

interface Counting {
  readonly add: { readonly params: readonly number[]; readonly result: number };
  readonly count: { readonly params: { readonly to: number }; readonly result: number; readonly news: number };
  readonly wait: { readonly params: null; readonly result: never };
  readonly fail: { readonly params: unknown; readonly result: never };
}

function thrower(): never {
  throw new HashlensError('unreadable', 'It is damaged.', { cause: new RangeError('past the end') });
}

function joined(): Requester<Counting> {
  const handle = handlerOf<Counting>({
    add: (numbers) => numbers.reduce((sum, n) => sum + n, 0),
    count: async ({ to }, { news }) => {
      for (let n = 1; n <= to; n++) news(n);
      return to;
    },
    wait: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new HashlensError('cancelled', 'It was cancelled.')));
      }),
    fail: thrower,
  });
  const responder = new Responder(handle, (message) => requester.receive(structuredClone<FromResponder>(message)));
  const requester = new Requester<Counting>(
    (message) => void responder.receive(structuredClone<FromRequester>(message)),
  );
  return requester;
}

describe('a request', () => {
  it('gets its own answer while other requests wait', async () => {
    const requester = joined();
    const sums = [[1, 2], [3], []].map((numbers) => requester.request('add', numbers));
    expect(requester.pending).toBe(3);
    expect(await Promise.all(sums)).toEqual([3, 3, 0]);
    expect(requester.pending).toBe(0);
  });

  it('gets its news before its answer', async () => {
    const heard: number[] = [];
    expect(await joined().request('count', { to: 3 }, { onNews: (n) => heard.push(n) })).toBe(3);
    expect(heard).toEqual([1, 2, 3]);
  });

  it('is cancelled by its signal, also by one that was aborted before', async () => {
    const controller = new AbortController();
    const waiting = joined().request('wait', null, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(joined().request('wait', null, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('throws the error with its code, its stack and its cause', async () => {
    const error: unknown = await joined()
      .request('fail', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unreadable', message: 'It is damaged.' });
    expect(error).toBeInstanceOf(HashlensError);
    expect(errorDetail(error)).toMatch(/at thrower[\s\S]*caused by RangeError: past the end[\s\S]*at thrower/);
  });

  it('of a method that does not exist is refused', async () => {
    const answer = await (joined() as unknown as Requester<{ nowhere: { params: null; result: null } }>).ask(
      'nowhere',
      null,
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad-argument' } });
  });

  it('ends with the channel, with the very reason given', async () => {
    const requester = new Requester<Counting>(() => undefined);
    const reason = new Error('the process has ended');
    const before = requester.request('add', [1]);
    requester.end(reason);
    await expect(before).rejects.toBe(reason);
    await expect(requester.request('add', [1])).rejects.toBe(reason);
  });
});
