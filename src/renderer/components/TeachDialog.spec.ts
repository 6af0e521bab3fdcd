import { expect, it } from 'vitest';
import type { WordFinding } from '../../shared/contract/words.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { HashlensError } from '../../shared/errors.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import TeachDialog from './TeachDialog.svelte';

const photo = (n: number, isLikely: boolean): WordFinding['photos'][number] => ({
  ...{ photoId: photoId(n), path: `/p/${n}.jpg`, caption: null, rating: null, isFavourite: false },
  ...{ width: 3, height: 2, surerThan: 2, isLikely },
});
const finding = (more: Partial<WordFinding> = {}): WordFinding => ({
  ...{ tagged: [], examples: 3, found: 2, seconds: 0.4, photos: [photo(7, true), photo(8, false)] },
  ...more,
});

async function open(answers: Answers, name = '') {
  const page = await startPage(answers);
  page.app.teaching.open([photoId(1), photoId(2), photoId(3)], name);
  return showOn(page, TeachDialog, {});
}

it('learns the word from the photos, and tags them and the likely ones only once the person agrees', async () => {
  const { user, sent } = await open({ 'words.teach': finding() });
  await user.type(screen.getByLabelText('Word'), 'Bello');
  await user.click(button('Learn'));
  expect(sent('words.teach')).toEqual([{ name: 'Bello', photoIds: [1, 2, 3] }]);
  expect((await screen.findByRole('status')).textContent).toMatch(/3 photos in 0\.4 s;\s+finds 2 of them/);
  expect(button('7.jpg').getAttribute('aria-pressed')).toBe('true');
  expect(sent('edits.apply')).toEqual([]);
  await user.click(button('7.jpg'));
  await user.click(button('8.jpg'));
  await user.click(button('Tag 4 photos'));
  expect(sent('edits.apply')).toEqual([{ photoIds: [1, 2, 3, 8], addTags: ['Bello'] }]);
});

it('withdraws the word from all photos that have it', async () => {
  const { app, user, sent } = await open({ 'words.teach': finding({ tagged: [photoId(1), photoId(9)] }) }, 'Bello');
  await user.click(await screen.findByRole('button', { name: 'Withdraw it from 2 photos' }));
  expect(sent('edits.apply')).toEqual([{ photoIds: [1, 9], removeTags: ['Bello'] }]);
  await expect.poll(() => app.teaching.isOpen).toBe(false);
});

it('says why nothing could be learned', async () => {
  await open(
    {
      'words.teach': () => {
        throw new HashlensError('too-few-pairs', 'A word is learned from 3 photos of it at least; there are 2.');
      },
    },
    'Bello',
  );
  expect((await screen.findByRole('alert')).textContent).toContain('there are 2');
});

it('begins in the box for the word', async () => {
  await open({});
  expect(document.activeElement).toBe(screen.getByLabelText('Word'));
});
