// Copying, opening, dragging and the bin, as requested by the page.
import { beforeEach, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { mainRequests } from '../../shared/contract/page.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { DesktopActions } from './desktop-actions.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

let engine: FakeEngine;
let toasts: Toasts;
let edits: Edits;
let gone: number[];
let all: string[];
let loaded: number;
let desktop: DesktopActions;
const both = [photoId(1), photoId(2)];
const messages = () => toasts.list.map(({ message }) => message);

beforeEach(() => {
  engine = fakeEngine();
  toasts = new Toasts();
  edits = new Edits(engine.ask, toasts, () => undefined);
  gone = [];
  all = [];
  desktop = new DesktopActions(
    engine.ask,
    toasts,
    edits,
    (ids) => {
      gone.push(...ids);
      return () => all.push('shown again');
    },
    () => loaded++,
  );
  loaded = 0;
});

it('says how many files were copied, and how many are not there', async () => {
  desktop.copy(both, 'paths');
  await expect.poll(messages).toEqual(['2 paths copied']);
  engine.answer({ 'app.copy': { copied: 1 } });
  desktop.copy(both, 'files');
  await expect.poll(messages).toContain('1 file copied; 1 file is not there now');
  expect(engine.sent('app.copy').map(({ what }) => what)).toEqual(['paths', 'files']);
});

it('takes those photos out of the window that were moved to the bin, and none if the person declined', async () => {
  engine.answer({ 'app.moveToBin': null });
  desktop.moveToBin(both);
  await expect.poll(() => engine.sent('app.moveToBin')).toHaveLength(1);
  expect([gone, messages()]).toEqual([[], []]);
  engine.answer({ 'app.moveToBin': { moved: [photoId(2)], failed: 1, move: 0 } });
  desktop.moveToBin(both);
  await expect.poll(messages).toHaveLength(2);
  expect(messages()).toEqual([expect.stringContaining('could not move 1 photo'), '1 photo moved to the bin']);
  expect(gone).toEqual([2]);
});

it('takes photos out of the bin at an undo, and asks again before it moves them there once more', async () => {
  engine.answer({
    'app.moveToBin': { moved: both, failed: 0, move: 4 },
    'app.takeOutOfBin': { restored: 2, failed: 0 },
  });
  desktop.moveToBin(both);
  await expect.poll(messages).toEqual(['2 photos moved to the bin']);
  await edits.undo();
  expect(engine.sent('app.takeOutOfBin')).toEqual([{ move: 4 }]);
  expect([messages(), all]).toEqual([['Undone: 2 photos moved to the bin'], ['shown again']]);
  engine.answer({ 'app.moveToBin': null });
  await edits.redo();
  expect(engine.sent('app.moveToBin')).toHaveLength(2);
  engine.answer({ 'app.moveToBin': { moved: both, failed: 0, move: 5 } });
  await edits.redo();
  await edits.undo();
  expect(engine.sent('app.takeOutOfBin').at(-1)).toEqual({ move: 5 });
});

it('does not say that it has redone a move that moved nothing', async () => {
  engine.answer({
    'app.moveToBin': { moved: both, failed: 0, move: 4 },
    'app.takeOutOfBin': { restored: 2, failed: 0 },
  });
  desktop.moveToBin(both);
  await expect.poll(messages).toHaveLength(1);
  await edits.undo();
  engine.answer({ 'app.moveToBin': { moved: [], failed: 2, move: 5 } });
  await edits.redo();
  expect(messages().at(-1)).toContain('could not move 2 photos');
  expect(edits.canRedo).toBe(true);
});

it('says at an undo what the bin did not give back', async () => {
  engine.answer({ 'app.takeOutOfBin': { restored: 0, failed: 2 } });
  desktop.moveToBin(both);
  await expect.poll(messages).toHaveLength(1);
  await edits.undo();
  expect(messages().join()).toContain('2 photos could not be taken out of the bin');
  await edits.undo();
  expect(messages().at(-1)).toContain('There is nothing to undo');
});

it('says so where the bin of the system gives no files back, and undoes what was done before next', async () => {
  engine.answer({ 'app.moveToBin': { moved: both, failed: 0, move: null } });
  desktop.moveToBin(both);
  await expect.poll(messages).toEqual(['2 photos moved to the bin']);
  expect(toasts.list[0]?.action).toBeNull();
  await edits.undo();
  expect(messages().at(-1)).toContain('Restore them there');
  await edits.undo();
  expect(messages().at(-1)).toContain('There is nothing to undo');
});

it('offers the programs for a photo by their names, and opens it with the chosen one', async () => {
  engine.answer({ 'app.programs': [{ id: 'gimp.desktop', name: 'GIMP' }], 'app.menu': { chosen: '0' } });
  desktop.openWith(photoId(1), { x: 3, y: 4 });
  await expect.poll(() => engine.sent('app.openWith')).toEqual([{ photoId: 1, programId: 'gimp.desktop' }]);
  const other = expect.objectContaining({ label: 'Other program…' }) as unknown;
  expect(engine.sent('app.menu')).toEqual([{ items: [{ id: '0', label: 'GIMP' }, 'line', other], at: { x: 3, y: 4 } }]);
  expect(loaded).toBe(0);
});

it('offers the likeliest of more programs than a menu has room for', async () => {
  const programs = Array.from({ length: 80 }, (_, i) => ({ id: `${i}.desktop`, name: `Program ${i}` }));
  engine.answer({ 'app.programs': programs, 'app.menu': { chosen: '57' } });
  desktop.openWith(photoId(1), { x: 3, y: 4 });
  await expect.poll(() => engine.sent('app.openWith')).toEqual([{ photoId: 1, programId: '57.desktop' }]);
  const [menu] = engine.sent('app.menu');
  expect(mainRequests['app.menu'].params.safeParse(menu).success).toBe(true);
  expect(menu?.items).toHaveLength(60);
  expect(menu?.items.at(-1)).toMatchObject({ label: 'Other program…' });
});

it('asks for a program where none is known, and reads the list of chosen ones again', async () => {
  desktop.openWith(photoId(1), { x: 0, y: 0 });
  await expect.poll(() => loaded).toBe(1);
  expect(engine.sent('app.openWith')).toEqual([{ photoId: 1, programId: null }]);
  expect(engine.sent('app.menu')).toEqual([]);
  desktop.forgetProgram('/opt/gimp');
  await expect.poll(() => loaded).toBe(2);
  expect(engine.sent('app.forgetProgram')).toEqual([{ programId: '/opt/gimp' }]);
});

it('shows why the desktop could not do it', async () => {
  engine.answer({
    'app.openPhotos': () => {
      throw new Error('No program for it.');
    },
  });
  desktop.open([photoId(1)]);
  await expect.poll(messages).toEqual([expect.stringContaining('No program for it.')]);
});

it('opens some of many photos in other programs, and says how many it did not open', async () => {
  const many = Array.from({ length: 12 }, (_, n) => photoId(n + 1));
  desktop.open(many);
  await expect.poll(messages).toEqual(['At most 10 are opened at once; 2 were not opened.']);
  expect(engine.sent('app.openPhotos')).toEqual([{ photoIds: many.slice(0, 10) }]);
  toasts.list = [];
  engine.answer({ 'app.showInFolder': { folders: 10, left: 1 } });
  desktop.showInFolder(many);
  await expect.poll(messages).toEqual(['At most 10 folders are opened at once; 1 was not opened.']);
  expect(engine.sent('app.showInFolder')).toEqual([{ photoIds: many }]);
});

it('knows which photos are dragged', () => {
  desktop.drag(both);
  expect(desktop.dragged).toEqual([1, 2]);
  expect(engine.sent('app.dragOut')).toEqual([{ photoIds: [1, 2] }]);
});

it('refuses more photos than a request takes with one sentence that names the limit, before anything is sent', async () => {
  const many = Array.from({ length: 10_001 }, (_, n) => photoId(n + 1));
  const acts = [
    () => desktop.copy(many, 'paths'),
    () => desktop.drag(many),
    () => desktop.askToExport(many),
    () => desktop.moveToBin(many),
  ];
  for (const act of acts) {
    toasts.list = [];
    act();
    await expect
      .poll(messages)
      .toEqual(['These are 10,001 photos; at most 10,000 can be handled at once. Choose fewer.']);
  }
  expect(desktop.exporting).toBeNull();
  expect((['app.copy', 'app.dragOut', 'app.moveToBin'] as const).flatMap((method) => engine.sent(method))).toEqual([]);
});

it('refuses changes of more photos than a request takes in the same way', async () => {
  const many = Array.from({ length: 100_001 }, (_, n) => photoId(n + 1));
  expect(await edits.favourite(many, true)).toBe(false);
  expect(messages()).toEqual(['These are 100,001 photos; at most 100,000 can be handled at once. Choose fewer.']);
  expect(engine.sent('edits.apply')).toEqual([]);
});
