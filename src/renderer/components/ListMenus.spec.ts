// Context menus of lists other than the grid, and their keys.
import { fireEvent, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { ConnectionId, FolderId } from '../../shared/contract/ids.ts';
import { modelId } from '../../shared/contract/ids.ts';
import { preferences } from '../../shared/contract/preferences.ts';
import type { MissingPhoto } from '../../shared/contract/missing.ts';
import type { SharedHit } from '../../shared/contract/shared-library.ts';
import {
  details,
  encoder,
  epoch,
  fileFailure,
  found,
  hit,
  job,
  model,
  photoId,
  queryAnswer,
  rankedHit,
} from '../../../test/support/contract-values.ts';
import { startPage, type Answers, type Page } from '../../../test/support/page.ts';
import { button, screen, show, showOn } from '../../../test/support/render.ts';
import EncoderDevice from './EncoderDevice.svelte';
import EncoderRow from './EncoderRow.svelte';
import FailureList from './FailureList.svelte';
import JobRow from './JobRow.svelte';
import ProgramSettings from './ProgramSettings.svelte';
import SharedView from './SharedView.svelte';
import WordsEditor from './WordsEditor.svelte';
import WordSuggestions from './WordSuggestions.svelte';
import DuplicateGroup from './DuplicateGroup.svelte';
import ComparedPhotos from './ComparedPhotos.svelte';
import DescribeView from './DescribeView.svelte';
import JudgedResults from './JudgedResults.svelte';
import MachineCheck from './MachineCheck.svelte';
import PhotoFacts from './PhotoFacts.svelte';
import QueryChips from './QueryChips.svelte';
import RunComparison from './RunComparison.svelte';
import SearchBox from './SearchBox.svelte';
import Sidebar from './Sidebar.svelte';
import TeachDialog from './TeachDialog.svelte';
import FilmStrip from './FilmStrip.svelte';
import ModelTable from './ModelTable.svelte';
import MissingView from './MissingView.svelte';
import MyWords from './MyWords.svelte';
import SharedResults from './SharedResults.svelte';
import TextResults from './TextResults.svelte';
import { listOf } from '../state/photo-list.ts';

/** Entries of the menu shown last, as `Label | Shortcut`; those that cannot be chosen are in brackets. */
function shownMenu({ sent }: Pick<Page, 'sent'>): string[] {
  const items = sent('app.menu').at(-1)?.items ?? [];
  return items.flatMap((item) => {
    if (item === 'line' || 'submenu' in item) return [];
    const text = [item.label, item.shortcut].filter(Boolean).join(' | ');
    return item.enabled === false ? `(${text})` : text;
  });
}

/** Answers menus with the choice of an entry. */
const choosing = (label: string): Answers => ({
  'app.menu': ({ items }) => {
    const entry = items.find((item) => item !== 'line' && item.label === label);
    return { chosen: entry === undefined || entry === 'line' || 'submenu' in entry ? null : entry.id };
  },
});

const contextMenu = (element: HTMLElement): Promise<boolean> =>
  fireEvent.contextMenu(element, { clientX: 5, clientY: 6 });

const missing = (n: number): MissingPhoto => ({
  ...{ photoId: photoId(n), path: `/photos/${n}.jpg`, folderId: 1 as FolderId, caption: null, rating: null },
  ...{ isFavourite: false, width: 3, height: 2, missingSince: 1, removalAt: 2 },
});

describe('the menu of a missing photo', () => {
  const list = { 'missing.list': { total: 2, photos: [missing(1), missing(2)] } };

  it('opens, marks and removes it, and never works with a file that is gone', async () => {
    const page = await show(MissingView, {}, { ...list, ...choosing('Remove from the library…') });
    await contextMenu(await screen.findByRole('button', { name: 'Open 2.jpg' }));
    expect(shownMenu(page)).toEqual([
      'Open | Enter',
      'Mark | Space',
      'Find similar photos | S',
      'More like this | M',
      'Less like that | L',
      'Remove from the library… | Delete',
    ]);
    await page.user.click(await screen.findByRole('button', { name: 'Remove' }));
    expect(page.sent('missing.remove')).toEqual([{ photoIds: [2], keepBackups: false }]);
  });

  it('has the keys it shows, and asks about all marked photos from one of them', async () => {
    const { app, user } = await show(MissingView, {}, list);
    (await screen.findByRole('button', { name: 'Open 1.jpg' })).focus();
    await user.keyboard(' ');
    expect([...app.missing.marked]).toEqual([1]);
    expect(app.viewer.hit).toBeNull();
    await user.click(screen.getByLabelText('2.jpg'));
    button('Open 1.jpg').focus();
    await user.keyboard('{Delete}');
    expect(screen.getByRole('alertdialog').textContent).toContain('2 photos');
    expect(document.activeElement).toBe(button('Keep'));
  });

  it('makes it an example of the search', async () => {
    const list = { 'missing.list': { total: 1, photos: [missing(1)] }, 'search.query': queryAnswer('', []) };
    const { app, user } = await show(MissingView, {}, list);
    app.view = 'missing';
    (await screen.findByRole('button', { name: 'Open 1.jpg' })).focus();
    await user.keyboard('l');
    await expect.poll(() => app.search.examples).toMatchObject([{ source: { photoId: 1 }, weight: -1 }]);
    expect(app.view).toBe('photos');
  });
});

describe('the menu of a near-duplicate', () => {
  it('has the commands of photos without judgements of the search behind it', async () => {
    const group = {
      ...{ best: photoId(1), reason: 'most pixels' },
      photos: [1, 2].map((n) => ({
        ...{ photoId: photoId(n), path: `/photos/${n}.jpg`, width: 4, height: 3, size: 5, capturedAt: null },
        ...{ identical: false, distance: 1, cosine: 1, pixelDistance: 1 },
      })),
    };
    const page = await startPage({ 'search.query': queryAnswer('a dog', [rankedHit(1)]) });
    await page.app.search.words('a dog');
    const { sent, user } = showOn(page, DuplicateGroup, { group });
    await contextMenu(button('Open 2.jpg'));
    const entries = shownMenu(page);
    expect(entries).toContain('Move to the bin… | Delete');
    expect(entries.some((entry) => entry.startsWith('This is it'))).toBe(false);
    button('Open 2.jpg').focus();
    await user.keyboard('f');
    expect(sent('edits.apply')).toMatchObject([{ photoIds: [2] }]);
  });
});

describe('the menu of a photo in the film strip', () => {
  it('is for that photo, as are its keys while it has the focus', async () => {
    const page = await startPage({ 'photos.get': () => new Promise(() => undefined) });
    await Promise.race([page.app.viewer.open(listOf([hit(1), hit(2)]), 0), Promise.resolve()]);
    const { sent, user } = showOn(page, FilmStrip, {});
    const other = (await screen.findAllByRole('button'))[1];
    if (other === undefined) throw new Error('no second photo');
    await contextMenu(other);
    expect(shownMenu(page)[0]).toBe('Open | Enter');
    other.focus();
    await user.keyboard('5');
    expect(sent('edits.apply')).toMatchObject([{ photoIds: [2], rating: 5 }]);
  });
});

describe('the menu of a search that was judged', () => {
  it('shows, saves and copies the search, and removes its judgements at once', async () => {
    const judged = (query: string, n: number) => ({
      ...{ query, photoId: photoId(n), path: `/p/${n}.jpg`, caption: null, judgement: 'match' as const, at: 1 },
    });
    const entries = [judged('a dog', 1), judged('sea', 2), judged('a dog', 3)];
    const page = await show(JudgedResults, {}, { 'judgements.list': { total: 3, entries } });
    const heading = await screen.findByRole('button', { name: '“a dog”' });
    await contextMenu(heading);
    expect(shownMenu(page)).toEqual([
      ...['Show its photos | Enter', 'Save the search | CmdOrCtrl+S', 'Copy text | CmdOrCtrl+C'],
      'Remove these judgements | Delete',
    ]);
    heading.focus();
    await page.user.keyboard('{Delete}');
    expect(page.sent('judgements.give')).toEqual([{ states: [{ query: 'a dog', photoIds: [1, 3], judgement: null }] }]);
  });
});

describe('the menu of a person in the facts of a photo', () => {
  it('shows the photos of the person, or takes the person into the search', async () => {
    const shown = { version: 0, onversion: () => undefined, exposure: null, code: null, evoked: [] };
    const page = await show(
      PhotoFacts,
      { ...shown, details: details({ people: ['Anna'] }), onsearch: () => undefined },
      { 'search.query': queryAnswer('person:Anna', [rankedHit(1)]) },
    );
    await contextMenu(button('Anna'));
    expect(shownMenu(page)).toContain('Show its photos | Enter');
    button('Anna').focus();
    await page.user.keyboard('{Shift>}o{/Shift}');
    expect(page.app.search.text).toBe('-person:Anna');
  });
});

describe('the menu of a row above the lists of the sidebar', () => {
  it('is there for each, and takes the favourites into the search', async () => {
    const page = await show(Sidebar, {}, { 'search.query': queryAnswer('-tag:Favourite', [rankedHit(1)]) });
    const entries: Record<string, string[]> = {};
    for (const name of [/^All photos/, /^Favourites/, /^On this day/, /^Shared/]) {
      await contextMenu(button(name));
      entries[String(name)] = shownMenu(page);
    }
    expect(Object.values(entries).map(([first]) => first)).toEqual([
      ...['Show its photos | Enter', 'Show its photos | Enter', 'Show its photos | Enter', 'Open | Enter'],
    ]);
    button(/^Favourites/).focus();
    await page.user.keyboard('{Shift>}o{/Shift}');
    expect(page.app.search.text).toMatch(/^-tag:/);
  });
});

describe('the menu of a check of the machine', () => {
  it('copies what was found, and checks again', async () => {
    const checks = [{ name: 'SQLite', state: 'ok' as const, detail: '3.50' }];
    const page = await show(MachineCheck, {}, { 'library.doctor': checks });
    const fold = page.container.querySelector('details');
    if (fold === null) throw new Error('no fold');
    fold.open = true;
    const copy = await screen.findByRole('button', { name: 'Copy the text: SQLite' });
    await contextMenu(screen.getByRole('listitem'));
    expect(shownMenu(page)).toEqual(['Copy text | CmdOrCtrl+C', 'Check again | R']);
    await page.user.click(copy);
    expect(page.sent('app.copyText')).toEqual([{ text: 'SQLite: 3.50' }]);
    copy.focus();
    await page.user.keyboard('r');
    await expect.poll(() => page.sent('library.doctor')).toHaveLength(2);
  });
});

describe('the menu of a taught word', () => {
  it('shows the photos that it counts, whether tag or word of captions, with its keys on the word', async () => {
    const measured = { photos: 12, learnedFrom: 12, measured: 10, found: 9 };
    const words = [
      { text: 'Bello', isTag: true, ...measured },
      { text: 'garden', isTag: false, ...measured },
    ];
    const page = await show(
      MyWords,
      {},
      {
        'words.list': { words, total: 2, needs: 8, trained: true, described: 90, compared: 90 },
        'search.query': queryAnswer('Bello', [rankedHit(1)]),
      },
    );
    const garden = await screen.findByRole('button', { name: 'garden' });
    await contextMenu(garden);
    expect(shownMenu(page)).toEqual([
      ...['Show its photos | Enter', '(Only these in the search | O)', 'Leave these out | Shift+O'],
      ...['More like this | M', 'Less like that | L'],
    ]);
    await page.user.click(garden);
    expect(page.sent('search.query').at(-1)?.text).toBe('word:garden');
    await contextMenu(button('Bello'));
    expect(shownMenu(page)).toContain('More like this | M');
    button('Bello').focus();
    await page.user.keyboard('m');
    expect(page.app.search.text).toContain('Bello');
  });
});

describe('the menu of an offered word', () => {
  const suggestion = { kind: 'tag', text: 'Rex', chance: 0.84, photos: 4 } as const;
  const answers: Answers = { 'suggestions.words': { suggestions: [suggestion], alike: [], described: 3 } };

  it('accepts the word', async () => {
    const page = await show(WordSuggestions, { photoIds: [photoId(7)] }, { ...answers, ...choosing('Accept') });
    await contextMenu(await screen.findByRole('button', { name: 'Rex 84%' }));
    await expect.poll(() => page.sent('edits.apply')).toMatchObject([{ photoIds: [7], addTags: ['Rex'] }]);
    expect(page.sent('suggestions.reject')).toEqual([]);
  });

  it('names the keys of the list, and rejects the word', async () => {
    const page = await show(
      WordSuggestions,
      { photoIds: [photoId(7)] },
      { ...answers, ...choosing('It does not fit') },
    );
    await contextMenu(await screen.findByRole('button', { name: 'Rex 84%' }));
    expect(shownMenu(page)).toEqual(['Accept | 1', 'It does not fit | Shift+1']);
    await expect.poll(() => page.sent('suggestions.reject')).toHaveLength(1);
    expect(page.sent('edits.apply')).toEqual([]);
  });

  it('has the keys of the list on the button', async () => {
    const page = await show(WordSuggestions, { photoIds: [photoId(7)] }, answers);
    const word = await screen.findByRole('button', { name: 'Rex 84%' });
    word.focus();
    await page.user.keyboard('1');
    await expect.poll(() => page.sent('edits.apply')).toMatchObject([{ photoIds: [7], addTags: ['Rex'] }]);
    const other = await show(WordSuggestions, { photoIds: [photoId(8)] }, answers);
    const [, second = word] = await screen.findAllByRole('button', { name: 'Rex 84%' });
    second.focus();
    await other.user.keyboard('{Shift>}1{/Shift}');
    await expect.poll(() => other.sent('suggestions.reject')).toHaveLength(1);
  });
});

describe('the menu of a caption of the person’s own', () => {
  it('copies and removes it, with the key on its button', async () => {
    const words = { photos: 1, tags: [], captions: [{ text: 'at the lake', photos: 1 }], described: 1 };
    const page = await show(
      WordsEditor,
      { photoIds: [photoId(7)], details: null, onsearch: () => undefined },
      { 'edits.words': { ...words, ratings: [1, 0, 0, 0, 0, 0], favourites: 0 }, ...choosing('Copy text') },
    );
    await contextMenu(await screen.findByText('at the lake'));
    expect(shownMenu(page)).toEqual(['Copy text | CmdOrCtrl+C', 'Remove the caption | Delete']);
    await expect.poll(() => page.sent('app.copyText')).toEqual([{ text: 'at the lake' }]);
    button('Remove the caption at the lake').focus();
    await page.user.keyboard('{Delete}');
    expect(page.sent('edits.apply')).toEqual([{ photoIds: [7], removeCaptions: ['at the lake'] }]);
  });
});

describe('the menu of a program for photos', () => {
  it('takes it off the list, with the key on its line', async () => {
    const programs = { 'app.preferences': preferences.parse({ programs: ['/opt/gimp'] }) };
    const page = await show(ProgramSettings, {}, { ...programs, ...choosing('Remove from the list') });
    await contextMenu(await screen.findByText('/opt/gimp'));
    expect(shownMenu(page)).toEqual(['Remove from the list | Delete']);
    await expect.poll(() => page.sent('app.forgetProgram')).toEqual([{ programId: '/opt/gimp' }]);
    button(/gimp/).focus();
    await page.user.keyboard('{Delete}');
    await expect.poll(() => page.sent('app.forgetProgram')).toHaveLength(2);
  });
});

describe('the menu of a known shared library', () => {
  it('asks whether to remove it, with the key on its button', async () => {
    const connection = { id: 1 as ConnectionId, name: 'Family', server: 'db:5432' };
    const page = await show(SharedView, {}, { 'connections.list': [connection] });
    await page.app.shared.load();
    const open = await screen.findByRole('button', { name: /Family/, pressed: false });
    await contextMenu(open);
    expect(shownMenu(page)).toEqual(['Open | Enter', 'Remove… | Delete']);
    open.focus();
    await page.user.keyboard('{Delete}');
    expect(await screen.findByRole('alertdialog')).toBeDefined();
    expect(page.sent('connections.remove')).toEqual([]);
  });
});

describe('the menu of a job', () => {
  it('pauses and cancels it, with the keys on its buttons', async () => {
    const running = job({ kind: 'index', state: 'running' });
    const page = await show(JobRow, { job: running }, choosing('Pause'));
    await contextMenu(screen.getByRole('progressbar'));
    expect(shownMenu(page)).toEqual(['Pause | P', 'Cancel | Delete']);
    await expect.poll(() => page.sent('jobs.pause')).toEqual([{ jobId: running.id }]);
    button('Pause').focus();
    await page.user.keyboard('p');
    expect(page.sent('jobs.pause')).toHaveLength(2);
    await page.user.keyboard('{Delete}');
    expect(page.sent('jobs.cancel')).toEqual([{ jobId: running.id }]);
  });
});

describe('the menu of an unreadable file', () => {
  it('shows it in its folder, tries it again and ignores it, with the keys on its buttons', async () => {
    const page = await show(
      FailureList,
      { failures: [fileFailure()], scanning: false },
      { ...choosing('Try again'), 'library.ignoreFailures': null, 'folders.index': job(), 'app.showFailure': null },
    );
    const link = button('Ignore');
    await contextMenu(link);
    expect(shownMenu(page)).toEqual(['Show in folder | CmdOrCtrl+Shift+Enter', 'Try again | R', 'Ignore | Delete']);
    await expect.poll(() => page.sent('folders.index')).toHaveLength(1);
    link.focus();
    await page.user.keyboard('r');
    await expect.poll(() => page.sent('folders.index')).toHaveLength(2);
    await page.user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
    expect(page.sent('app.showFailure')).toHaveLength(1);
    await page.user.keyboard('{Delete}');
    expect(page.sent('library.ignoreFailures')).toMatchObject([{ isIgnored: true }]);
  });
});

describe('the menu of an encoder', () => {
  it('asks whether to use it or to remove its data, with the keys on its button', async () => {
    const other = encoder({ active: false, installed: true, photos: 5, bytes: 4096 });
    const page = await show(EncoderRow, { encoder: other }, choosing('Remove…'));
    const row = screen.getByRole('listitem');
    await contextMenu(row);
    expect(shownMenu(page)).toEqual(['Use… | U', 'Remove… | Delete']);
    expect(await screen.findByRole('alertdialog', { name: 'Remove this encoder’s data?' })).toBeDefined();
    await page.user.click(button('Keep'));
    button('Use…').focus();
    await page.user.keyboard('u');
    expect(await screen.findByRole('alertdialog')).toBeDefined();
    expect(screen.queryByRole('alertdialog', { name: 'Remove this encoder’s data?' })).toBeNull();
  });

  it('of the one in use measures it', async () => {
    const page = await show(EncoderDevice, { encoder: encoder() }, { 'encoders.measure': [] });
    const measure = button('Measure this machine');
    await contextMenu(measure);
    expect(shownMenu(page)).toEqual(['Measure this machine | M']);
    measure.focus();
    await page.user.keyboard('m');
    expect(page.sent('encoders.measure')).toHaveLength(1);
  });
});

describe('the menu of a photo in another list', () => {
  const lines = [hit(7)];

  it('is on the photo to describe, whose suggestions keep their keys', async () => {
    const suggestion = { kind: 'tag', text: 'Rex', chance: 0.84, photos: 4 } as const;
    const page = await show(
      DescribeView,
      {},
      {
        'photos.toDescribe': { described: 3, undescribed: 9, photos: [{ photoId: photoId(7), like: 3 }] },
        'photos.get': ({ photoId: id }) => details({ id: photoId(id), path: '/photos/7.jpg' }),
        'suggestions.words': { suggestions: [suggestion], alike: [], described: 3 },
        'photos.lines': lines,
      },
    );
    const picture = await screen.findByRole('button', { name: 'Open 7.jpg' });
    await screen.findByRole('button', { name: 'Rex 84%' });
    await contextMenu(picture);
    expect(shownMenu(page)).toEqual(expect.arrayContaining(['Open | Enter', 'Find similar photos | S']));
    const rating = page.sent('app.menu')[0]?.items.find((item) => item !== 'line' && item.label === 'Rating');
    expect(JSON.stringify(rating)).toContain('★★★');
    expect(JSON.stringify(rating)).not.toContain('shortcut');
    picture.focus();
    await page.user.keyboard('1f');
    await expect
      .poll(() => page.sent('edits.apply'))
      .toEqual([
        { photoIds: [7], addTags: ['Rex'] },
        { photoIds: [7], isFavourite: true },
      ]);
    await page.user.keyboard('{Enter}');
    await expect.poll(() => page.app.viewer.hit?.photoId).toBe(7);
  });

  it('goes on to the next photo to describe where this one was moved to the bin', async () => {
    const photos = [7, 8].map((n) => ({ photoId: photoId(n), like: 3 }));
    const { app, user } = await show(
      DescribeView,
      {},
      {
        'photos.toDescribe': { described: 3, undescribed: 9, photos },
        'photos.get': ({ photoId: id }) => details({ id: photoId(id), path: `/photos/${id}.jpg` }),
        'app.moveToBin': { moved: [photoId(7)], failed: 0, move: 0 },
      },
    );
    (await screen.findByRole('button', { name: 'Open 7.jpg' })).focus();
    await user.keyboard('{Delete}');
    await expect.poll(() => app.describe.photo?.photoId).toBe(8);
  });

  it('is on photos of a comparison of models, one of which the Tab key reaches', async () => {
    const list = [7, 8, 9].map((n) => ({ hit: rankedHit(n), other: 1 }));
    const page = await show(
      ComparedPhotos,
      { label: 'New', other: 'old', list, details: false },
      { 'photos.lines': lines, 'search.query': queryAnswer('', [rankedHit(1)]) },
    );
    const photos = screen.getAllByRole('button');
    expect(photos.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    photos[0]?.focus();
    await page.user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(document.activeElement).toBe(photos[2]);
    await page.user.keyboard('{Home}');
    expect(photos.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    await contextMenu(button('Open Photo number 8'));
    expect(shownMenu(page)).toContain('Open | Enter');
    await page.app.comparison.open({ before: model('old'), after: model('new'), decides: true });
    await page.user.keyboard('m');
    await expect.poll(() => page.app.search.examples).toMatchObject([{ source: { photoId: 7 }, weight: 1 }]);
    expect([page.app.view, page.app.comparison.models]).toEqual(['photos', null]);
  });

  it('is on photos of a word that is taught, where Enter marks them', async () => {
    const photo = { photoId: photoId(7), path: '/p/7.jpg', caption: null, rating: null, isFavourite: false };
    const page = await startPage({
      'words.teach': {
        ...{ tagged: [], examples: 3, found: 2, seconds: 0.4 },
        photos: [{ ...photo, width: 3, height: 2, surerThan: 2, isLikely: true }],
      },
      'photos.lines': lines,
      'app.moveToBin': { moved: [photoId(7)], failed: 0, move: 0 },
    });
    page.app.teaching.open([photoId(1)], 'Bello');
    const { user } = showOn(page, TeachDialog, {});
    await contextMenu(await screen.findByRole('button', { name: '7.jpg' }));
    expect(shownMenu(page)).toEqual(expect.arrayContaining(['Open | O', 'Unmark | Space']));
    expect(shownMenu(page).some((entry) => entry.startsWith('Teach'))).toBe(false);
    button('7.jpg').focus();
    await user.keyboard(' ');
    expect([...page.app.teaching.chosen]).toEqual([]);
    await user.keyboard('{Enter}');
    expect([...page.app.teaching.chosen]).toEqual([7]);
    await user.keyboard('{Delete}');
    await expect.poll(() => screen.queryByRole('button', { name: '7.jpg' })).toBeNull();
    expect([...page.app.teaching.chosen]).toEqual([]);
  });

  it('is on judged photos, and shows all words of one in the viewer', async () => {
    const judged = { query: 'a dog', photoId: photoId(7), path: '/p/7.jpg', caption: null, at: 1 };
    const page = await startPage({
      'judgements.list': { total: 1, entries: [{ ...judged, judgement: 'match' }] },
      'photos.lines': lines,
    });
    page.app.view = 'words';
    const { user } = showOn(page, JudgedResults, {});
    const picture = await screen.findByRole('button', { name: 'Open 7.jpg' });
    await contextMenu(picture);
    expect(shownMenu(page)).toContain('Move to the bin… | Delete');
    picture.focus();
    page.app.viewer.showPanel(false);
    await user.keyboard('t');
    await expect.poll(() => [page.app.viewer.hit?.photoId, page.app.viewer.panelOpen]).toEqual([7, true]);
  });
});

describe('the menu of a search under the box', () => {
  const lists = {
    'search.saved': [{ id: 5, name: 'My cats', text: 'cat', createdAt: 1 }],
    'search.recent': [{ text: 'dog', at: 1, hits: 2 }],
    'search.query': queryAnswer('', [rankedHit(1)]),
  };

  it('is that of the row under the pointer', async () => {
    const page = await show(SearchBox, {}, { ...lists, ...choosing('Save the search') });
    await page.app.suggestions.offer('', 0);
    await contextMenu(await screen.findByRole('option', { name: 'My cats, a saved search' }));
    expect(shownMenu(page)).toEqual([
      'Show its photos | Enter',
      'Rename… | F2',
      'Remove the saved search | Shift+Delete',
    ]);
    await contextMenu(screen.getByRole('option', { name: 'dog' }));
    expect(shownMenu(page)).toEqual([
      'Show its photos | Enter',
      'Save the search | CmdOrCtrl+S',
      'Remove from the list | Shift+Delete',
    ]);
    await expect.poll(() => page.sent('search.save')).toEqual([{ name: 'dog', text: 'dog' }]);
  });

  it('leaves the list as it is after a search was saved or removed by its key', async () => {
    let saved = [{ id: 5, name: 'My cats', text: 'cat', createdAt: 1 }];
    const page = await show(
      SearchBox,
      {},
      {
        ...lists,
        'search.saved': () => saved,
        'search.save': ({ name, text }) => {
          const one = { id: 6, name, text, createdAt: 2 };
          saved = [...saved, one];
          return one;
        },
        'search.removeSaved': ({ id }) => {
          saved = saved.filter((one) => one.id !== id);
          return null;
        },
      },
    );
    await page.user.click(screen.getByRole('combobox'));
    await screen.findByRole('option', { name: 'dog' });
    await page.user.keyboard('{ArrowDown}{ArrowDown}{Control>}s{/Control}');
    await screen.findByRole('option', { name: 'dog, a saved search' });
    await page.user.keyboard('{ArrowDown}{Shift>}{Delete}{/Shift}');
    await expect.poll(() => screen.queryByRole('option', { name: 'My cats, a saved search' })).toBeNull();
    expect(screen.queryAllByRole('option')).toHaveLength(1);
    expect(saved.map(({ name }) => name)).toEqual(['dog']);
  });

  it('is that of the chosen row for the keyboard, and for the pointer in the box that of the text', async () => {
    const page = await show(SearchBox, {}, lists);
    const box = screen.getByRole('combobox');
    await page.user.click(box);
    await screen.findByRole('option', { name: 'dog' });
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    await contextMenu(box);
    expect(page.sent('app.menu')).toEqual([]);
    await page.user.keyboard('{ContextMenu}');
    await contextMenu(box);
    expect(shownMenu(page)).toContain('Remove from the list | Shift+Delete');
    await page.user.keyboard('{Shift>}{Delete}{/Shift}');
    expect(page.sent('search.removeRecent')).toEqual([{ text: 'dog' }]);
  });
});

describe('the menu of a chip', () => {
  const answers: Answers = { 'search.query': ({ text }) => queryAnswer(text ?? '', [rankedHit(1)]) };

  it('of a filter searches for it alone, against it, and without it', async () => {
    const page = await show(QueryChips, {}, answers);
    await page.app.search.words('dog tag:beach');
    await contextMenu(await screen.findByText('tag: beach'));
    expect(shownMenu(page)).toEqual([
      'Search for this alone | S',
      'Search against it | -',
      'Remove from the search | Delete',
    ]);
    button('Remove tag: beach').focus();
    await page.user.keyboard('-');
    await expect.poll(() => page.app.search.text).toBe('dog -tag:beach');
    (await screen.findByRole('button', { name: 'Remove not tag: beach' })).focus();
    await page.user.keyboard('s');
    await expect.poll(() => page.app.search.text).toBe('-tag:beach');
    (await screen.findByRole('button', { name: 'Remove not tag: beach' })).focus();
    await page.user.keyboard('{Delete}');
    await expect.poll(() => page.app.search.text).toBe('');
  });

  it('of a word turns its weight round', async () => {
    const page = await show(QueryChips, {}, answers);
    await page.app.search.words('beach -people^2');
    await contextMenu(await screen.findByText('people'));
    expect(shownMenu(page)).toContain('Search for it, not against it | -');
    button('Remove people').focus();
    await page.user.keyboard('-');
    await expect.poll(() => page.app.search.text).toBe('beach +people^2');
  });

  it('of an example photo opens it, and searches for it alone', async () => {
    const page = await show(SearchBox, {}, { ...answers, 'photos.lines': [hit(7)], 'search.similar': found([hit(1)]) });
    const source = { kind: 'photo', photoId: photoId(7), name: '7.jpg' } as const;
    await page.app.search.words('a dog');
    await page.app.search.addExamples([source], 1);
    const remove = await screen.findByRole('button', { name: 'Remove 7.jpg from the search' });
    await contextMenu(remove);
    expect(shownMenu(page)).toEqual([
      'Open its photo | O',
      'Search for this alone | S',
      'Search against it | -',
      'Remove from the search | Delete',
    ]);
    remove.focus();
    await page.user.keyboard('o');
    await expect.poll(() => page.app.viewer.hit?.photoId).toBe(7);
    page.app.viewer.close();
    await page.user.keyboard('s');
    await expect.poll(() => page.sent('search.similar')).toMatchObject([{ photoId: 7 }]);
    expect(page.app.search.text).toBe('');
  });
});

describe('the menu of a compared training', () => {
  it('draws it, names it and uses it, by its keys as well', async () => {
    const trained = model('trained', { epochs: [epoch(1)], bestEpoch: 1 });
    const page = await show(RunComparison, {}, { 'models.list': [trained, model('used', { active: true })] });
    await contextMenu(screen.getByRole('row', { name: /trained/ }));
    expect(shownMenu(page)).toEqual([
      'Draw in the chart | D',
      'Name and note… | F2',
      'Use for search | U',
      'Export… | E',
    ]);
    const draw = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Draw trained' });
    draw.focus();
    await page.user.keyboard('d');
    expect(draw.checked).toBe(true);
    await page.user.keyboard(' ');
    expect(draw.checked).toBe(false);
    await page.user.keyboard('u{F2}');
    expect(page.sent('models.activate')).toEqual([{ modelId: 'trained' }]);
    expect(screen.getByRole('textbox', { name: 'Name' })).toBeTruthy();
  });
});

describe('the menu of a found text', () => {
  const texts = found([
    { rank: 1, text: 'a dog', score: 0.5, distance: 8, photoId: photoId(7), path: '/photos/7.jpg' },
  ]);
  const answers = { 'search.similar': found([hit(1)]), 'search.describe': texts } as const;

  it('names its commands, and copies it', async () => {
    const page = await show(TextResults, {}, { ...answers, ...choosing('Copy text') });
    await page.app.search.like(photoId(3), '3.jpg');
    await page.app.search.setTarget('captions');
    await contextMenu(await screen.findByText('a dog'));
    expect(shownMenu(page)).toEqual([
      'Search for it | Enter',
      'Copy text | CmdOrCtrl+C',
      'Open its photo | O',
      'Find similar photos | S',
      'More like this | M',
      'Less like that | L',
    ]);
    await expect.poll(() => page.sent('app.copyText')).toEqual([{ text: 'a dog' }]);
  });

  it('adds its photo to the search, or subtracts it', async () => {
    const page = await show(TextResults, {}, { ...answers, 'search.query': queryAnswer('', [rankedHit(1)]) });
    await page.app.search.like(photoId(3), '3.jpg');
    await page.app.search.setTarget('captions');
    (await screen.findByRole('button', { name: 'Search for it' })).focus();
    await page.user.keyboard('l');
    await expect
      .poll(() => page.sent('search.query'))
      .toMatchObject([
        {
          terms: [
            { photoId: 3, weight: 1 },
            { photoId: 7, weight: -1 },
          ],
        },
      ]);
    expect(page.app.search.target).toBe('photos');
  });

  it('has its keys on the button of the row', async () => {
    const page = await show(TextResults, {}, answers);
    await page.app.search.like(photoId(3), '3.jpg');
    await page.app.search.setTarget('captions');
    (await screen.findByRole('button', { name: 'Search for it' })).focus();
    await page.user.keyboard('s');
    expect(page.sent('search.similar').at(-1)).toMatchObject({ photoId: 7 });
  });
});

describe('the menu of a model', () => {
  it('offers what its row offers, and nothing that would remove the one in use', async () => {
    const trained = model('trained', { epochs: [epoch(1)], bestEpoch: 1 });
    const page = await show(
      ModelTable,
      {},
      { 'models.list': [trained, model('used', { active: true })], ...choosing('Use for search') },
    );
    const row = (name: string) => screen.getByRole('row', { name: new RegExp(`^${name}`) });
    await contextMenu(row('used'));
    expect(shownMenu(page)).toEqual([
      '(Show its training | Enter)',
      '(Compare… | C)',
      '(Use for search | U)',
      '(Export… | E)',
      '(Remove… | Delete)',
    ]);
    await contextMenu(row('trained'));
    expect(shownMenu(page)).toContain('Remove… | Delete');
    await expect.poll(() => page.sent('models.activate')).toEqual([{ modelId: 'trained' }]);
  });

  it('has the keys it shows on the buttons of its row', async () => {
    const trained = model('trained', { epochs: [epoch(1)], bestEpoch: 1 });
    const page = await show(ModelTable, {}, { 'models.list': [trained, model('used', { active: true })] });
    (await screen.findByRole('button', { name: 'trained' })).focus();
    await page.user.keyboard('u');
    expect(page.sent('models.activate')).toEqual([{ modelId: 'trained' }]);
    await page.user.keyboard('{Delete}');
    expect(screen.getByRole('alertdialog').textContent).toContain('trained');
  });
});

describe('the menu of a photo of a shared library', () => {
  const connection = { id: 1 as ConnectionId, server: 'ben@server/photos', name: 'family' };
  const shared = (id: number, more: Partial<SharedHit> = {}): SharedHit => ({
    ...{ rank: id, id, library: 'anna', folder: 'Italy', path: `sea/${id}.jpg`, caption: null },
    ...{ width: 3, height: 2, photoId: null, score: 0.5, distance: 3, textScore: null, ...more },
  });
  const image = new Uint8Array([1, 2, 3]);
  const answers: Answers = {
    'connections.show': {
      ...{ server: connection.server, name: 'family', encoderId: 'starter-1', modelId: 'itq-64', bits: 64 },
      ...{ vectors: true, recall: null, libraries: [] },
    },
    'connections.search': {
      ...{ hits: [shared(1), shared(2, { photoId: photoId(9) })], searched: 2, filtered: null, encodeMs: 1 },
      ...{ serverMs: 1, bits: 64, recall: null, notice: null, notices: [], modelId: modelId.parse('itq-64') },
    },
    'connections.thumbnail': ({ id }) => (id === 1 ? { image } : null),
    'search.query': ({ text }) => queryAnswer(text ?? '', [rankedHit(1)]),
    'search.image': found([hit(1)]),
  };
  async function opened(more: Answers = {}) {
    const page = await show(SharedResults, {}, { ...answers, ...more });
    const { shared: pages } = page.app;
    pages.text = 'sea';
    await pages.show(connection);
    await screen.findByRole('list');
    return page;
  }

  it('adds its thumbnail to the search of this library, or subtracts it', async () => {
    const page = await opened();
    await page.app.search.words('a dog');
    button('Open 1.jpg').focus();
    await page.user.keyboard('l');
    await expect
      .poll(() => page.sent('search.query').at(-1))
      .toMatchObject({ text: 'a dog', terms: [{ kind: 'image', image, weight: -1 }] });
    expect(page.app.view).toBe('photos');
  });

  it('names its commands, and opens the photo itself where it is in this library', async () => {
    const page = await opened();
    await contextMenu(button('Open 2.jpg'));
    expect(shownMenu(page)).toEqual([
      'Open | Enter',
      'Open my photo | O',
      'Find similar photos here | H',
      'Find similar photos of mine | S',
      'More like this | M',
      'Less like that | L',
    ]);
    button('Open 2.jpg').focus();
    await page.user.keyboard('m');
    await expect.poll(() => page.app.search.examples).toMatchObject([{ source: { kind: 'photo', photoId: 9 } }]);
    expect(page.sent('connections.thumbnail')).toEqual([]);
  });

  it('searches by the thumbnail alone, here and there', async () => {
    const page = await opened();
    await page.app.search.words('a dog');
    const [list] = screen.getAllByRole('list');
    if (list === undefined) throw new Error('no list');
    within(list).getByRole('button', { name: 'Open 1.jpg' }).focus();
    await page.user.keyboard('s');
    await expect.poll(() => page.sent('search.image')).toMatchObject([{ image }]);
    await page.user.keyboard('h');
    await expect
      .poll(() => page.sent('connections.search').at(-1))
      .toMatchObject({ text: '', terms: [{ kind: 'image', image, weight: 1 }] });
  });

  it('says where a photo was published without a picture', async () => {
    const page = await opened({ 'connections.thumbnail': null });
    button('Open 1.jpg').focus();
    await page.user.keyboard('m');
    await expect
      .poll(() => page.app.toasts.list.map(({ message }) => message).join())
      .toContain('published without a picture');
    expect(page.app.search.examples).toEqual([]);
  });
});
