// `hashlens encoders`: lists, adds, downloads and changes encoders.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { print, printJson } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import { jsonOption, path } from './options.ts';

export function encodersCommand(program: Command): void {
  const encoders = program.command('encoders').description('what turns photos and words into features');
  encoders
    .command('list')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['encoders.list']({});
        if (options.json) return printJson(list);
        for (const e of list) {
          print(`${e.active ? '*' : ' '} ${e.id}  ${e.installed ? 'on this machine' : 'can be downloaded'}  ${e.name}`);
          print(`    ${e.description}`);
        }
      });
    });
  encoders
    .command('add')
    .description('make a CLIP model in a local folder known')
    .argument('<folder>', 'folder of the encoder', path)
    .addOption(jsonOption())
    .action(async (folder: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const added = await engine.api['encoders.add']({ path: resolve(folder) });
        if (options.json) return printJson(added);
        print(`${added.id} was added; \`hashlens encoders use ${added.id}\` makes it the one in use.`);
      });
    });
  encoders
    .command('use')
    .description('change the encoder; photos and captions are encoded again')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        const job = await session.engine.api['encoders.use']({ encoderId: id });
        if (job) await session.finish(job);
        if (options.json) return printJson({ encoder: id, active: true, ...noticesOf(session) });
        print(`${id} is now in use.`);
      });
    });
  encoders
    .command('download')
    .description('fetch an encoder from the model hub')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        await session.finish(await session.engine.api['encoders.download']({ encoderId: id }));
        if (options.json) return printJson({ encoder: id, installed: true, ...noticesOf(session) });
        print(`${id} was downloaded; \`hashlens encoders use ${id}\` makes it the one in use.`);
      });
    });
}
