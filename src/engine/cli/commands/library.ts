// `hashlens status` and `hashlens doctor`: what the library holds, and whether everything works.
import type { Command } from 'commander';
import { note, print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption } from './options.ts';

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('what the library holds')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const status = await engine.api['library.status']({});
        if (options.json) return printJson(status);
        printTable(
          ['', ''],
          [
            ['Library', status.libraryDir],
            ['Photos', status.photos],
            ['Captions', status.captions],
            ['Tags', status.tags],
            ['Codes', status.codes],
            ['Failures', status.failures],
            ['Missing files', status.missing],
            ['Offline folders', status.offlineFolders],
            ['Encoder', status.encoder],
            ['Hash model', status.model ?? '-'],
          ],
        );
        for (const { message } of status.notices) note(message);
        for (const f of status.folders)
          print(`  ${f.path} (${f.photos} photos${f.state === 'offline' ? ', offline' : ''})`);
      });
    });
}

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check that everything works on this machine')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const checks = await engine.api['library.doctor']({});
        if (options.json) printJson(checks);
        else for (const c of checks) print(`${c.state.padEnd(8)} ${c.name}: ${c.detail}`);
        if (checks.some((c) => c.state === 'error')) process.exitCode = 1;
      });
    });
}
