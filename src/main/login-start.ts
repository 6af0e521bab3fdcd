// Start with the person's session. macOS and Windows keep a list of such programs; Linux has a file for each
// (freedesktop.org, Desktop Application Autostart Specification).
import { app } from 'electron';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { firstLine, HashlensError } from '../shared/errors.ts';
import { desktopEntry } from './desktop-entry.ts';
import { hiddenOption } from './launch.ts';
import { nameOf } from './profile.ts';
import { replaceFile } from './replace-file.ts';

/** Arguments of the start: they name the library if the command line named one. */
const argumentsFor = (library: string | null): string[] =>
  library === null ? [hiddenOption] : [hiddenOption, `--library=${library}`];

export class LoginStart {
  readonly #arguments: readonly string[];
  readonly #file: string;

  constructor(library: string | null) {
    this.#arguments = argumentsFor(library);
    this.#file = path.join(
      app.getPath('appData'),
      'autostart',
      library === null ? 'hashlens.desktop' : `hashlens-${nameOf(library)}.desktop`,
    );
  }

  /** Whether Hashlens starts with the session, as set in the system, where a person may have changed it. */
  get isOn(): boolean {
    if (process.platform === 'linux') return existsSync(this.#file);
    return app.getLoginItemSettings({ args: [...this.#arguments] }).openAtLogin;
  }

  /** @throws HashlensError `io-error` if the system's file cannot be written */
  async set(on: boolean): Promise<void> {
    if (process.platform !== 'linux') {
      app.setLoginItemSettings({ openAtLogin: on, args: [...this.#arguments] });
      return;
    }
    if (!on) return rm(this.#file, { force: true });
    // An AppImage is mounted at another place with each start. An Electron that runs the source needs its folder.
    const program = process.env['APPIMAGE'] ?? process.execPath;
    const command = app.isPackaged ? [program] : [program, app.getAppPath()];
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await replaceFile(this.#file, desktopEntry('Hashlens', [...command, ...this.#arguments]));
    } catch (error) {
      throw new HashlensError('io-error', `${this.#file} cannot be written: ${firstLine(error)}.`);
    }
  }
}
