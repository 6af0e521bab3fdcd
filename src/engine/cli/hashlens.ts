// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { Command, CommanderError } from 'commander';
import { HashlensError } from '../../shared/errors.ts';
import { benchCommand } from './commands/bench.ts';
import { duplicatesCommand } from './commands/duplicates.ts';
import { encodersCommand } from './commands/encoders.ts';
import { indexCommand } from './commands/index-photos.ts';
import { doctorCommand, statusCommand } from './commands/library.ts';
import { modelsCommand } from './commands/models.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { trainCommand } from './commands/train.ts';
import { exitCodes, reportError, writeUsage } from './output.ts';

const program = new Command('hashlens')
  .description('Search your own photos in your own words, offline, and teach it from your own captions and tags.')
  .option('--library <dir>', 'where the library lives (default: the application-data folder)')
  .showHelpAfterError('(hashlens --help shows how it is used)')
  .configureOutput({ writeErr: writeUsage })
  .exitOverride();
for (const add of [
  indexCommand,
  trainCommand,
  searchCommand,
  duplicatesCommand,
  modelsCommand,
  encodersCommand,
  statusCommand,
  doctorCommand,
  serveCommand,
  benchCommand,
]) {
  add(program);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already printed; showing help on request is no mistake.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    reportError(error);
    process.exitCode =
      error instanceof HashlensError && error.code === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
  }
}
