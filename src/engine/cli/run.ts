// Runs one command line to its end: output and exit code.
import { CommanderError } from 'commander';
import { HashlensError } from '../../shared/errors.ts';
import { exitCodes, reportError } from './output.ts';
import { hashlensProgram } from './program.ts';

/** Sets `process.exitCode` where the command fails. @param args without the names of Node and the program */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await hashlensProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed; help on request is not an error.
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    } else {
      reportError(error);
      const stopped = error instanceof HashlensError && (error.code === 'cancelled' || error.code === 'paused');
      process.exitCode = stopped ? exitCodes.cancelled : exitCodes.failed;
    }
  }
}
