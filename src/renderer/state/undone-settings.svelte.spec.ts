// Undo of changes that are not about photos: settings, presets, trainings and models.
import { describe, expect, it } from 'vitest';
import { encoder, fileFailure, job, model, ocrStatus } from '../../../test/support/contract-values.ts';
import { startPage, type Page } from '../../../test/support/page.ts';
import { connection } from '../../../test/support/shared-values.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { WantedDevice } from '../../shared/contract/encoders.ts';
import type { ConnectionId, FailureId, ModelId } from '../../shared/contract/ids.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { presetOptions, type TrainingPreset } from '../../shared/contract/training.ts';

const last = ({ app }: Page) => app.toasts.list.at(-1)?.message;

describe('a setting', () => {
  it('has its earlier value again after an undo, and the later one after a redo', async () => {
    const page = await startPage();
    const { app, sent } = page;
    await app.preferences.choose({ appearance: 'dark' }, () => 'Colours');
    expect(last(page)).toBe('Setting changed: Colours');
    await app.edits.undo();
    expect(app.preferences.now.appearance).toBe('system');
    await app.edits.redo();
    expect(app.preferences.now.appearance).toBe('dark');
    expect(sent('app.preferences').slice(1)).toEqual(['dark', 'system', 'dark'].map((appearance) => ({ appearance })));
  });

  it('that is set back while its change waits has its earlier value', async () => {
    const { app, sent } = await startPage();
    await Promise.all([
      app.preferences.choose({ appearance: 'dark' }, () => 'Colours'),
      app.preferences.choose({ appearance: 'system' }, () => 'Colours'),
    ]);
    expect(app.preferences.now.appearance).toBe('system');
    expect(sent('app.preferences').slice(1)).toEqual([{ appearance: 'dark' }, { appearance: 'system' }]);
  });

  it('that was not stored has its earlier value, and is no step', async () => {
    const page = await startPage();
    const { app, answer } = page;
    answer({ 'app.preferences': () => Promise.reject(new HashlensError('disk-full', 'There is no room left.')) });
    await app.preferences.choose({ tray: true }, () => 'Go on in the tray');
    expect([app.preferences.now.tray, app.edits.canUndo]).toEqual([false, false]);
  });

  it('of the background work, of the start and of sidecars is undone too', async () => {
    const settings = { onlyWhenIdle: false, onlyOnPower: false, speed: 'leave-one' as const };
    const page = await startPage({
      'jobs.settings': (change) => ({ ...Object.assign(settings, change), threads: null, threadsNow: 1, coreCount: 2 }),
      'metadata.writing': ({ allowed }) => ({ allowed: allowed ?? false }),
    });
    const { app } = page;
    await app.preferences.loadStartAtLogin();
    await app.library.setWork('onlyOnPower', true, 'Only with mains power');
    await app.library.allowSidecars(true);
    await app.preferences.startAtLogin(true);
    const now = () => [app.library.work?.onlyOnPower, app.library.writesSidecars, app.preferences.startsAtLogin];
    expect(now()).toEqual([true, true, true]);
    for (let n = 0; n < 3; n++) await app.edits.undo();
    expect(now()).toEqual([false, false, false]);
  });
});

describe('undo', () => {
  it('chooses the earlier encoder again, with the hash model that was in use', async () => {
    let inUse = 'starter';
    const page = await startPage({
      'encoders.list': () => ['starter', 'clip'].map((id) => encoder({ id, name: id, active: id === inUse })),
      'encoders.use': ({ encoderId }) => {
        inUse = encoderId;
        return null;
      },
      'models.list': [model('mine', { active: true })],
      'models.activate': job({ kind: 'encode' }),
    });
    const { app, sent } = page;
    await app.library.load();
    await app.library.useEncoder('clip');
    expect([app.library.encoder?.id, last(page)]).toEqual(['clip', 'Encoder chosen: clip']);
    await app.edits.undo();
    expect([app.library.encoder?.id, sent('models.activate')]).toEqual(['starter', [{ modelId: 'mine' }]]);
    await app.edits.redo();
    expect([app.library.encoder?.id, sent('models.activate')]).toEqual(['clip', [{ modelId: 'mine' }]]);
    await app.library.useEncoder('clip');
    await app.edits.undo();
    expect(app.library.encoder?.id).toBe('starter');
  });

  it('says that data of an encoder and text of photos that were removed do not come back', async () => {
    const page = await startPage({ 'encoders.remove': { bytes: 2_000_000 }, 'ocr.removeText': ocrStatus() });
    const { app } = page;
    await app.library.removeEncoder({ id: 'clip', name: 'CLIP' });
    expect(last(page)).toBe('2.0 MB are free now.');
    await app.edits.undo();
    expect(last(page)).toContain('Removed data of an encoder do not come back.');
    await app.ocr.removeText();
    await app.edits.undo();
    expect(last(page)).toContain('Removed text does not come back.');
  });

  it('switches the reading of text off that was switched on', async () => {
    const page = await startPage({
      'ocr.set': ({ on }) => ({ status: ocrStatus({ on }), job: null }),
      'ocr.status': ocrStatus(),
    });
    const { app, sent } = page;
    await app.ocr.load();
    await app.ocr.begin();
    await app.edits.undo();
    await app.edits.redo();
    expect([sent('ocr.set').map(({ on }) => on), app.ocr.status?.on]).toEqual([[true, false, true], true]);
  });

  it('puts a program on the list again, and the address of a shared library', async () => {
    let connections = [connection];
    const page = await startPage({
      'connections.list': () => connections,
      'connections.remove': () => {
        connections = [];
        return null;
      },
      'connections.restore': () => {
        connections = [connection];
        return connection;
      },
      'app.addConnection': { connection: { ...connection, id: 2 as ConnectionId }, names: [] },
    });
    const { app, sent } = page;
    app.desktop.forgetProgram('/opt/gimp');
    await expect.poll(() => last(page)).toBe('/opt/gimp removed from the list of programs');
    await app.edits.undo();
    expect(sent('app.restoreProgram')).toEqual([{ programId: '/opt/gimp' }]);
    await app.shared.load();
    await app.shared.remove(connection);
    expect([app.shared.connections, last(page)]).toEqual([[], '“family” at ben@server/photos removed from the list']);
    await app.edits.undo();
    expect(app.shared.connections).toEqual([connection]);
    await app.shared.add('postgresql://ben@server/photos', 'family', '');
    await app.edits.undo();
    expect(sent('connections.remove')).toEqual([{ connection: 1 }, { connection: 2 }]);
  });

  it('has unreadable files listed again that were ignored, and a redo ignores them', async () => {
    const [one, other] = [fileFailure({ id: 1 as FailureId }), fileFailure({ id: 2 as FailureId, isIgnored: true })];
    const page = await startPage({ 'library.ignoreFailures': null });
    const { app, sent } = page;
    await app.library.ignoreFailures([one, other], true);
    expect(last(page)).toBe('1 file ignored');
    await app.edits.undo();
    await app.edits.redo();
    const requests = [true, false, true].map((isIgnored) => ({ failureIds: [1], isIgnored }));
    expect(sent('library.ignoreFailures')).toEqual(requests);
    await app.library.ignoreFailures([other], true);
    expect(sent('library.ignoreFailures')).toHaveLength(3);
  });

  it('encodes on the earlier device again', async () => {
    let device: WantedDevice = 'cpu';
    const page = await startPage({
      'encoders.list': () => [encoder({ device: device === 'auto' ? 'cpu' : device })],
      'encoders.device': (chosen) => {
        ({ device } = chosen);
        return null;
      },
    });
    const { app } = page;
    await app.library.load();
    await app.library.useEncoderDevice(encoder({ device: 'cpu' }), 'webgpu');
    expect([device, last(page)]).toEqual(['webgpu', 'Setting changed: Device of the encoder']);
    await app.edits.undo();
    expect(device).toBe('cpu');
  });
});

it('brings a removed preset back, and the values that another one of its name has replaced', async () => {
  let presets: readonly TrainingPreset[] = [];
  const set = (list: readonly TrainingPreset[]) => (presets = list);
  const others = (name: string) => presets.filter((one) => one.name !== name);
  const page = await startPage({
    'train.presets': () => presets,
    'train.savePreset': ({ name, options }) => set([...others(name), { name, options: presetOptions.parse(options) }]),
    'train.removePreset': ({ name }) => set(others(name)),
  });
  const { training, edits } = page.app;
  training.showMethods();
  await expect.poll(() => training.form.method).not.toBe('');
  const now = () => presets.map(({ options }) => options.epochs);
  training.form.epochs = 7;
  await training.savePreset('Mine');
  training.form.epochs = 9;
  await training.savePreset('Mine');
  await training.removePreset('Mine');
  const states = [now()];
  for (const step of [edits.undo, edits.undo, edits.undo, edits.redo]) {
    await step();
    states.push(now());
  }
  expect(states).toEqual([[], [9], [7], [], [7]]);
  expect(training.presets).toEqual(presets);
});

describe('a model', () => {
  const id = 'mine' as ModelId;

  function library(isKept: boolean, active = true) {
    let models: readonly HashModelSummary[] = [model(id, { name: 'Old', note: 'first', active })];
    const kept = models;
    return startPage({
      'models.list': () => models,
      'models.describe': ({ name = '', note = '' }) => {
        models = models.map((one) => ({ ...one, name, note }));
        return null;
      },
      'models.keep': { isKept },
      'models.remove': () => {
        models = [];
        return job({ kind: 'encode' });
      },
      'models.restore': () => {
        models = kept;
        return null;
      },
    });
  }

  it('has its earlier name and note again after an undo', async () => {
    const { app } = await library(true);
    await app.training.describe(id, { name: 'New', note: '' });
    await app.edits.undo();
    expect(app.training.models[0]).toMatchObject({ name: 'Old', note: 'first' });
  });

  it('is said to be in use once search uses it, and to be prepared while its codes are made', async () => {
    const models = (isReady: boolean) => [model('old', { active: !isReady }), model(id, { active: isReady })];
    const page = await startPage({ 'models.list': models(false) });
    await page.app.training.activate(id);
    expect(last(page)).toBe('The codes of mine are being made; search uses it once they are ready');
    page.answer({ 'models.list': models(true) });
    await page.app.training.activate(id);
    expect(last(page)).toBe('Search uses the model mine');
  });

  it('that was removed comes back after an undo, in use if it was, and goes after a redo', async () => {
    const page = await library(true);
    const { app, sent } = page;
    await app.training.remove(id);
    expect([app.training.models, last(page)]).toEqual([[], 'Old removed']);
    await app.edits.undo();
    expect(app.training.models).toHaveLength(1);
    expect(sent('models.activate')).toEqual([{ modelId: id }]);
    await app.edits.redo();
    expect(app.training.models).toEqual([]);
    const unused = await library(true, false);
    await unused.app.training.remove(id);
    await unused.app.edits.undo();
    expect(unused.app.training.models).toHaveLength(1);
    expect(unused.sent('models.activate')).toEqual([]);
  });

  it('without whole files is removed for good, and an undo says so', async () => {
    const page = await library(false);
    await page.app.training.remove(id);
    await page.app.edits.undo();
    expect(last(page)).toBe('This model had no whole files, so it cannot be brought back.');
    expect(page.sent('models.restore')).toEqual([]);
  });
});
