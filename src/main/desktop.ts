// Requests that main answers itself, because they need a dialog or the desktop.
import { app, BrowserWindow, clipboard, dialog, shell } from 'electron';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import type { mainRequests, MainMethod, PageResult } from '../shared/contract/page.ts';
import { language, m } from '../language/language.ts';
import { firstLine, HashlensError } from '../shared/errors.ts';
import { runRecords, runsAsCsv } from '../shared/runs.ts';
import { chooseFromMenu } from './context-menu.ts';
import { otherElectron } from './electron-version.ts';
import type { EngineProcess } from './engine-process.ts';
import type { LoginStart } from './login-start.ts';
import { OpenWith, startProgram } from './open-with.ts';
import type { PreferenceFile } from './preferences.ts';
import type { PhotoDesktop } from './photo-desktop.ts';
import { installedPrograms, programPlaces } from './programs.ts';
import { addConnection, publishAsked } from './shared-desktop.ts';
import type { Updates } from './updates.ts';
import { frontWindow } from './window.ts';

export type DesktopRequests = {
  readonly [M in MainMethod]: (params: z.output<(typeof mainRequests)[M]['params']>) => Promise<PageResult<M>>;
};

export function answerDesktopRequests(
  engine: EngineProcess,
  updates: Updates,
  photos: PhotoDesktop,
  preferences: PreferenceFile,
  loginStart: LoginStart,
): DesktopRequests {
  const openWith = new OpenWith(preferences, {
    file: (photoId) => photos.file(photoId),
    installed: async (type) =>
      process.platform === 'linux' ? installedPrograms(type, programPlaces(process.env), [language()]) : [],
    ask: chooseProgram,
    start: startProgram,
  });
  return {
    'app.info': () =>
      Promise.resolve({
        version: app.getVersion(),
        health: engine.health,
        otherElectron: otherElectron(process.versions.electron, packageFile.devDependencies.electron),
        updates: updates.host !== null,
      }),
    'app.preferences': (change) => Promise.resolve(preferences.change(change)),
    'app.language': () => Promise.resolve(language()),
    'app.checkForUpdates': async () => ({ newer: await updates.check() }),
    'app.downloadUpdate': async () => {
      await updates.download();
      return null;
    },
    'app.installUpdate': async () => {
      await updates.install();
      return null;
    },
    'app.chooseFolder': async () => {
      const path = await chooseFolder(m.desktop_add());
      return path === null ? null : engine.request('folders.add', { path });
    },
    'app.relocateFolder': async ({ folderId }) => {
      const path = await chooseFolder(m.desktop_relocate());
      return path === null ? null : engine.request('folders.relocate', { folderId, path });
    },
    'app.chooseEncoderFolder': async () => {
      const path = await chooseFolder(m.desktop_encoder());
      return path === null ? null : engine.request('encoders.add', { path });
    },
    'app.showFolder': async ({ folderId }) => {
      const { folders } = await engine.request('library.status', {});
      const folder = folders.find(({ id }) => id === folderId);
      if (folder === undefined) throw new HashlensError('not-found', 'This folder is not in the library.');
      const problem = await shell.openPath(folder.path);
      if (problem !== '') throw new HashlensError('io-error', `${folder.path} could not be opened: ${problem}.`);
      return null;
    },
    'app.showInFolder': ({ photoIds }) => photos.showInFolder(photoIds),
    'app.showFailure': async ({ failureId }) => {
      const failure = (await engine.request('library.failures', {})).find(({ id }) => id === failureId);
      if (failure === undefined)
        throw new HashlensError('not-found', 'This file is no longer among those that failed.');
      shell.showItemInFolder(failure.path);
      return null;
    },
    'app.openPhotos': async ({ photoIds }) => (await photos.open(photoIds), null),
    'app.programs': ({ photoId }) => openWith.programs(photoId),
    'app.openWith': async ({ photoId, programId }) => (await openWith.open(photoId, programId), null),
    'app.forgetProgram': ({ programId }) => {
      openWith.forget(programId);
      return Promise.resolve(null);
    },
    'app.restoreProgram': ({ programId }) => {
      openWith.restore(programId);
      return Promise.resolve(null);
    },
    'app.copy': async ({ photoIds, what }) => ({ copied: await photos.copy(photoIds, what) }),
    'app.copyText': async ({ text }) => (await clipboard.writeText(text), null),
    'app.dragOut': async ({ photoIds }) => (await photos.drag(photoIds), null),
    'app.moveToBin': ({ photoIds }) => photos.moveToBin(photoIds),
    'app.takeOutOfBin': ({ move }) => photos.takeOutOfBin(move),
    'app.exportCopies': async (wanted) => {
      const folder = await chooseFolder(m.desktop_copies(), {
        buttonLabel: m.desktop_export(),
        properties: ['openDirectory', 'createDirectory'],
      });
      return folder === null ? null : engine.request('copies.make', { ...wanted, folder });
    },
    'app.addConnection': (wanted) => addConnection(engine, wanted),
    'app.publish': (wanted) => publishAsked(engine, wanted),
    'app.showCopies': async ({ jobId }) => {
      const folder = (await engine.request('jobs.list', {})).find(({ id }) => id === jobId)?.copies?.folder;
      if (folder === undefined) throw new HashlensError('not-found', 'These copies are no longer known.');
      const problem = await shell.openPath(folder);
      if (problem !== '') throw new HashlensError('io-error', `${folder} could not be opened: ${problem}.`);
      return null;
    },
    'app.saveRuns': async ({ format }) => {
      const models = await engine.request('models.list', {});
      const text = format === 'csv' ? runsAsCsv(models) : `${JSON.stringify(runRecords(models), null, 2)}\n`;
      return { saved: await saveAs(`hashlens-runs.${format}`, text) };
    },
    'app.saveChart': async ({ png }) => {
      const bytes = Buffer.from(png, 'base64');
      if (!bytes.subarray(0, pngSignature.length).equals(pngSignature)) {
        throw new HashlensError('bad-argument', 'A chart is saved as PNG alone.');
      }
      return { saved: await saveAs('hashlens-runs.png', bytes) };
    },
    'app.exportModel': async ({ modelId }) => {
      const folder = await askWhere(modelId);
      if (folder !== null) await engine.request('models.export', { modelId, path: folder });
      return { saved: folder };
    },
    'app.importModel': async () => {
      const folder = await chooseFolder(m.desktop_model());
      return folder === null ? null : engine.request('models.import', { path: folder });
    },
    'app.menu': async (menu) => ({ chosen: await chooseFromMenu(menu) }),
    'app.fullScreen': ({ on }) => {
      BrowserWindow.getAllWindows()[0]?.setFullScreen(on);
      return Promise.resolve(null);
    },
    'app.startAtLogin': async ({ on }) => {
      if (on !== undefined) await loginStart.set(on);
      return { on: loginStart.isOn };
    },
    'app.repairLibrary': async () => {
      await engine.repair();
      return null;
    },
    'app.restartEngine': () => {
      engine.start();
      return Promise.resolve(null);
    },
  };
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Asks for the place of a new file or folder. @returns its path; null if the person closed the dialog */
async function askWhere(name: string): Promise<string | null> {
  const options: Electron.SaveDialogOptions = { defaultPath: path.join(app.getPath('documents'), name) };
  const window = frontWindow();
  const choice = await (window === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
  return choice.canceled || choice.filePath === '' ? null : choice.filePath;
}

/** Writes to a file that the person chooses. @returns its path; null if they closed the dialog */
async function saveAs(name: string, content: string | Buffer): Promise<string | null> {
  const file = await askWhere(name);
  if (file === null) return null;
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new HashlensError('io-error', `${file} cannot be written: ${firstLine(error)}.`);
  }
  return file;
}

const programFolders: Partial<Record<NodeJS.Platform, string | undefined>> = {
  darwin: '/Applications',
  linux: '/usr/bin',
  win32: process.env['ProgramFiles'],
};

const chooseProgram = (): Promise<string | null> =>
  choosePath(m.desktop_program(), {
    buttonLabel: m.desktop_open_with(),
    defaultPath: programFolders[process.platform] ?? '/',
    properties: ['openFile'],
    ...(process.platform === 'win32' ? { filters: [{ name: m.desktop_programs(), extensions: ['exe'] }] } : {}),
  });

const chooseFolder = (title: string, more: Electron.OpenDialogOptions = {}): Promise<string | null> =>
  choosePath(title, { properties: ['openDirectory'], ...more });

/** Asks for a file or a folder, as the options say. @returns its path; null if the person closed the dialog */
async function choosePath(title: string, more: Electron.OpenDialogOptions): Promise<string | null> {
  const options: Electron.OpenDialogOptions = { title, ...more };
  const window = frontWindow();
  const choice = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return choice.canceled ? null : (choice.filePaths[0] ?? null);
}
