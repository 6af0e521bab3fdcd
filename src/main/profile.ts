// Where the window keeps what Chromium stores, its own state and the log: apart for each library named by hand.
import { app } from 'electron';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** A library named on the command line has its own profile, and with it its own single-instance lock. */
export function useProfile(library: string | null): void {
  app.setName('Hashlens');
  if (library !== null) {
    const profile = path.join(library, 'window');
    mkdirSync(profile, { recursive: true });
    app.setPath('userData', profile);
  }
  app.setAppLogsPath(path.join(app.getPath('userData'), 'logs'));
}
