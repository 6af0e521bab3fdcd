// `hashlens models`: lists, activates, removes, exports and imports hash models.
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { engineRequests } from '../../../shared/contract/engine.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { ModelId } from '../../../shared/contract/ids.ts';
import { runRecords, runRow, runsAsCsv, runsOf } from '../../../shared/runs.ts';
import { print, printJson, printTable, threeDigits as three } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import { jsonOption, path } from './options.ts';

export function modelsCommand(program: Command): void {
  const models = program.command('models').description('hash models of the library');
  models
    .command('list')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['models.list']({});
        if (options.json) return printJson(list);
        printTable(
          ['', 'model', 'method', 'bits', 'encoder', 'state', 'best mAP'],
          list.map((m) => {
            const best = m.epochs.find((e) => e.epoch === m.bestEpoch);
            return [
              m.active ? '*' : '',
              m.id,
              m.method,
              m.bits,
              m.encoderId,
              m.state,
              best ? three(best.map.mean) : '-',
            ];
          }),
        );
      });
    });
  models
    .command('activate')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        const { modelId } = parseModelId('models.activate', id);
        await session.finish(await session.engine.api['models.activate']({ modelId }));
        if (options.json) return printJson({ model: id, active: true, ...noticesOf(session) });
        print(`${id} is now used for search.`);
      });
    });
  models
    .command('remove')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        const { modelId } = parseModelId('models.remove', id);
        await session.finish(await session.engine.api['models.remove']({ modelId }));
        if (options.json) return printJson({ model: id, removed: true, ...noticesOf(session) });
        print(`${id} was removed.`);
      });
    });
  models
    .command('runs')
    .description('trainings with their settings and scores')
    .addOption(new Option('--format <format>', 'as a table, or for other programs').choices(['text', 'csv', 'json']))
    .addOption(jsonOption())
    .action(async (options: { format?: 'text' | 'csv' | 'json'; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['models.list']({});
        const format = options.json ? 'json' : (options.format ?? 'text');
        if (format === 'json') return printJson(runRecords(list));
        if (format === 'csv') return void process.stdout.write(runsAsCsv(list));
        printTable(
          ['', 'model', 'name', 'method', 'bits', 'seed', 'pairs', 'epochs', 's', 'device', 'mAP i→t', 't→i'],
          runsOf(list).map((model) => {
            const run = runRow(model);
            return [
              ...[model.active ? '*' : '', run.id, run.name, run.method, run.bits, run.seed ?? '-', run.pairs ?? '-'],
              ...[run.epochs, run.seconds.toFixed(0), run.device ?? '-'],
              ...[run.mapI2t, run.mapT2i].map((score) => (score === null ? '-' : three(score))),
            ];
          }),
        );
      });
    });
  models
    .command('describe')
    .description('give a model a name and a note')
    .argument('<id>')
    .option('--name <name>', 'its name; "" removes it')
    .option('--note <text>', 'a note; "" removes it')
    .addOption(jsonOption())
    .action(async (id: string, options: { name?: string; note?: string; json?: true }, command: Command) => {
      const { json, ...words } = options;
      if (words.name === undefined && words.note === undefined) {
        throw new HashlensError('bad-argument', 'Say what is to be kept, by --name or --note.');
      }
      await withEngine(command, async ({ engine }) => {
        const given = engineRequests['models.describe'].params.safeParse({
          ...parseModelId('models.activate', id),
          ...words,
        });
        if (!given.success) throw new HashlensError('bad-argument', z.prettifyError(given.error));
        await engine.api['models.describe'](given.data);
        const row = (await engine.api['models.list']({})).find((model) => model.id === id);
        if (json) return printJson({ model: id, name: row?.name, note: row?.note });
        print(`${id} is called “${row?.name ?? ''}”.${row?.note ? ` Note: ${row.note}` : ''}`);
      });
    });
  models
    .command('export')
    .description('copy a model into a folder of its own')
    .argument('<id>')
    .argument('<folder>', 'a folder that does not exist yet', path)
    .addOption(jsonOption())
    .action(async (id: string, folder: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { modelId } = parseModelId('models.activate', id);
        await engine.api['models.export']({ modelId, path: resolve(folder) });
        if (options.json) return printJson({ model: id, folder: resolve(folder) });
        print(`${id} was copied to ${resolve(folder)}.`);
      });
    });
  models
    .command('import')
    .description('import an exported model')
    .argument('<folder>', 'folder of the model', path)
    .addOption(jsonOption())
    .action(async (folder: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const model = await engine.api['models.import']({ path: resolve(folder) });
        if (options.json) return printJson(model);
        print(`${model.id} was added; \`hashlens models activate ${model.id}\` makes it the one in use.`);
      });
    });
}

function parseModelId(method: 'models.activate' | 'models.remove', id: string): { modelId: ModelId } {
  const parsed = engineRequests[method].params.safeParse({ modelId: id });
  if (parsed.success) return parsed.data;
  throw new HashlensError('model-missing', `There is no model ${id} in the library.`);
}
