// `hashlens encoders`: lists, adds, downloads, changes and removes encoders.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EncoderPlan } from '../../../shared/contract/encoders.ts';
import { formatBytes, formatSeconds, note, print, printJson } from '../output.ts';
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
          if (e.photos > 0 || e.bytes > 0) {
            const kept = `${e.photos} photos encoded, ${formatBytes(e.bytes)} in the library`;
            print(`    ${kept}${e.isToCome ? '; it serves when all photos are' : ''}`);
          }
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
    .description('change the encoder; the one before serves until photos and captions are encoded again')
    .argument('<id>')
    .option('--plan', 'say how long that takes, and change nothing')
    .option('--without-away', 'do not wait for photos in folders that are away')
    .addOption(jsonOption())
    .action(async (id: string, options: UseOptions, command: Command) => {
      await withEngine(command, async (session) => {
        const { engine, finish } = session;
        const plan = await engine.api['encoders.plan']({ encoderId: id });
        if (options.plan) return options.json ? printJson({ encoder: id, ...plan }) : print(planText(plan));
        if (plan.photos + plan.texts > 0) note(planText(plan));
        const withoutAway = options.withoutAway === true;
        const job = await engine.api['encoders.use']({ encoderId: id, withoutAway });
        if (job) await finish(job);
        if (options.json) return printJson({ encoder: id, active: true, ...noticesOf(session) });
        print(`${id} is now in use.`);
      });
    });
  encoders
    .command('remove')
    .description('remove what an encoder has made of the library, and its files if it was downloaded')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { bytes } = await engine.api['encoders.remove']({ encoderId: id });
        if (options.json) return printJson({ encoder: id, bytes });
        print(`What ${id} has made is removed, ${formatBytes(bytes)} free.`);
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

interface UseOptions {
  readonly plan?: true;
  readonly withoutAway?: true;
  readonly json?: true;
}

/** `1204 photos and 40 captions and tags are to be encoded, about 3 min 1 s (150 ms a photo here).` */
function planText({ photos, away, texts, photoMs, seconds }: EncoderPlan): string {
  if (photos + texts + away === 0) return 'Everything is encoded; it can serve at once.';
  const speed = photoMs === null ? '' : ` (${photoMs.toFixed(photoMs < 10 ? 1 : 0)} ms a photo here)`;
  const time = seconds === null ? '' : `, about ${formatSeconds(seconds)}${speed}`;
  const later = away === 0 ? '' : ` ${away} more photos are in folders that are away.`;
  return `${photos} photos and ${texts} captions and tags are to be encoded${time}.${later}`;
}
