// `hashlens serve`: keeps an engine ready, so that other commands on the same library answer at once.
import type { Command } from 'commander';
import { searchQuery } from '../../../shared/contract/search.ts';
import { print, printJson } from '../output.ts';
import { locateLibrary } from '../locate-library.ts';
import { stopSignal } from '../stop.ts';
import { jsonOption } from './options.ts';

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('keep the library open, so that other commands on it answer at once; Ctrl+C ends it')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      const paths = locateLibrary(command.optsWithGlobals<{ library?: string }>().library);
      // Listen from the beginning: a signal while the engine is being opened must end in an orderly way too.
      const stopped = stopSignal();
      // Imported here, so that other commands do not load the engine's code.
      const { openEngine } = await import('../../engine.ts');
      const { openServer } = await import('../server.ts');
      const server = await openServer(paths.libraryDir, (emit) =>
        openEngine({ ...paths, interactive: true, watchFolders: true, emit }),
      );
      const { engine, address } = server;
      // Opens encoder, model and index, as the first search would; an empty library has nothing to open.
      const warmUp = searchQuery.parse({ text: 'a photo', limit: 1, log: false });
      await engine.api['search.query'](warmUp).catch(() => undefined);
      if (options.json) printJson({ library: paths.libraryDir, address, pid: process.pid });
      else print(`Serving ${paths.libraryDir} at ${address}; other commands on it use this one. Ctrl+C ends it.`);
      await stopped;
      await server.close();
    });
}
