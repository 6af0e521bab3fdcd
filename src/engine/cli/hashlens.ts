// The command line: the engine's methods as commands, results on stdout, progress and logs on stderr.
import { enableCompileCache } from '../runtime/compile-cache.ts';

enableCompileCache();
const { runCommand } = await import('./run.ts');
await runCommand(process.argv.slice(2));
