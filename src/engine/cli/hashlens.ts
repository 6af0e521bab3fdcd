// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { enableCompileCache } from '../runtime/compile-cache.ts';

/** Ends the program as SIGPIPE ends others: a reader such as `head` has closed the pipe. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(141);
}

process.stdout.on('error', endWithReader);
process.stderr.on('error', endWithReader);
enableCompileCache();
const { runCommand } = await import('./run.ts');
await runCommand(process.argv.slice(2));
