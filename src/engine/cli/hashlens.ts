// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { CommanderError } from 'commander';
import { HashlensError } from '../../shared/errors.ts';
import { exitCodes, reportError } from './output.ts';
import { hashlensProgram } from './program.ts';

try {
  await hashlensProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already printed; help on request is no mistake.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    reportError(error);
    const stopped = error instanceof HashlensError && (error.code === 'cancelled' || error.code === 'paused');
    process.exitCode = stopped ? exitCodes.cancelled : exitCodes.failed;
  }
}
