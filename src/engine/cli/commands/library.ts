// `hashlens status`, `hashlens failures` and `hashlens doctor`: the contents of the library, unusable files, and a
// check of the installation.
import { resolve } from 'node:path';
import type { Check, OptionalPart } from '../../../shared/contract/library.ts';
import type { FileFailure } from '../../../shared/contract/indexing.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Command } from 'commander';
import type { Engine } from '../../engine.ts';
import { formatBytes, note, print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, several } from './options.ts';

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('the contents of the library')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const status = await engine.api['library.status']({});
        const storage = await engine.api['library.storage']({});
        if (options.json) return printJson({ ...status, storage });
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
            ['Database', formatBytes(storage.database)],
            ['Models', formatBytes(storage.models)],
            ['Encoders', formatBytes(storage.encoders)],
            ['Backups', `${storage.backups.files}, ${formatBytes(storage.backups.bytes)}`],
          ],
        );
        for (const { message } of status.notices) note(message);
        for (const f of status.folders)
          print(`  ${f.path} (${f.photos} photos${f.state === 'offline' ? ', offline' : ''})`);
      });
    });
}

export function failuresCommand(program: Command): void {
  program
    .command('failures')
    .description('files that could not be used, with reasons and the next try')
    .option('--ignore <path>', 'do not list this file any more until it has changed; may be given again', several)
    .option('--list-again <path>', 'list it again; may be given again', several)
    .option('--all', 'list the ignored ones too')
    .addOption(jsonOption())
    .action(async (options: FailuresOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        await ignore(engine, options.ignore, true);
        await ignore(engine, options.listAgain, false);
        const known = await engine.api['library.failures']({});
        const failures = known.filter(({ isIgnored }) => !isIgnored || options.all === true);
        if (options.json) return printJson(failures);
        if (known.length === 0) return print('Every photo could be used.');
        if (failures.length < known.length) note(`${known.length - failures.length} ignored; --all lists them.`);
        for (const failure of failures) {
          print(`${failure.path}: ${failure.message}`);
          print(`    ${nextTry(failure)}`);
        }
        note('`hashlens index --retry` tries all of them now.');
      });
    });
}

interface FailuresOptions {
  readonly ignore?: string[];
  readonly listAgain?: string[];
  readonly all?: true;
  readonly json?: true;
}

/** @throws HashlensError `not-found` about a path */
async function ignore(engine: Engine, files: readonly string[] = [], isIgnored: boolean): Promise<void> {
  if (files.length === 0) return;
  const known = new Map((await engine.api['library.failures']({})).map(({ path, id }) => [path, id]));
  const failureIds = files.map((file) => {
    const id = known.get(resolve(file));
    if (id !== undefined) return id;
    throw new HashlensError('not-found', `${file} is not among the files that could not be used.`);
  });
  await engine.api['library.ignoreFailures']({ failureIds, isIgnored });
}

function nextTry({ attempts, nextTryAt }: FileFailure): string {
  if (nextTryAt === null) return `tried ${attempts} times; again when the file has changed`;
  if (nextTryAt <= Date.now()) return 'tried again with the next scan of its folder';
  const after = new Date(nextTryAt).toLocaleString('sv').slice(0, 16);
  return `tried ${attempts === 1 ? 'once' : `${attempts} times`}; again by itself after ${after}, or when you index its folder`;
}

/** Installation of the optional parts in a copy of the source. */
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
