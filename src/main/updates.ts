// Looks for a newer release at the address in `app-update.yml`, when a person asks. A release without the file sends
// no request.
import type { AppUpdater } from 'electron-updater';
import { load } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { firstLine, HashlensError } from '../shared/errors.ts';

/** Largest number of characters of a reason to show. */
const mostReason = 200;

const feedFile = z.object({ url: z.url({ protocol: /^https?$/ }) });

/** Host of the update address below this folder of resources; null without an address. */
export function updateHost(resources: string | null): string | null {
  if (resources === null) return null;
  const file = path.join(resources, 'app-update.yml');
  if (!existsSync(file)) return null;
  const feed = feedFile.safeParse(load(readFileSync(file, 'utf8')));
  return feed.success ? new URL(feed.data.url).hostname : null;
}

/** Downloads of a release are checked against the SHA-512 sum that its address names. */
export class Updates {
  readonly host: string | null;
  readonly #onProgress: (percent: number) => void;

  constructor(host: string | null, onProgress: (percent: number) => void) {
    this.host = host;
    this.#onProgress = onProgress;
  }

  /** Version of a newer release, or null. Throws `offline` if the address does not answer. */
  async check(): Promise<string | null> {
    const updater = await this.#updater();
    const found = await updater.checkForUpdates().catch(offline('The address for updates did not answer'));
    if (found === null)
      throw new HashlensError('not-allowed', 'This copy of Hashlens was not installed from a package.');
    return found.isUpdateAvailable ? found.updateInfo.version : null;
  }

  /** Throws `offline` if the download fails or differs from its sum. */
  async download(): Promise<void> {
    const updater = await this.#updater();
    await updater.downloadUpdate().catch(offline('The new version could not be downloaded'));
  }

  /** Quits, installs the downloaded release, and starts again. */
  async install(): Promise<void> {
    (await this.#updater()).quitAndInstall();
  }

  /** Loaded at its first use: most starts ask for no update. */
  async #updater(): Promise<AppUpdater> {
    if (this.host === null) throw new HashlensError('not-allowed', 'This build names no address for updates.');
    const { autoUpdater } = (await import('electron-updater')).default;
    autoUpdater.autoDownload = false;
    autoUpdater.autoInstallOnAppQuit = false;
    autoUpdater.removeAllListeners('download-progress');
    autoUpdater.on('download-progress', ({ percent }) => this.#onProgress(percent));
    // The caller gets each error as a rejection; an event without a listener would be thrown as well.
    if (autoUpdater.listenerCount('error') === 0) autoUpdater.on('error', () => undefined);
    return autoUpdater;
  }
}

/** Throws `offline` with the failed action and the updater's reason. */
const offline =
  (what: string) =>
  (cause: unknown): never => {
    throw new HashlensError('offline', `${what} (${firstLine(cause).slice(0, mostReason)}).`, { cause });
  };
