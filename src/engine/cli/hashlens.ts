// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { runCommand } from './run.ts';

await runCommand(process.argv.slice(2));
