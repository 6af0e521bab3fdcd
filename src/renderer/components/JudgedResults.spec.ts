import { describe, expect, it } from 'vitest';
import { photoId, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import type { JudgementEntry } from '../../shared/contract/judgements.ts';
import { HashlensError } from '../../shared/errors.ts';
import JudgedResults from './JudgedResults.svelte';

const entry = (query: string, n: number, judgement: JudgementEntry['judgement']): JudgementEntry => ({
  ...{ query, photoId: photoId(n), path: `/photos/${n}.jpg`, caption: null, judgement, at: 1 },
});
const entries = [entry('a dog', 1, 'match'), entry('sea', 2, 'match'), entry('a dog', 3, 'no-match')];

describe('JudgedResults', () => {
  it('lists the judgements search by search, and says how many there are', async () => {
    const { container } = await show(JudgedResults, {}, { 'judgements.list': { total: 3, entries } });
    await screen.findByRole('button', { name: '“sea”' });
    expect(screen.getAllByRole('heading', { level: 3 }).map(textOf)).toEqual(['“a dog”', '“sea”']);
    expect(screen.getAllByRole('listitem').map(textOf)).toEqual(['1.jpg', '3.jpg', '2.jpg']);
    expect(textOf(container)).toContain('Your judgements of results 3');
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('lists older ones on request, to the last, and as many again after a change', async () => {
    const all = Array.from({ length: 250 }, (_, i) => entry('sea', i + 1, 'match'));
    const list = ({ offset = 0, limit = 200 }) => ({ total: 250, entries: all.slice(offset, offset + limit) });
    const { app, user } = await show(JudgedResults, {}, { 'judgements.list': list });
    await expect.poll(() => screen.getAllByRole('listitem').length).toBe(200);
    await user.click(button('Show more'));
    await expect.poll(() => screen.getAllByRole('listitem').length).toBe(250);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
    await app.judgements.load();
    expect(app.judgements.list?.entries).toHaveLength(250);
  });

  it('says how a result is judged where there is no judgement yet', async () => {
    const { container } = await show(JudgedResults, {});
    await screen.findByText(/Nothing yet/);
    expect(container.querySelectorAll('p svg')).toHaveLength(2);
  });

  it('searches again for the words of a judgement', async () => {
    const answers = { 'judgements.list': { total: 3, entries }, 'search.query': queryAnswer('sea', [rankedHit(2)]) };
    const { app, user, sent } = await show(JudgedResults, {}, answers);
    await user.click(await screen.findByRole('button', { name: '“sea”' }));
    expect([app.view, sent('search.query')[0]?.text]).toEqual(['photos', 'sea']);
  });

  it('removes the judgement of one photo for its search, and reads the list again', async () => {
    const answers = {
      'judgements.list': { total: 3, entries },
      'judgements.give': { photos: 1, inverse: [] },
    };
    const { user, sent } = await show(JudgedResults, {}, answers);
    await user.click(
      await screen.findByRole('button', { name: 'Remove the judgement that 3.jpg is wrong for “a dog”' }),
    );
    expect(button('Remove the judgement that 1.jpg is right for “a dog”')).toBeTruthy();
    expect(sent('judgements.give')).toEqual([{ states: [{ query: 'a dog', photoIds: [3], judgement: null }] }]);
    await expect.poll(() => sent('judgements.list')).toHaveLength(2);
  });

  it('says neither that there is nothing nor how many there are where the engine has failed', async () => {
    const fail = () => {
      throw new HashlensError('internal', 'The disk is full.');
    };
    const { app } = await show(JudgedResults, {}, { 'judgements.list': fail });
    await expect.poll(() => app.toasts.list.map(({ kind }) => kind)).toEqual(['error']);
    expect(screen.queryByText(/Nothing yet/)).toBeNull();
  });
});
