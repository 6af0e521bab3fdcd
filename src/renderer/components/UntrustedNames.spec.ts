// Names that others may have written, of tags, people, files and photos, wherever the window shows them.
import { expect, it, vi } from 'vitest';
import type { Component } from 'svelte';
import type { FolderId } from '../../shared/contract/ids.ts';
import { details, hit, photoId } from '../../../test/support/contract-values.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import { showOn, textOf } from '../../../test/support/render.ts';
import { listOf } from '../state/photo-list.ts';
import FilmStrip from './FilmStrip.svelte';
import FilterForm from './FilterForm.svelte';
import JudgedResults from './JudgedResults.svelte';
import MyWords from './MyWords.svelte';
import PhotoFacts from './PhotoFacts.svelte';
import Sidebar from './Sidebar.svelte';
import WordSuggestions from './WordSuggestions.svelte';

const name = `dog\u202e ${'very '.repeat(2000)}`;
const named = [{ name, photos: 3 }];
const contents: Answers = {
  'library.contents': {
    ...{ favourites: 0, onThisDay: 0, places: named, cameras: named, tags: named, people: named },
    folders: [{ folderId: 1 as FolderId, names: [name], photos: 3 }],
  },
};
const words = { photos: 1, captions: [], tags: [], ratings: [1, 0, 0, 0, 0, 0], favourites: 0, described: 0 };
const suggestions = (['tag', 'caption'] as const).map((kind) => ({ kind, text: name, chance: null, photos: 1 }));
const facts = {
  ...{ details: details({ people: [name], place: name, text: name, path: '/a/dog\u202e.jpg' }), exposure: null },
  ...{ code: null, evoked: [name], version: 0, onversion: () => undefined, onsearch: () => undefined },
};
const learned = { text: name, isTag: true, photos: 3, learnedFrom: 3, measured: 0, found: null };
const judged = { photoId: photoId(1), query: 'dog', judgement: 'match', path: 'a.jpg', caption: name, judgedAt: 1 };

it.each<[string, Component<never>, object, Answers]>([
  ['the sidebar', Sidebar, {}, contents],
  ['the form for filters', FilterForm, { onclose: () => undefined }, contents],
  [
    'suggested words',
    WordSuggestions,
    { photoIds: [photoId(1)] },
    {
      'edits.words': words,
      'suggestions.words': { suggestions, alike: [], described: 9 },
    },
  ],
  ['the facts of a photo', PhotoFacts, facts, {}],
  ['the strip of photos', FilmStrip, {}, {}],
  [
    'taught words',
    MyWords,
    {},
    { 'words.list': { words: [learned], total: 1, described: 3, compared: 3, trained: false, needs: null } } as never,
  ],
  ['judged results', JudgedResults, {}, { 'judgements.list': { entries: [judged], total: 1 } } as never],
])('are short in %s, and an override of direction is shown', async (_, component, props, answers) => {
  const page = await startPage(answers);
  await page.app.viewer.open(listOf([hit(1, { caption: name })]), 0);
  const { container } = showOn(page, component, props as never);
  const labels = (): string =>
    [...container.querySelectorAll('[aria-label], [title]')]
      .map((one) => `${one.getAttribute('aria-label') ?? ''}${(one.getAttribute('title') ?? '').slice(0, 999)}`)
      .join(' ');
  await vi.waitFor(() => expect(textOf(container) + labels()).toContain('dog\\u{202e} very'));
  expect(textOf(container) + labels()).not.toContain('\u202e');
  expect(textOf(container).length).toBeLessThan(3000);
  for (const one of container.querySelectorAll('[aria-label]'))
    expect(one.getAttribute('aria-label')?.length).toBeLessThan(300);
});
