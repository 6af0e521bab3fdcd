// `hashlens status` and `hashlens doctor`: what the library holds, and whether everything works.
import type { Check, OptionalPart } from '../../../shared/contract/library.ts';
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

/** How the optional parts are added to a copy of the source. */
const howToInstall: Readonly<Record<OptionalPart, string>> = {
  cuda: '`ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install` (Linux with an NVIDIA card)',
  tensorflow: '`npm install @tensorflow/tfjs-node-gpu` (needs CUDA 11)',
};

function lineOf({ state, name, detail, notInstalled }: Check): string {
  const how = notInstalled === undefined ? '' : `; in a copy of the source: ${howToInstall[notInstalled]}`;
  return `${state.padEnd(8)} ${name}: ${detail}${how}`;
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
        else for (const c of checks) print(lineOf(c));
        if (checks.some((c) => c.state === 'error')) process.exitCode = 1;
      });
    });
}
