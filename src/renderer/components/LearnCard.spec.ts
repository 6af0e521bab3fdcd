import { describe, expect, it } from 'vitest';
import type { EvaluationContext } from '../../shared/contract/evaluation.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { HashlensError } from '../../shared/errors.ts';
import { epoch, evaluation, job, model, status, trainPlan } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import LearnCard from './LearnCard.svelte';

const measured = (library: Partial<NonNullable<EvaluationContext['library']>>): EvaluationContext =>
  evaluation({
    library: {
      photos: 4000,
      queries: 200,
      trained: { mean: 0.13, low: 0.09, high: 0.18 },
      encoder: { mean: 0.04, low: 0.02, high: 0.06 },
      better: true,
      ...library,
    },
  });
const described = {
  'library.status': status({ captions: 500 }),
  'train.plan': trainPlan({ pairs: 500, enough: true }),
};
const trained = (active: boolean, library = {}) =>
  model('new', {
    method: 'two-tower',
    createdAt: 5,
    active,
    epochs: [epoch(1), epoch(2)],
    evaluation: measured(library),
  });
const untrained = model('untrained', { method: 'rotation', createdAt: 0 });

describe('LearnCard', () => {
  it('says what it learns from and how much memory it takes, and learns with the defaults at one click', async () => {
    const { container, user, sent } = await show(
      LearnCard,
      {},
      { ...described, 'train.start': job({ kind: 'train' }) },
    );
    await screen.findByText(/500 pairs/);
    expect(textOf(container)).toContain('up to 120 MB of memory');
    await user.click(button('Learn now'));
    expect(sent('train.start')).toEqual([{}]);
  });

  it('says why it cannot say what it would learn from, offers the remedy, and asks again', async () => {
    const plan = () => Promise.reject(new HashlensError('encoder-missing', 'The encoder is missing.'));
    const { user, answer } = await show(LearnCard, {}, { ...described, 'train.plan': plan });
    expect(textOf(await screen.findByRole('alert'))).toContain('The encoder is missing.');
    expect(button('Show encoders')).toBeDefined();
    answer(described);
    await user.click(button('Try again'));
    await screen.findByText(/500 pairs/);
  });

  it('starts one training at a double click', async () => {
    const asked = Promise.withResolvers<Job>();
    const { app, user, sent } = await show(LearnCard, {}, { ...described, 'train.start': () => asked.promise });
    await screen.findByText(/500 pairs/);
    await user.dblClick(button('Learn now'));
    expect(button('Learn now').disabled).toBe(true);
    // Another page's button asks for the same.
    expect(await app.training.learn()).toBe(false);
    asked.resolve(job({ kind: 'train' }));
    await expect.poll(() => app.training.isStarting).toBe(false);
    expect(sent('train.start')).toEqual([{}]);
  });

  it('says during a training that it learns, and offers no second one', async () => {
    const running = job({ kind: 'train', state: 'running' });
    const { container } = await show(LearnCard, {}, { ...described, 'jobs.list': [running] });
    await expect.poll(() => textOf(container)).toContain('Hashlens is learning.');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('asks for words where there are none, and offers the photos to describe', async () => {
    const { app, user } = await show(LearnCard, {}, { 'library.status': status({ captions: 0, tags: 0 }) });
    await screen.findByText(/Nothing in the library has a caption or a tag yet/);
    expect(button('Learn now').disabled).toBe(true);
    await user.click(button('What to describe next'));
    expect(app.view).toBe('describe');
  });

  it('says what a training has brought, and goes back to the model before', async () => {
    const { container, user, sent } = await show(
      LearnCard,
      {},
      { ...described, 'models.list': [trained(true), untrained] },
    );
    await screen.findByText(/13 times in 100 \(9 to 18\); before 4/);
    expect(textOf(container)).not.toContain('hint');
    await user.click(button('Keep the old one'));
    expect(sent('models.activate')).toEqual([{ modelId: 'untrained' }]);
  });

  it('says what decides where a model is used whose share is not greater than before', async () => {
    const [share, before] = [0.85, 0.89].map((mean) => ({ mean, low: mean - 0.18, high: 1 }));
    const worse = { trained: share, encoder: before };
    const { container, answer, tell } = await show(
      LearnCard,
      {},
      { ...described, 'models.list': [trained(true, worse), untrained] },
    );
    await screen.findByText(/85 times in 100 \(67 to 100\); before 89/);
    expect(textOf(container)).toContain('Search uses what it has learned. What decides is the chance');
    answer({ 'models.list': [trained(true), untrained] });
    tell({ type: 'library' });
    await screen.findByText(/13 times in 100/);
    expect(textOf(container)).not.toContain('What decides');
  });

  it('compares the new model with the one before, if that still exists and has the same encoder', async () => {
    const other = model('of-another', { createdAt: 4, encoderId: 'clip:one', epochs: [epoch(1)] });
    const earlier = model('earlier', { createdAt: 3, usedBefore: true });
    const models = [trained(true), other, earlier, untrained];
    const { app, user, answer, tell } = await show(LearnCard, {}, { ...described, 'models.list': models });
    await user.click(await screen.findByRole('button', { name: 'Compare in your own searches…' }));
    expect(app.comparison.models).toMatchObject({ before: { id: 'earlier' }, after: { id: 'new' }, decides: true });
    answer({ 'models.list': [trained(true), other] });
    tell({ type: 'library' });
    await expect.poll(() => screen.queryByRole('button', { name: /Compare/ })).toBeNull();
  });

  it('says that a model that is not better is not used, and uses it on request', async () => {
    const models = [trained(false, { better: false, queries: 12 }), untrained];
    const { container, user, sent } = await show(LearnCard, {}, { ...described, 'models.list': models });
    await screen.findByText(/not clearly better/);
    expect(textOf(container)).toContain('measured with only 12 captions');
    await user.click(button('Use it anyway'));
    expect(sent('models.activate')).toEqual([{ modelId: 'new' }]);
  });

  it('says that the model in use was measured to be better, where both were measured alike', async () => {
    const better = model('better', {
      ...{ active: true, createdAt: 4, epochs: [epoch(1)] },
      evaluation: measured({ likelihood: -3 }),
    });
    const outdone = trained(false, { likelihood: -4 });
    const { container, answer, tell } = await show(LearnCard, {}, { ...described, 'models.list': [outdone, better] });
    await screen.findByText(/the model in use was measured to be better/);
    expect(button('Keep the new one')).toBeTruthy();
    answer({ 'models.list': [trained(false, { likelihood: -4, queries: 199 }), better] });
    tell({ type: 'library' });
    await expect.poll(() => textOf(container)).not.toContain('measured to be better');
    expect(textOf(container)).toContain('Search does not use it.');
  });
});
