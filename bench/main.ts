// `npm run -s bench -- <name> [flags]`: runs the benchmark bench/<name>.ts with the flags.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3));
const [name, ...flags] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  console.error(`Say which: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  process.exitCode = spawnSync(process.execPath, [program, ...flags], { stdio: 'inherit' }).status ?? 1;
}
