// `hashlens models`: lists, activates, removes, exports and imports hash models.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { ModelId } from '../../../shared/contract/ids.ts';
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
    .description('take in a model that was exported')
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
