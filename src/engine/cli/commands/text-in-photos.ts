// `hashlens text`: reading the text in photos, on and off.
import type { Command } from 'commander';
import type { OcrStatus } from '../../../shared/contract/ocr.ts';
import { note, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption } from './options.ts';

export function textCommand(program: Command): void {
  const text = program
    .command('text')
    .description(
      'text in photos (receipts, signs, screenshots), which is read when it is asked for and then found by search',
    );
  text
    .command('status')
    .description('whether text in photos is read, and how many photos are done')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => printStatus(await engine.api['ocr.status']({}), options));
    });
  text
    .command('on')
    .description('read the text in all photos, and from now on in new and changed ones; first shows the estimated time')
    .option('--later', 'only switch it on; the window, `serve` or the next `index` reads')
    .addOption(jsonOption())
    .action(async (options: { json?: true; later?: true }, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const { photos, read } = await engine.api['ocr.status']({});
        if (photos > read) {
          note('Measuring how long a photo takes.');
          note(speedOf(await engine.api['ocr.measure']({})));
        }
        const { job } = await engine.api['ocr.set']({ on: true });
        if (job !== null && options.later !== true) await finish(job);
        printStatus(await engine.api['ocr.status']({}), options);
      });
    });
  text
    .command('off')
    .description('stop reading; texts read so far stay and are found')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        printStatus((await engine.api['ocr.set']({ on: false })).status, options);
      });
    });
  text
    .command('remove')
    .alias('forget')
    .description('remove all text that was read')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => printStatus(await engine.api['ocr.removeText']({}), options));
    });
}

function printStatus(status: OcrStatus, { json }: { json?: true }): void {
  if (json) return printJson(status);
  const { on, photos, read, withText, failed } = status;
  print(`Reading text in photos is ${on ? 'on' : 'off'}.`);
  print(`${read} of ${photos} photos read, ${withText} with text${failed > 0 ? `, ${failed} cannot be read` : ''}.`);
  if (read < photos) print(speedOf(status));
}

/** Estimated time of the remaining photos. */
export function speedOf({ photos, read, secondsPerPhoto }: OcrStatus): string {
  const left = photos - read;
  if (secondsPerPhoto === null) return 'How long a photo takes is not known yet.';
  const minutes = (left * secondsPerPhoto) / 60;
  const time =
    minutes < 1
      ? 'under a minute'
      : minutes < 90
        ? `${Math.round(minutes)} minutes`
        : `${(minutes / 60).toFixed(1)} hours`;
  return `About ${secondsPerPhoto.toFixed(1)} seconds a photo here: ${time} for ${left === 1 ? 'one photo' : `${left} photos`}, in the background.`;
}
