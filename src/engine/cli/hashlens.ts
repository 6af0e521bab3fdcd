// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { keepCompiled } from '../runtime/compile-cache.ts';

keepCompiled();
const { runCommand } = await import('./run.ts');
await runCommand(process.argv.slice(2));
