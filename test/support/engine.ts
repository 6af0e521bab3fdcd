// A real engine on a real library in a temporary folder, and an album of real photos for it.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { engineRequests, type EngineEvent, type Params } from '../../src/shared/contract/engine.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import type { IndexResult } from '../../src/shared/contract/indexing.ts';
import type { QueryAnswer } from '../../src/shared/contract/search.ts';
import { openEngine, type Engine, type EngineOptions } from '../../src/engine/engine.ts';
import { temporaryFolder } from './temporary.ts';
import { resourcesDir, sampleAlbum } from './resources.ts';

export { resourcesDir, sampleAlbum };

export interface TestEngine extends Engine {
  readonly libraryDir: string;
  readonly events: EngineEvent[];
  /** Indexes the folder to the end. */
  index(path: string): Promise<IndexResult>;
  finish(job: Job): Promise<Job>;
}

export function testEngine(
  libraryDir: string = temporaryFolder(),
  options: Pick<EngineOptions, 'videoFrames'> & Partial<Pick<EngineOptions, 'interactive'>> = {},
): TestEngine {
  const events: EngineEvent[] = [];
  const engine = openEngine({
    libraryDir,
    resourcesDir,
    interactive: true,
    ...options,
    emit: (event) => events.push(event),
  });
  let open = true;
  const close = async () => {
    if (open) await engine.close();
    open = false;
  };
  onTestFinished(close);
  const finish = async (job: Job) => {
    const ended = await engine.finished(job.id);
    if (ended.error) throw new Error(`${ended.error.code}: ${ended.error.message}`);
    return ended;
  };
  return {
    ...engine,
    close,
    libraryDir,
    events,
    finish,
    index: async (path) => {
      const { job } = await engine.api['folders.add']({ path });
      const { result } = await finish(job);
      if (!result) throw new Error('an index job without a result');
      return result;
    },
  };
}

export interface IndexedAlbum {
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

/** An engine that has indexed an album, for all tests of a `describe`. @param fill puts photos into the folder `album` */
export async function indexedAlbum(fill: (album: string) => void | Promise<void>): Promise<IndexedAlbum> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  const album = join(folder, 'album');
  mkdirSync(album);
  await fill(album);
  const libraryDir = join(folder, 'library');
  const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
  const { job } = await engine.api['folders.add']({ path: album });
  await engine.finished(job.id);
  const close = async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { engine, close };
}

/** Searches as the command line and the window do: through the schema. */
export const search = ({ api }: Pick<Engine, 'api'>, query: Params<'search.query'>): Promise<QueryAnswer> =>
  api['search.query'](engineRequests['search.query'].params.parse(query));

/** File names of the photos found, in their order. */
export const fileNames = (answer: QueryAnswer): string[] => answer.hits.map((hit) => basename(hit.path));

/** A folder with some photos of the sample album, by name, without their captions. */
export function albumWith(...photos: readonly string[]): string {
  const folder = join(temporaryFolder(), 'album');
  mkdirSync(folder);
  for (const photo of photos) cpSync(join(sampleAlbum, photo), join(folder, photo.replace(/.*\//, '')));
  return folder;
}
