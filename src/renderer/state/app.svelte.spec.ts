// Effects of the engine's events, and repeated requests of the page.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppEvent, EngineHealth } from '../../shared/contract/page.ts';
import type { AlbumId, ModelId } from '../../shared/contract/ids.ts';
import { job, model as modelOf, photoId, queryAnswer, status } from '../../../test/support/contract-values.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { AppState } from './app.svelte.ts';

let engine: FakeEngine;
let model: ModelId;
let photos: number;
let tell: (event: AppEvent) => void;

/** The page of an empty library. */
function start(health: EngineHealth): AppState {
  engine = fakeEngine({
    'app.info': { version: '1', health, otherElectron: null, updates: false },
    'library.status': () => status({ photos, captions: 0, tags: 0, codes: 0, folders: [], model }),
    'search.query': ({ text = '' }) => queryAnswer(text, [], { modelId: model }),
  });
  return new AppState(engine.ask, (listener) => {
    tell = listener;
    return () => undefined;
  });
}
const methods = () => engine.asked.map(({ method }) => method);
const times = (method: string) => methods().filter((one) => one === method).length;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  model = 'first' as ModelId;
  photos = 0;
});
afterEach(() => vi.useRealTimers());

describe('AppState', () => {
  it('sends no request before the engine runs, and loads everything once it does', async () => {
    const app = start({ state: 'starting' });
    await settle();
    expect(methods()).toEqual(['app.preferences', 'app.info']);
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(methods()).toEqual(
      expect.arrayContaining(['jobs.list', 'models.list', 'library.status', 'photos.timeline']),
    );
    expect(app.library.isNew).toBe(true);
  });

  it('asks for the photos before what is counted over all of them, and for training methods once their page is shown', async () => {
    const app = start({ state: 'running' });
    await settle();
    expect(methods().indexOf('library.contents')).toBeGreaterThan(methods().indexOf('photos.timeline'));
    expect(times('methods.list')).toBe(0);
    app.training.showMethods();
    app.training.showMethods();
    await settle();
    expect([times('methods.list'), times('train.presets')]).toEqual([1, 1]);
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect([times('methods.list'), times('train.presets')]).toEqual([1, 2]);
  });

  it('keeps the health of an event when an older answer arrives after it', async () => {
    const app = start({ state: 'starting' });
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(app.health).toEqual({ state: 'running' });
  });

  it('asks again after the engine was restarted', async () => {
    start({ state: 'running' });
    await settle();
    tell({ type: 'engine', health: { state: 'restarting', reason: 'it was ended by SIGKILL' } });
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(times('library.status')).toBe(2);
  });

  it('reloads once for many changes, and sooner after a change than after progress', async () => {
    start({ state: 'running' });
    await settle();
    for (let n = 0; n < 20; n++) tell({ type: 'job', job: job() });
    await vi.advanceTimersByTimeAsync(1000);
    expect(times('photos.timeline')).toBe(1);
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(times('photos.timeline')).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times('photos.timeline')).toBe(2);
  });

  it('keeps results while photos are added and when the model changes, and says that they are stale', async () => {
    const app = start({ state: 'running' });
    await settle();
    await app.search.words('dog');
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(app.search.stale).toBeNull();
    photos = 5;
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(app.search.stale).toBe('photos');
    model = 'second' as ModelId;
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(app.search.stale).toBe('model');
    expect(times('search.query')).toBe(1);
    await app.search.submit();
    expect([times('search.query'), app.search.stale]).toEqual([2, null]);
  });

  it('says that results are stale once text in photos was read', async () => {
    const app = start({ state: 'running' });
    await settle();
    await app.search.words('text:receipt');
    tell({ type: 'job', job: job({ kind: 'ocr', state: 'running', done: 1, finishedAt: null }) });
    expect(app.search.stale).toBeNull();
    tell({ type: 'job', job: job({ kind: 'ocr', state: 'done', done: 2, finishedAt: 1 }) });
    expect(app.search.stale).toBe('photos');
  });

  it('shows the page that a notification leads to, but leaves an open comparison of models', async () => {
    const app = start({ state: 'running' });
    await settle();
    tell({ type: 'show', view: 'training' });
    expect(app.view).toBe('training');
    engine.answer({ 'models.prepare': null, 'search.examples': [] });
    await app.comparison.open({ before: modelOf('old'), after: modelOf('new'), decides: true });
    tell({ type: 'show', view: 'photos' });
    expect([app.view, app.comparison.models?.after.id]).toEqual(['training', 'new']);
    app.comparison.close();
    tell({ type: 'show', view: 'photos' });
    expect(app.view).toBe('photos');
  });

  it('closes dialogs over the page that a notification, a link or the menu bar leads to', async () => {
    const app = start({ state: 'running' });
    await settle();
    let closed = 0;
    app.closeDialogs = () => closed++;
    tell({ type: 'show', view: 'library' });
    tell({ type: 'link', query: 'dog' });
    tell({ type: 'command', command: 'settings' });
    expect(closed).toBe(3);
    tell({ type: 'command', command: 'rescan' });
    expect(closed).toBe(3);
  });

  it('shows no dialog over the page of shared libraries when it looks for a photo there', async () => {
    const app = start({ state: 'running' });
    await settle();
    app.teaching.open([photoId(1)]);
    app.findShared(photoId(1), '/photos/cat.jpg');
    expect([app.view, app.teaching.isOpen]).toEqual(['shared', false]);
  });

  it('shows an album under its new name, and all photos once it is removed', async () => {
    const app = start({ state: 'running' });
    await settle();
    const album = { id: 3 as AlbumId, name: 'Rome', photos: 1, createdAt: 1 };
    engine.answer({
      'albums.rename': { ...album, name: 'Rom am Meer' },
      'albums.remove': { album: { ...album, name: 'Rom am Meer' }, photoIds: [] },
    });
    await app.search.words('album:rome');
    app.albums.rename(album);
    app.albums.naming?.done('Rom am Meer');
    await settle();
    expect(app.search.text).toBe('album:"Rom am Meer"');
    await app.albums.remove({ ...album, name: 'Rom am Meer' });
    await settle();
    expect([app.search.text, app.search.showsTimeline]).toEqual(['', true]);
    await app.search.words('album:other');
    await app.albums.remove(album);
    await settle();
    expect(app.search.text).toBe('album:other');
  });
});
