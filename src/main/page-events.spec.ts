// Messages to the person that come while no page listens are kept for the next one that does.
import { expect, it } from 'vitest';
import type { AppEvent } from '../shared/contract/page.ts';
import { PageEvents } from './page-events.ts';

const notice = (message: string): AppEvent => ({ type: 'notice', notice: { code: 'page-crashed', message } });

function window() {
  const page = { got: [] as AppEvent[] };
  let pages = [page];
  const events = new PageEvents<typeof page>(
    () => pages,
    (one, event) => one.got.push(event),
  );
  return { page, events, close: () => (pages = []), open: (one: typeof page) => (pages = [one]) };
}

it('keeps notices and links until a page listens, and gives each once', () => {
  const { page, events } = window();
  events.send(notice('restored'));
  events.send({ type: 'link', query: 'dogs' });
  expect(page.got).toEqual([]);
  events.listens(page);
  events.listens(page);
  expect(page.got).toEqual([notice('restored'), { type: 'link', query: 'dogs' }]);
});

it('keeps a page to show until a window has opened, as after a click on a notification', () => {
  const { page, events, close, open } = window();
  close();
  events.send({ type: 'show', view: 'training' });
  open(page);
  events.listens(page);
  expect(page.got).toEqual([{ type: 'show', view: 'training' }]);
});

it('sends messages at once to a listening page, and does not repeat them to the next page', () => {
  const { page, events, open } = window();
  events.listens(page);
  events.send(notice('restored'));
  expect(page.got).toEqual([notice('restored')]);
  const next = { got: [] as AppEvent[] };
  open(next);
  events.listens(next);
  expect(next.got).toEqual([]);
});

it('keeps notices again once a page is loaded again, or the window is closed', () => {
  const { page, events, close, open } = window();
  events.listens(page);
  events.left(page);
  events.send(notice('loaded again'));
  close();
  events.send(notice('later'));
  open(page);
  expect(page.got).toEqual([]);
  events.listens(page);
  expect(page.got).toEqual([notice('loaded again'), notice('later')]);
});

it('keeps only the latest notices, as many as a page shows', () => {
  const { page, events } = window();
  for (const n of [1, 2, 3, 4, 5, 6]) events.send(notice(String(n)));
  events.listens(page);
  expect(page.got).toEqual([3, 4, 5, 6].map((n) => notice(String(n))));
});

it('keeps a link that more notices follow', () => {
  const { page, events } = window();
  events.send({ type: 'link', query: 'dogs' });
  for (const n of [1, 2, 3, 4, 5]) events.send(notice(String(n)));
  events.listens(page);
  expect(page.got).toEqual([{ type: 'link', query: 'dogs' }, ...[2, 3, 4, 5].map((n) => notice(String(n)))]);
});

it('leaves state to the page, which requests it when it starts', () => {
  const { page, events } = window();
  events.send({ type: 'engine', health: { state: 'running' } });
  expect(page.got).toHaveLength(1);
  events.listens(page);
  expect(page.got).toHaveLength(1);
});
