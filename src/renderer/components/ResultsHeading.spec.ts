import { describe, expect, it } from 'vitest';
import { queryAnswer, found, photoId, hit, rankedHit } from '../../../test/support/contract-values.ts';
import { timelineOf } from '../../../test/support/page.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import ResultsHeading from './ResultsHeading.svelte';

const dogs = { 'search.query': queryAnswer('dog', [rankedHit(1), rankedHit(2)]) };

describe('ResultsHeading', () => {
  it('counts the photos of the library, and puts them in another order', async () => {
    const { container, sent, user } = await show(ResultsHeading, {}, timelineOf([hit(1), hit(2)]));
    expect(textOf(container)).toContain('Photos 2 photos');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'name');
    expect(sent('photos.timeline').at(-1)).toEqual({ order: 'name' });
  });

  it('names the search, and says what was ranked in how much time', async () => {
    const { app, container } = await show(ResultsHeading, {}, dogs);
    await app.search.words('dog');
    await screen.findByRole('heading', { name: '“dog”' });
    expect(textOf(container)).toContain('18 photos, ranked in 4.0 ms');
  });

  it('counts no photos where nothing was found, however many were searched', async () => {
    const { app, container } = await show(ResultsHeading, {}, { 'search.query': queryAnswer('qwxzzy', []) });
    await app.search.words('qwxzzy');
    await screen.findByRole('heading', { name: '“qwxzzy”' });
    expect(textOf(container)).toContain('0 photos');
    expect(textOf(container)).not.toMatch(/18 photos|ranked/);
  });

  it('counts the photos of a search by filters alone', async () => {
    const answer = queryAnswer('tag:dog', [rankedHit(1)], { filtered: 7 });
    const { app, container } = await show(ResultsHeading, {}, { 'search.query': answer });
    await app.search.words('tag:dog');
    await screen.findByRole('heading', { name: '“tag:dog”' });
    expect(textOf(container)).toContain('7 photos');
  });

  it('puts the likely results in another order, counts them, and goes back to relevance', async () => {
    const { app, container, user, sent, answer } = await show(ResultsHeading, {}, dogs);
    await app.search.words('dog');
    answer({ 'search.query': queryAnswer('dog', [rankedHit(2), rankedHit(1)], { sorted: 2 }) });
    const sort = await screen.findByRole('combobox', { name: 'Sort by' });
    await user.selectOptions(sort, 'date taken');
    expect(sent('search.query').at(-1)).toMatchObject({ text: 'dog', order: 'taken' });
    await expect.poll(() => textOf(container)).toContain('2 photos likely to be right, found in');
    await user.selectOptions(sort, 'relevance');
    expect(sent('search.query').at(-1)).toMatchObject({ text: 'dog', order: 'relevance' });
  });

  it('sorts photos similar to one of the library', async () => {
    const answers = {
      'search.similar': found([hit(1)]),
      'search.query': queryAnswer('', [rankedHit(1)], { sorted: 1 }),
    };
    const { app, user, sent } = await show(ResultsHeading, {}, answers);
    await app.search.like(photoId(3), '3.jpg');
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Sort by' }), 'name');
    expect(sent('search.query').at(-1)).toMatchObject({ order: 'name', terms: [{ kind: 'photo', photoId: 3 }] });
  });

  it('ranks photos similar to one or to an image, although the words of the search are none', async () => {
    const answer = queryAnswer('', [rankedHit(1), rankedHit(2)], { weakFrom: 1 });
    const { app, container, answer: answerLater } = await show(ResultsHeading, {}, { 'search.similar': answer });
    await app.search.like(photoId(3), '3.jpg');
    expect((await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Sort by' })).value).toBe('relevance');
    expect(textOf(container)).toContain('18 photos, 1 likely, ranked in 4.0 ms');
    const two = [4, 5].map((n) => ({ kind: 'photo' as const, photoId: photoId(n), name: `${n}.jpg` }));
    answerLater({ 'search.query': queryAnswer('', [rankedHit(1), rankedHit(2)], { weakFrom: 2 }) });
    await app.search.addExamples(two, 1);
    await expect.poll(() => textOf(container)).toContain('18 photos, 2 likely, ranked in');
  });

  it('says how many are likely at least, while all of the loaded ones are and more follow', async () => {
    const answer = queryAnswer('dog', [rankedHit(1, { probability: 0.9 })], { next: 'a' });
    const { app, container } = await show(ResultsHeading, {}, { 'search.query': answer });
    await app.search.words('dog');
    await expect.poll(() => textOf(container)).toContain('18 photos, at least 1 likely, ranked in');
  });

  it('does not call photos likely of which none is, as by words with an image', async () => {
    const answer = queryAnswer('dog', [rankedHit(1, { probability: 0.1 })], { next: 'a' });
    const { app, container } = await show(ResultsHeading, {}, { 'search.query': answer });
    await app.search.words('dog');
    await app.search.addExamples([{ kind: 'photo', photoId: photoId(3), name: '3.jpg' }], 1);
    expect(app.search.query.kind).toBe('mixed');
    await expect.poll(() => textOf(container)).toContain('18 photos, ranked in');
  });

  it('offers neither relevance nor scores for filters alone', async () => {
    const answer = queryAnswer('tag:dog', [rankedHit(1)], { filtered: 7 });
    const { app } = await show(ResultsHeading, {}, { 'search.query': answer });
    await app.search.words('tag:dog');
    const sort = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Sort by' });
    expect([...sort.options].map(({ text }) => text)).toEqual(['date taken', 'date added', 'name']);
    expect(sort.value).toBe('taken');
    expect(screen.queryByRole('checkbox', { name: 'Show scores' })).toBeNull();
  });

  it('divides the time line by months or days, and remembers that', async () => {
    const { app, user } = await show(ResultsHeading, {}, timelineOf([hit(1), hit(2)]));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Headings' }), 'days');
    expect(app.preferences.now.grouping).toBe('day');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'name');
    expect(screen.queryByRole('combobox', { name: 'Headings' })).toBeNull();
  });

  it('saves a search and removes it again', async () => {
    const saved = { id: 5, name: 'dog', text: 'dog', createdAt: 1 };
    const { app, user, sent, answer } = await show(ResultsHeading, {}, { ...dogs, 'search.save': saved });
    await app.search.words('dog');
    answer({ 'search.saved': [saved] });
    await user.click(await screen.findByRole('button', { name: 'Save this search', pressed: false }));
    expect(sent('search.save')).toEqual([{ name: 'dog', text: 'dog' }]);
    await user.click(await screen.findByRole('button', { name: 'Save this search', pressed: true }));
    expect(sent('search.removeSaved')).toEqual([{ id: 5 }]);
  });

  it('asks again for matches that are likelier', async () => {
    const { app, user, sent } = await show(ResultsHeading, {}, { ...dogs, 'search.precision': { precision: 0.9 } });
    await app.search.words('dog');
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Matches from' }), '90% likely');
    expect(sent('search.precision')).toEqual([{ precision: 0.9 }]);
    expect(sent('search.query')).toHaveLength(2);
    await app.edits.undo();
    expect(sent('search.precision').at(-1)).toEqual({ precision: 0.5 });
  });

  it('does not offer that where nobody can tell how likely a match is', async () => {
    const unknown = queryAnswer('dog', [rankedHit(1, { probability: null })]);
    const { app } = await show(ResultsHeading, {}, { 'search.query': unknown });
    await app.search.words('dog');
    await screen.findByRole('heading', { name: '“dog”' });
    expect(screen.queryByRole('combobox', { name: 'Matches from' })).toBeNull();
  });

  it('asks for explanations when scores are wanted', async () => {
    const { app, user, sent } = await show(ResultsHeading, {}, dogs);
    await app.search.words('dog');
    await user.click(await screen.findByRole('checkbox', { name: 'Show scores' }));
    expect(sent('search.query').at(-1)).toMatchObject({ explain: true });
  });

  it('asks an image for captions and tags instead of photos', async () => {
    const answers = { 'search.similar': found([hit(1)]), 'search.describe': found([]) };
    const { app, user, sent } = await show(ResultsHeading, {}, answers);
    await app.search.like(photoId(3), '3.jpg');
    await user.click(await screen.findByRole('button', { name: 'Captions' }));
    expect(sent('search.describe')).toMatchObject([{ source: { photoId: 3 }, target: 'captions' }]);
    expect(button('Captions').getAttribute('aria-pressed')).toBe('true');
  });
});
