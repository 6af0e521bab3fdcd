// `hashlens watch`: keeps the library up with its folders until Ctrl+C.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineEvent } from '../../../shared/contract/engine.ts';
import { note, print } from '../output.ts';
import { locateLibrary } from '../locate-library.ts';
import { connectEngine } from '../remote.ts';
import { paths } from './options.ts';

export function watchCommand(program: Command): void {
  program
    .command('watch')
    .description('index what changes in the folders of the library, as it changes; Ctrl+C ends it')
    .argument('[folder...]', 'folders of photos to add first', paths, [])
    .action(async (folders: string[], _options: unknown, command: Command) => {
      const library = locateLibrary(command.optsWithGlobals<{ library?: string }>().library);
      const told = new Promise<void>((stop) => {
        process.once('SIGINT', () => stop());
        process.once('SIGTERM', () => stop());
      });
      const served = await connectEngine(library.libraryDir, () => undefined, note);
      if (served !== null) {
        await served.close();
        return print('`hashlens serve` has this library open and watches its folders already.');
      }
      const { openEngine } = await import('../../engine.ts');
      const engine = openEngine({ ...library, interactive: true, watchFolders: true, emit: printIndexed });
      try {
        for (const path of folders) await engine.api['folders.add']({ path: resolve(path) });
        print(`Watching the folders of ${library.libraryDir}. Ctrl+C ends it.`);
        await told;
      } finally {
        await engine.close();
      }
    });
}

function printIndexed(event: EngineEvent): void {
  if (event.type === 'notice') note(event.notice.message);
  if (event.type !== 'job' || event.job.kind !== 'index' || event.job.finishedAt === null) return;
  const { error, result } = event.job;
  if (error !== null) note(error.message);
  else if (result !== null && result.indexed + result.failed > 0) {
    print(`${result.indexed} indexed, ${result.unchanged} unchanged, ${result.failed} failed`);
  }
}
