import { describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Undo } from './edits.svelte.ts';

const ids = [photoId(1), photoId(2)];

describe('a change', () => {
  it('is undone by what the engine gave for it, and done once more by what that gave', async () => {
    const first = [{ photoIds: ids, rating: 2 }];
    const second = [{ photoIds: ids, rating: 4 }];
    const { app, sent } = await startPage({
      'edits.apply': { photos: 2, inverse: first },
      'edits.restore': ({ states }) => ({ photos: 2, inverse: states[0]?.rating === 2 ? second : first }),
    });
    await app.edits.rate(ids, 4);
    expect(app.toasts.list.at(-1)).toMatchObject({ message: 'Rated ★★★★ · 2 photos', action: { label: 'Undo' } });
    await app.edits.undo();
    await app.edits.redo();
    await app.edits.undo();
    expect(sent('edits.restore').map(({ states }) => states)).toEqual([first, second, first]);
    expect([app.edits.canUndo, app.edits.canRedo]).toEqual([false, true]);
  });

  it('made after an undo leaves nothing to redo', async () => {
    const { app } = await startPage();
    await app.edits.rate(ids, 4);
    await app.edits.undo();
    await app.edits.favourite(ids, true);
    expect([app.edits.canUndo, app.edits.canRedo]).toEqual([true, false]);
  });

  it('that the engine refuses is no step, and its reason is shown', async () => {
    const { app } = await startPage({
      'edits.apply': () => {
        throw new HashlensError('disk-full', 'There is no room left on the disk.');
      },
    });
    expect(await app.edits.rate(ids, 4)).toBe(false);
    expect(app.edits.canUndo).toBe(false);
    expect(app.toasts.list.at(-1)).toMatchObject({ kind: 'error', message: 'There is no room left on the disk.' });
  });

  it('during which the engine has died is made by the next engine', async () => {
    let asked = 0;
    const { app, sent } = await startPage({
      'edits.apply': () => {
        if (++asked === 1) throw new HashlensError('engine-stopped', 'The search engine ended before it could answer.');
        return { photos: 2, inverse: [] };
      },
    });
    expect(await app.edits.apply(ids, { addCaptions: ['Rex swims'] }, 'Caption added')).toBe(true);
    expect(sent('edits.apply')).toEqual(Array(2).fill({ photoIds: ids, addCaptions: ['Rex swims'] }));
    expect(app.toasts.list.map(({ kind }) => kind)).toEqual(['note']);
  });

  it('whose subject is gone is forgotten when it is undone, so that the one before it is undone next', async () => {
    const { app } = await startPage({ 'edits.apply': { photos: 2, inverse: [] } });
    await app.edits.rate(ids, 4);
    const gone = () => Promise.reject(new HashlensError('not-found', 'There is no such album.'));
    await app.edits.perform(() => Promise.resolve({ what: 'Album made', undo: gone }));
    await app.edits.undo();
    expect(app.toasts.list.at(-1)).toMatchObject({ kind: 'error' });
    await app.edits.undo();
    expect(app.toasts.list.at(-1)?.message).toBe('Undone: Rated ★★★★');
  });

  it('that could not be undone for now is undone by another try', async () => {
    const { app } = await startPage();
    let isFull = true;
    const undo = async (): Promise<Undo> => {
      if (isFull) throw new HashlensError('disk-full', 'There is no room left on the disk.');
      return Promise.resolve(undo);
    };
    await app.edits.perform(() => Promise.resolve({ what: 'Album made', undo }));
    await app.edits.undo();
    isFull = false;
    await app.edits.undo();
    expect(app.toasts.list.at(-1)?.message).toBe('Undone: Album made');
  });

  it('that changes nothing is no step', async () => {
    const { app } = await startPage({ 'edits.apply': { photos: 0, inverse: [] } });
    await app.edits.rate(ids, 4);
    expect([app.edits.canUndo, app.toasts.list]).toEqual([false, []]);
  });
});

it('names an added tag as it is stored, and says if the photos have it already', async () => {
  const { app, answer } = await startPage({ 'edits.apply': { photos: 1, inverse: [] } });
  await app.edits.addTag(ids, ' a/b//c ');
  expect(app.toasts.list.at(-1)?.message).toBe('Tag a/b/c added');
  answer({ 'edits.apply': { photos: 0, inverse: [] } });
  await app.edits.addTag(ids, 'Holiday');
  expect(app.toasts.list.at(-1)?.message).toBe('The tag Holiday is there already');
});

it('says at an undo without a change since when there is none', async () => {
  const { app } = await startPage();
  await app.edits.undo();
  expect(app.toasts.list.at(-1)?.message).toBe('There is nothing to undo since Hashlens was started.');
});

it('asks once for the words of the same photos at the same time, and again after a change', async () => {
  const { app, sent } = await startPage();
  const both = [app.edits.words(ids), app.edits.words([...ids])];
  await Promise.all(both);
  expect(sent('edits.words')).toHaveLength(1);
  await app.edits.words(ids);
  expect(sent('edits.words')).toHaveLength(2);
  const before = app.edits.words(ids);
  await app.edits.rate(ids, 4);
  await Promise.all([before, app.edits.words(ids)]);
  expect(sent('edits.words')).toHaveLength(4);
});
