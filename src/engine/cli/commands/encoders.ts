// `hashlens encoders`: lists, adds, downloads, changes and removes encoders.
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  encoderDevices,
  type DeviceMeasurement,
  type EncoderPlan,
  type EncoderState,
  type WantedDevice,
} from '../../../shared/contract/encoders.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { formatBytes, formatSeconds, note, print, printJson } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import { jsonOption, path } from './options.ts';

const deviceOption = (): Option =>
  new Option(
    '--device <device>',
    "device that encodes from now on; auto measures and takes the fastest whose rows agree with the CPU's",
  ).choices(['auto', ...encoderDevices]);

/** One measurement for a person. */
function measurementLine({ device, passed, detail, imageMs, textMs, imageBatch }: DeviceMeasurement): string {
  if (!passed || imageMs === null || textMs === null) return `${device}: not usable: ${detail}`;
  const batch = `in batches of ${imageBatch}`;
  return `${device}: ${imageMs.toFixed(1)} ms a photo ${batch}, ${textMs.toFixed(1)} ms a text; ${detail}`;
}

/** The facts for a choice: languages, licence, and the size of the download. */
function factsOf({ languages, licence, downloadBytes }: EncoderState): string {
  const facts = [`Languages: ${languages}.`];
  if (licence !== null) facts.push(`Licence: ${licence}.`);
  if (downloadBytes !== null) facts.push(`Download: about ${formatBytes(downloadBytes)}.`);
  return facts.join(' ');
}

export function encodersCommand(program: Command): void {
  const encoders = program.command('encoders').description('the networks that turn photos and words into features');
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
          print(`    ${factsOf(e)}`);
          if (e.photos > 0 || e.bytes > 0) {
            const kept = `${e.photos} photos encoded, ${formatBytes(e.bytes)} in the library`;
            print(`    ${kept}${e.isPending ? '; it is used once all photos are encoded' : ''}`);
          }
        }
      });
    });
  encoders
    .command('add')
    .description(
      'add a model for photos and texts from a local folder: CLIP, SigLIP and others in transformers.js’ layout',
    )
    .argument('<folder>', 'folder of the encoder', path)
    .option('--prompts', 'as a separate encoder that represents each text by the mean of a few sentences with it')
    .addOption(jsonOption())
    .action(async (folder: string, options: { prompts?: true; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { prompts = false } = options;
        const added = await engine.api['encoders.add']({ path: resolve(folder), prompts });
        if (options.json) return printJson(added);
        print(`${added.id} was added; \`hashlens encoders use ${added.id}\` makes it the one in use.`);
      });
    });
  encoders
    .command('use')
    .description('change the encoder; the old one serves until photos and captions are encoded again')
    .argument('<id>')
    .option('--plan', 'show the estimated time, and change nothing')
    .option('--without-offline', 'do not wait for photos in offline folders')
    .addOption(new Option('--without-away', 'name of --without-offline in earlier releases').hideHelp())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .action(async (id: string, options: UseOptions, command: Command) => {
      await withEngine(command, async (session) => {
        const { engine, finish } = session;
        const { device } = options;
        if (device !== undefined) {
          const measurement = await engine.api['encoders.device']({ encoderId: id, device });
          if (!options.json && measurement !== null) print(measurementLine(measurement));
        }
        const plan = await engine.api['encoders.plan']({ encoderId: id });
        if (options.plan) return options.json ? printJson({ encoder: id, ...plan }) : print(planText(plan));
        if (plan.photos + plan.texts > 0) note(planText(plan));
        const withoutOffline = options.withoutOffline === true || options.withoutAway === true;
        const job = await engine.api['encoders.use']({ encoderId: id, withoutOffline });
        if (job) await finish(job);
        const inUse = (await engine.api['encoders.list']({})).find((one) => one.id === id)?.device ?? 'cpu';
        if (options.json) return printJson({ encoder: id, active: true, device: inUse, ...noticesOf(session) });
        print(`${id} is now in use, on the device ${inUse}.`);
      });
    });
  encoders
    .command('remove')
    .description("remove an encoder's data from the library, and its files if it was downloaded")
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { bytes } = await engine.api['encoders.remove']({ encoderId: id });
        if (options.json) return printJson({ encoder: id, bytes });
        print(`The features made by ${id} are removed, ${formatBytes(bytes)} free.`);
      });
    });
  encoders
    .command('measure')
    .description('run an encoder on each device of this machine and time it')
    .argument('[id]', 'encoder; the one in use if absent')
    .addOption(jsonOption())
    .action(async (id: string | undefined, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const encoderId = id ?? (await engine.api['encoders.list']({})).find(({ active }) => active)?.id;
        if (encoderId === undefined) throw new HashlensError('encoder-missing', 'No encoder is in use.');
        const measurements = await engine.api['encoders.measure']({ encoderId });
        if (options.json) return printJson({ encoder: encoderId, measurements });
        for (const measurement of measurements) print(measurementLine(measurement));
      });
    });
  encoders
    .command('hub')
    .description('show or change the address that encoders are downloaded from, such as a mirror of the model hub')
    .argument('[address]', 'https address of a mirror with the same paths; `default` for the model hub itself')
    .addOption(jsonOption())
    .action(async (address: string | undefined, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const change = address === undefined ? {} : { url: address === 'default' ? null : address };
        const { url, isDefault } = await engine.api['encoders.hub'](change);
        if (options.json) return printJson({ url, isDefault });
        print(`Encoders are downloaded from ${url}${isDefault ? ', the model hub' : ', a mirror'}.`);
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
  readonly withoutOffline?: true;
  readonly withoutAway?: true;
  readonly json?: true;
  readonly device?: WantedDevice;
}

/** `1204 photos and 40 captions and tags are to be encoded, about 3 min 1 s (150 ms a photo here).` */
function planText({ photos, offline, texts, photoMs, seconds }: EncoderPlan): string {
  if (photos + texts + offline === 0) return 'Everything is encoded; it can serve at once.';
  const speed = photoMs === null ? '' : ` (${photoMs.toFixed(photoMs < 10 ? 1 : 0)} ms a photo here)`;
  const time = seconds === null ? '' : `, about ${formatSeconds(seconds)}${speed}`;
  const later = offline === 0 ? '' : ` ${offline} more photos are in offline folders.`;
  return `${photos} photos and ${texts} captions and tags are to be encoded${time}.${later}`;
}
