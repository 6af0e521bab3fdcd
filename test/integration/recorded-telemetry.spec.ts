// Events that ONNX Runtime recorded under earlier releases, and the opening of a library.
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { telemetryFolder } from '../../src/engine/store/telemetry-store.ts';
import { recordEvents } from '../support/recorded-events.ts';
import { resourcesDir } from '../support/resources.ts';
import { temporaryFolder } from '../support/temporary.ts';

// macOS has one folder of caches for all programs, which a test cannot replace.
describe.skipIf(process.platform === 'darwin')('opening a library', () => {
  let libraryDir: string;
  const open = () => {
    const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
    onTestFinished(() => engine.close());
    return engine;
  };

  beforeEach(() => {
    libraryDir = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());
  });
  afterEach(() => vi.unstubAllEnvs());

  it('deletes the recorded events, once for each library', async () => {
    recordEvents(telemetryFolder(), process.execPath);
    await open().close();
    expect(existsSync(telemetryFolder())).toBe(false);
    const file = recordEvents(telemetryFolder(), process.execPath);
    await open().close();
    expect(existsSync(file)).toBe(true);
    libraryDir = temporaryFolder();
    await open().close();
    expect(existsSync(telemetryFolder())).toBe(false);
  });

  it('tries again at the next start where another program uses their store', async () => {
    const file = recordEvents(telemetryFolder(), process.execPath);
    const other = new Database(file);
    other.exec('BEGIN EXCLUSIVE');
    await open().close();
    other.exec('ROLLBACK');
    expect(other.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    other.close();
    await open().close();
    expect(existsSync(telemetryFolder())).toBe(false);
  });
});
