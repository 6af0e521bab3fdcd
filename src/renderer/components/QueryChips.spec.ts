import { describe, expect, it } from 'vitest';
import { queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import QueryChips from './QueryChips.svelte';

describe('QueryChips', () => {
  it('shows the filters as they were understood, and takes one out of the search', async () => {
    const { app, user, sent } = await show(
      QueryChips,
      {},
      { 'search.query': ({ text }) => queryAnswer(text ?? '', [rankedHit(1)]) },
    );
    await app.search.words('dog tag:beach -folder:Italy');
    const filters = await screen.findAllByRole('listitem');
    expect(filters.map(textOf)).toEqual(['tag: beach', 'not folder: Italy']);
    await user.click(button('Remove tag: beach'));
    expect(sent('search.query').at(-1)).toMatchObject({ text: 'dog -folder:Italy' });
    expect(app.search.text).toBe('dog -folder:Italy');
  });

  it('weighs the words of a sum by hand', async () => {
    const { app, user, sent } = await show(
      QueryChips,
      {},
      { 'search.query': ({ text }) => queryAnswer(text ?? '', [rankedHit(1)]) },
    );
    await app.search.words('beach -people');
    const weight = await screen.findByRole('combobox', { name: 'Weight of people' });
    await user.selectOptions(weight, 'less ×½');
    expect(sent('search.query').at(-1)).toMatchObject({ text: 'beach -people^0.5' });
    await user.click(button('Remove people'));
    expect(app.search.text).toBe('beach');
    expect(screen.queryByRole('list', { name: 'Words' })).toBeNull();
  });

  it('is not there for a search without filters', async () => {
    const { app } = await show(QueryChips, {}, { 'search.query': queryAnswer('dog', [rankedHit(1)]) });
    await app.search.words('dog');
    expect(screen.queryByRole('list')).toBeNull();
  });
});
