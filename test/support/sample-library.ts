// The sample album, indexed once for all integration tests, of which each gets a copy.
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { resourcesDir, sampleAlbum } from './resources.ts';
import { temporaryFolder } from './temporary.ts';

/** Makes the library of which all get a copy, where no test has done so yet. */
async function original(): Promise<string> {
  const folder = inject('sharedFolder');
  const library = join(folder, 'sample-library');
  if (existsSync(library)) return library;
  // Two specs may get here at once, each in a process: the library of the first one is kept.
  const own = mkdtempSync(join(folder, 'making-'));
  const engine = openEngine({ libraryDir: own, resourcesDir, interactive: false, emit: () => undefined });
  const { job } = await engine.api['folders.add']({ path: sampleAlbum });
  const { state, error } = await engine.finished(job.id);
  await engine.close();
  if (state !== 'done') throw new Error(`the sample album was not indexed: ${error?.message ?? state}`);
  try {
    renameSync(own, library);
  } catch {
    rmSync(own, { recursive: true });
  }
  return library;
}

/** Makes this folder a library that has indexed the sample album in its place. @param folder empty, or missing */
export async function copySampleLibrary(folder: string): Promise<void> {
  cpSync(await original(), folder, { recursive: true });
}

/** A folder with a library that has indexed the sample album, for one test. */
export async function sampleLibrary(): Promise<string> {
  const folder = temporaryFolder();
  await copySampleLibrary(folder);
  return folder;
}
