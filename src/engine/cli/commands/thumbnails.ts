// `hashlens thumbnails`: the size and the limit of the thumbnail cache, and clearing it.
import { InvalidArgumentError, type Command } from 'commander';
import { formatBytes, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption } from './options.ts';

export function thumbnailsCommand(program: Command): void {
  const thumbnails = program.command('thumbnails').description('copies of photos for the grid and the viewer');
  thumbnails
    .command('size', { isDefault: true })
    .description('their size and limit')
    .option('--room <gigabytes>', 'new limit', gigabytes)
    .addOption(jsonOption())
    .action(async (options: { room?: number; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const room = options.room === undefined ? {} : { roomBytes: options.room * 1e9 };
        const cache = await engine.api['thumbnails.cache'](room);
        if (options.json) return printJson(cache);
        const { small, large, roomBytes } = cache;
        print(`Grid: ${small.files} photos, ${formatBytes(small.bytes)}`);
        print(`Viewer: ${large.files} photos, ${formatBytes(large.bytes)}`);
        print(`Room: ${formatBytes(roomBytes)}; pictures unused for longest are removed first.`);
      });
    });
  thumbnails
    .command('clear')
    .description('remove all of them; they are made again when shown')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const cleared = await engine.api['thumbnails.clear']({});
        if (options.json) return printJson(cleared);
        print(`${formatBytes(cleared.bytes)} free.`);
      });
    });
}

function gigabytes(text: string): number {
  const n = Number(text);
  if (!(n >= 0.1 && n <= 1e6)) throw new InvalidArgumentError('It must be a number from 0.1 on.');
  return n;
}
