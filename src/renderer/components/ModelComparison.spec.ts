// Two models side by side: differences are marked, and the person keeps one.
import { within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { job, model, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import type { Answers } from '../../../test/support/page.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import type { JobId, ModelId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import ModelComparison from './ModelComparison.svelte';

const before = model('old', { active: true });
const after = model('new', { createdAt: 5 });
const both = ['old', 'new'] as ModelId[];

/** A list of photos by number, in their order. */
const answer = (...photos: number[]) =>
  queryAnswer(
    '',
    photos.map((n, i) => ({ ...rankedHit(n), rank: i + 1, probability: 0.8 })),
  );
const twelve = Array.from({ length: 12 }, (_, i) => i + 1);
const compared: Answers = {
  'search.examples': [
    { text: 'a dog', source: 'search' },
    { text: 'Rex', source: 'tag' },
  ],
  'search.compare': ({ queries }) =>
    queries.map((text) => ({
      text,
      answers: text === 'a dog' ? [answer(...twelve), answer(12, 2, 1, 99)] : [answer(5, 6), answer(5, 6)],
    })),
};

async function opened(answers: Answers = {}, decides = true) {
  const models = { before, after, decides };
  let inUse: string = before.id;
  const shown = await show(
    ModelComparison,
    { models },
    {
      ...compared,
      'models.list': () => [before, after].map((one) => ({ ...one, active: one.id === inUse })),
      'models.activate': ({ modelId }) => {
        inUse = modelId;
        return job({ kind: 'encode' });
      },
      ...answers,
    },
  );
  const done = shown.app.comparison.open(models);
  return { ...shown, done };
}

const photos = (query: string, list: string | RegExp) =>
  within(within(screen.getByRole('region', { name: query })).getByRole('list', { name: list })).getAllByRole(
    'listitem',
  );
const marks = (query: string, list: string | RegExp) =>
  photos(query, list).map((photo) => photo.querySelector('.mark')?.textContent ?? '');

describe('ModelComparison', () => {
  it("answers the person's own queries with both models, and marks what is new, gone and moved", async () => {
    const { sent, done } = await opened();
    await done;
    expect(sent('models.prepare')).toEqual([{ modelId: 'old' }, { modelId: 'new' }]);
    expect(sent('search.compare')).toEqual([{ modelIds: both, queries: ['a dog', 'Rex'], limit: 100 }]);
    expect(await screen.findByText('The first photos differ in 1 of 2 searches.')).toBeTruthy();
    expect(photos('a dog', 'Old model, in use')).toHaveLength(8);
    expect(marks('a dog', 'Old model, in use')).toEqual(['', '', 'gone', 'gone', 'gone', 'gone', 'gone', 'gone']);
    expect(marks('a dog', 'New model')).toEqual(['new', '', '↓ 2', 'new']);
    const [first, , , last] = photos('a dog', 'New model');
    expect(first?.title).toContain('Number 1; number 12 with: Old model, in use');
    expect(last?.title).toContain('Number 4; not among the first 100 with: Old model, in use');
    expect(marks('Rex', 'New model')).toEqual(['', '']);
    expect(textOf(screen.getByRole('heading', { name: /^Rex/ }))).toBe('Rex your tag');
  });

  it.each([
    ['Keep new', [{ modelId: 'new' }], 'Search uses the new model.'],
    ['Keep old', [], 'Search uses the old model.'],
  ])('closes at %s, and has search use that model where it does not', async (name, activated, shown) => {
    const { app, user, sent, done } = await opened();
    await done;
    await user.click(button(name));
    expect(app.comparison.models).toBeNull();
    expect(sent('models.activate')).toEqual(activated);
    await expect.poll(() => app.toasts.list.map(({ message }) => message)).toEqual([shown]);
  });

  it('removes the message that search uses one model when the other is kept', async () => {
    const { app, user, done } = await opened();
    const messages = () => app.toasts.list.map(({ message }) => message);
    await done;
    await user.click(button('Keep old'));
    await expect.poll(messages).toEqual(['Search uses the old model.']);
    await app.comparison.open({ before, after, decides: true });
    await user.click(button('Keep new'));
    await expect.poll(messages).toEqual(['Search uses the new model.']);
    await app.training.activate(before.id);
    expect(messages()).toEqual(['Search uses the model old']);
  });

  it('says nothing about the model in use where it could not be changed', async () => {
    const refuse = () => {
      throw new HashlensError('model-missing', 'There is no model new in the library.');
    };
    const { app, user, done } = await opened({ 'models.activate': refuse });
    await done;
    await user.click(button('Keep new'));
    await expect.poll(() => app.toasts.list.map(({ kind }) => kind)).toEqual(['error']);
  });

  it('waits for missing codes, and shows their progress', async () => {
    const coding = job({ kind: 'encode', id: 7 as JobId, message: 'Hashing', done: 10, total: 40 });
    const { sent, tell } = await opened({
      'models.prepare': ({ modelId }) => (modelId === 'new' ? coding : null),
    });
    expect(await screen.findByText(/get their codes of both models/)).toBeTruthy();
    await expect.poll(() => screen.queryByRole('progressbar')?.getAttribute('value')).toBe('10');
    expect(sent('search.compare')).toEqual([]);
    tell({ type: 'job', job: { ...coding, state: 'done', finishedAt: 1 } });
    await expect.poll(() => sent('search.compare')).toHaveLength(1);
  });

  it('cancels the job it waits for when it is closed', async () => {
    const coding = job({ kind: 'encode', id: 7 as JobId });
    const { user, sent } = await opened({ 'models.prepare': coding });
    await expect.poll(() => textOf(screen.getByRole('status'))).toContain('get their codes');
    await expect.poll(() => sent('models.prepare')).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve));
    await user.click(button('Close'));
    expect(sent('jobs.cancel')).toEqual([{ jobId: 7 }]);
  });

  it('shows an error if a model was removed meanwhile', async () => {
    const { done } = await opened({
      'models.prepare': () => {
        throw new HashlensError('model-missing', 'There is no model old in the library.');
      },
    });
    await done;
    expect(textOf(await screen.findByRole('alert'))).toBe(
      'There is no model old in the library. Choose another model, or train one. Show models',
    );
  });

  it('takes a typed search if there were none, and lists the newest first', async () => {
    const { user, sent, done } = await opened({ 'search.examples': [] });
    await done;
    expect(await screen.findByText(/no searches of your own yet/)).toBeTruthy();
    await user.type(screen.getByRole('searchbox'), ' a dog {Enter}');
    expect(await screen.findByRole('region', { name: 'a dog' })).toBeTruthy();
    await user.clear(screen.getByRole('searchbox'));
    await user.type(screen.getByRole('searchbox'), 'Rex{Enter}');
    await expect
      .poll(() => screen.getAllByRole('region').map((one) => one.getAttribute('aria-label')))
      .toEqual(['Rex', 'a dog']);
    expect(sent('search.compare')).toHaveLength(2);
  });

  it('shows a researcher ranks and chances by the names of the trainings, and nothing to decide', async () => {
    const { done } = await opened({}, false);
    await done;
    expect(photos('a dog', 'old')).toHaveLength(12);
    expect(photos('a dog', 'new').map(textOf)).toEqual(
      ['1 · 80% · there 12', '2 · 80% · there 2', '↓ 2 3 · 80% · there 1', 'new 4 · 80% · not there'].map(
        (text) => expect.stringContaining(text) as string,
      ),
    );
    expect(screen.queryByRole('button', { name: 'Keep new' })).toBeNull();
  });
});
