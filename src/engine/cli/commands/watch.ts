// `hashlens watch`: keeps the library in step with its folders until Ctrl+C.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineEvent } from '../../../shared/contract/engine.ts';
import { note, print, printJson } from '../output.ts';
import { locateLibrary } from '../locate-library.ts';
import { connectEngine } from '../serve-client.ts';
import { stopSignal } from '../stop.ts';
import { jsonOption, paths } from './options.ts';

export function watchCommand(program: Command): void {
  program
    .command('watch')
    .description('index changes in the folders of the library as they happen; Ctrl+C ends it')
    .argument('[folder...]', 'folders of photos to add first', paths, [])
    .addOption(jsonOption())
    .action(async (folders: string[], { json }: { json?: true }, command: Command) => {
      const library = locateLibrary(command.optsWithGlobals<{ library?: string }>().library);
      const stopped = stopSignal();
      const served = await connectEngine(library.libraryDir, () => undefined, note);
      if (served !== null) {
        await served.close();
        if (json) return printJson({ kind: 'served' });
        return print('`hashlens serve` has this library open and watches its folders already.');
      }
      const { openEngine } = await import('../../engine.ts');
      const engine = openEngine({
        ...library,
        interactive: true,
        watchFolders: true,
        emit: json ? emitJson : printIndexed,
      });
      try {
        for (const path of folders) await engine.api['folders.add']({ path: resolve(path) });
        if (!json) print(`Watching the folders of ${library.libraryDir}. Ctrl+C ends it.`);
        await stopped;
      } finally {
        await engine.close();
      }
    });
}

/** One line for each finished index job and each notice. */
function emitJson(event: EngineEvent): void {
  if (event.type === 'notice') printJson({ kind: 'notice', ...event.notice });
  else if (event.type === 'job' && event.job.kind === 'index' && event.job.finishedAt !== null) {
    const { error, result } = event.job;
    printJson({ kind: 'indexed', error, result });
  }
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
