import { describe, expect, it } from 'vitest';
import { photoId, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import MyWords from './MyWords.svelte';

const word = (text: string, photos: number, measured: number, found: number | null) => ({
  ...{ text, isTag: true, photos, learnedFrom: photos, measured, found },
});
const known = {
  words: [word('Bello', 12, 10, 9), word('Oma', 3, 1, null), word('garden', 40, 2, null)],
  ...{ total: 3, needs: 8, trained: true, described: 90, compared: 90 },
};

describe('MyWords', () => {
  it('says of every word how many photos it has and how many are found, or what is missing', async () => {
    const { container } = await show(MyWords, {}, { 'words.list': known });
    await screen.findByRole('button', { name: 'Bello' });
    const rows = screen.getAllByRole('listitem').map(textOf);
    expect(rows).toEqual([
      'Bello 12 photos finds 9 of 10',
      'Oma 3 photos needs about 8',
      'garden 40 photos too few to measure',
    ]);
    expect(textOf(container)).toContain('found well from about 8 photos on');
  });

  it('measures again after a change, also after one during a measuring', async () => {
    const { app, sent, answer } = await show(MyWords, {}, { 'words.list': known });
    await screen.findByRole('button', { name: 'Bello' });
    app.view = 'words';
    answer({ 'words.list': { ...known, words: [word('Bello', 13, 10, 9)], total: 1 } });
    await app.edits.addTag([photoId(1)], 'Bello');
    expect(await screen.findByText('13 photos')).toBeDefined();
    const before = sent('words.list').length;
    await Promise.all([app.taughtWords.load(), app.taughtWords.load()]);
    expect(sent('words.list').length - before).toBe(2);
  });

  it('counts all words, lists more on request, and measures as many again', async () => {
    const all = Array.from({ length: 200 }, (_, i) => word(`word ${i}`, 300 - i, 1, null));
    const list = ({ offset = 0, limit = 150 }) => ({
      ...{ words: all.slice(offset, offset + limit), total: 200, needs: offset === 0 ? 8 : null },
      ...{ trained: true, described: 5000, compared: 1000 },
    });
    const { app, user, container } = await show(MyWords, {}, { 'words.list': list });
    await screen.findByRole('button', { name: 'word 149' });
    expect(textOf(container)).toContain('200 words in 5,000 described photos');
    expect(textOf(container)).toContain('Measured on 1,000 of these photos');
    expect(screen.queryByRole('button', { name: 'word 150' })).toBeNull();
    await user.click(button('Show more'));
    await screen.findByRole('button', { name: 'word 199' });
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
    await app.taughtWords.load();
    expect([screen.getAllByRole('listitem').length, app.taughtWords.known?.needs]).toEqual([200, 8]);
  });

  it('searches for the photos that it counts', async () => {
    const answers = { 'words.list': known, 'search.query': queryAnswer('word:Bello', [rankedHit(1)]) };
    const { app, user, sent } = await show(MyWords, {}, answers);
    await screen.findByRole('button', { name: 'Bello' });
    await user.click(button('Bello'));
    expect([app.view, sent('search.query')[0]?.text]).toEqual(['photos', 'word:Bello']);
  });

  it('looks for more photos of a tag', async () => {
    const { app, user, sent } = await show(MyWords, {}, { 'words.list': known });
    await screen.findByRole('button', { name: 'Bello' });
    await user.click(screen.getAllByRole('button', { name: 'Find more' })[1] ?? document.body);
    expect([app.teaching.isOpen, sent('words.teach')]).toEqual([true, [{ name: 'Oma', photoIds: [] }]]);
  });

  it('says that nothing is described, and leads there', async () => {
    const empty = { words: [], total: 0, needs: null, trained: false, described: 0, compared: 0 };
    const { app, user } = await show(MyWords, {}, { 'words.list': empty });
    await user.click(await screen.findByRole('button', { name: 'What to describe next' }));
    expect(app.view).toBe('describe');
  });
});
