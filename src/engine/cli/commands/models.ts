// `hashlens models`: lists, activates, removes, exports and imports hash models.
import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { itemAt } from '../../../shared/at.ts';
import type { ModelId } from '../../../shared/contract/ids.ts';
import { mostNameLetters, mostNoteLetters } from '../../../shared/contract/models.ts';
import { mostCompared } from '../../../shared/contract/search.ts';
import { rankChanges, type RankChange } from '../../../shared/rank-changes.ts';
import { comparedRuns, runRecords, runsAsCsv } from '../../../shared/runs.ts';
import { print, printJson, printTable, threeDigits as three } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import type { Engine } from '../../engine.ts';
import { jsonOption, path, wholeNumber } from './options.ts';

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
    .description('trainings, and the untrained model, with their settings and scores')
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
          comparedRuns(list).map(({ model, row: run }) => [
            ...[model.active ? '*' : '', run.id, run.name, run.method, run.bits, run.seed ?? '-', run.pairs ?? '-'],
            ...[run.epochs, run.seconds.toFixed(0), run.device ?? '-'],
            ...[run.mapI2t, run.mapT2i].map((score) => (score === null ? '-' : three(score))),
          ]),
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
        throw new HashlensError('bad-argument', 'Give --name or --note.');
      }
      await withEngine(command, async ({ engine }) => {
        const given = engineRequests['models.describe'].params.safeParse({
          ...parseModelId('models.activate', id),
          ...words,
        });
        if (!given.success) {
          const [name, note] = [mostNameLetters, mostNoteLetters];
          throw new HashlensError('bad-argument', `A name has up to ${name} letters, and a note up to ${note}.`);
        }
        await engine.api['models.describe'](given.data);
        const row = (await engine.api['models.list']({})).find((model) => model.id === id);
        if (json) return printJson({ model: id, name: row?.name, note: row?.note });
        print(`${id} is called “${row?.name ?? ''}”.${row?.note ? ` Note: ${row.note}` : ''}`);
      });
    });
  models
    .command('compare')
    .description('the first photos of the same searches by two models, of which search may use neither')
    .argument('<model>')
    .argument('<other>')
    .argument('[query...]', 'one search each; without any, searches and words of your own')
    .addOption(new Option('-n, --limit <n>', 'how many photos').argParser(wholeNumber(1, 50)).default(8))
    .addOption(jsonOption())
    .action(compare);
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

/** Number of photos of one model's list among which photos of the other's are looked for. */
const comparedRanks = 200;

async function compare(
  first: string,
  second: string,
  queries: string[],
  { limit, json }: { readonly limit: number; readonly json?: true },
  command: Command,
): Promise<void> {
  await withEngine(command, async ({ engine, finish }) => {
    const modelIds = [first, second].map((id) => parseModelId('models.activate', id).modelId);
    for (const modelId of modelIds) {
      const job = await engine.api['models.prepare']({ modelId });
      if (job !== null) await finish(job);
    }
    const given = queries.length > 0 ? queries : await examples(engine);
    const parsed = engineRequests['search.compare'].params.safeParse({
      modelIds,
      queries: given,
      limit: comparedRanks,
    });
    if (!parsed.success) {
      throw new HashlensError('bad-argument', `Give 1 to ${mostCompared} searches, none of them empty or too long.`);
    }
    const compared = await engine.api['search.compare'](parsed.data);
    const lists = compared.map(({ text, answers }) => {
      const [one, other] = [itemAt(answers, 0).hits, itemAt(answers, 1).hits];
      return { text, columns: [rankChanges(one, other, limit), rankChanges(other, one, limit)] as const };
    });
    if (json) {
      const row = ({ hit: { rank, path, probability }, other }: RankChange) => ({ rank, other, path, probability });
      return printJson(lists.map(({ text, columns }) => ({ text, lists: columns.map((list) => list.map(row)) })));
    }
    for (const [i, { text, columns }] of lists.entries()) {
      if (i > 0) print();
      print(text);
      printTable(
        ['#', first, 'there', second, 'there'],
        Array.from({ length: Math.max(...columns.map((list) => list.length)) }, (_, at) => [
          at + 1,
          ...columns.flatMap((list) => {
            const change = list[at];
            return change === undefined ? ['', ''] : [basename(change.hit.path), change.other ?? '-'];
          }),
        ]),
      );
    }
  });
}

/** @throws HashlensError `nothing-indexed` in a library without searches, tags and captions */
async function examples(engine: Engine): Promise<string[]> {
  const found = await engine.api['search.examples']({ limit: 5 });
  if (found.length > 0) return found.map(({ text }) => text);
  throw new HashlensError('nothing-indexed', 'This library has no searches and no words yet; give a query.');
}

function parseModelId(method: 'models.activate' | 'models.remove', id: string): { modelId: ModelId } {
  const parsed = engineRequests[method].params.safeParse({ modelId: id });
  if (parsed.success) return parsed.data;
  throw new HashlensError('model-missing', `There is no model ${id} in the library.`);
}
