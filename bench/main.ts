// `npm run -s bench -- <name> [flags] [--record]`: runs the benchmark bench/<name>.ts with the flags. `--record`
// also writes its output to docs/measurements.md, with machine and date.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withSection } from './lib/measurements.ts';
import { machine } from './lib/report.ts';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3));
const [name, ...given] = process.argv.slice(2);
const flags = given.filter((flag) => flag !== '--record');

if (name === undefined || !names.includes(name)) {
  console.error(`Name one of: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['inherit', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  process.exitCode = status;
  if (given.includes('--record') && status === 0) {
    const page = new URL('../docs/measurements.md', import.meta.url);
    const command = ['npm run -s bench --', name, ...flags].join(' ');
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(page, withSection(readFileSync(page, 'utf8'), { name, command, machine: machine(), date, output }));
  }
}
