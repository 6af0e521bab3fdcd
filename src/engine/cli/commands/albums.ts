// `hashlens albums`: collections of photos.
import type { Command } from 'commander';
import type { Album } from '../../../shared/contract/albums.ts';
import { engineRequests } from '../../../shared/contract/engine.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import { print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { chosenPhotos } from '../chosen-photos.ts';
import { jsonOption, paths } from './options.ts';

interface Options {
  readonly json?: true;
  readonly where?: string;
}

const photos = (n: number): string => (n === 1 ? '1 photo' : `${n} photos`);

export function albumsCommand(program: Command): void {
  const albums = program.command('albums').description('albums of the library; no file changes');
  albums
    .command('list')
    .description('albums with their numbers of photos')
    .addOption(jsonOption())
    .action(async ({ json }: Options, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['albums.list']({});
        if (json) return printJson(list);
        if (list.length === 0) return print('There are no albums.');
        printTable(
          ['Photos', 'Album'],
          list.map((album) => [album.photos, album.name]),
        );
      });
    });
  albums
    .command('add')
    .description('put photos into an album, which is created if needed')
    .argument('<album>', 'its name')
    .argument('[photo...]', 'paths of photos of the library', paths)
    .option('--where <filters>', 'the photos that pass these filters, as tag:beach after:2019')
    .addOption(jsonOption())
    .action(async (name: string, files: string[] | undefined, options: Options, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photoIds = await chosenPhotos(engine, files ?? [], options.where);
        const { name: clean } = engineRequests['albums.create'].params.parse({ name });
        const album = (await find(engine, clean)) ?? (await engine.api['albums.create']({ name: clean }));
        const change = await engine.api['albums.add']({ albumId: album.id, photoIds });
        if (options.json) return printJson({ ...change.album, added: change.photoIds.length });
        print(`${photos(change.photoIds.length)} added; “${change.album.name}” has ${photos(change.album.photos)}.`);
      });
    });
  albums
    .command('remove-photos')
    .alias('take-out')
    .description('remove photos from an album')
    .argument('<album>', 'its name')
    .argument('[photo...]', 'paths of photos of the library', paths)
    .option('--where <filters>', 'the photos that pass these filters, as tag:beach after:2019')
    .addOption(jsonOption())
    .action(async (name: string, files: string[] | undefined, options: Options, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const album = await known(engine, name);
        const photoIds = await chosenPhotos(engine, files ?? [], options.where);
        const change = await engine.api['albums.removePhotos']({ albumId: album.id, photoIds });
        if (options.json) return printJson({ ...change.album, removed: change.photoIds.length });
        print(`${photos(change.photoIds.length)} taken out; “${album.name}” has ${photos(change.album.photos)}.`);
      });
    });
  albums
    .command('rename')
    .description('rename an album')
    .argument('<album>', 'its name')
    .argument('<name>', 'the new one')
    .addOption(jsonOption())
    .action(async (name: string, to: string, { json }: Options, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { id: albumId } = await known(engine, name);
        const { name: clean } = engineRequests['albums.create'].params.parse({ name: to });
        const album = await engine.api['albums.rename']({ albumId, name: clean });
        if (json) return printJson(album);
        print(`“${name}” is “${album.name}” now.`);
      });
    });
  albums
    .command('remove')
    .description('remove an album; its photos stay')
    .argument('<album>', 'its name')
    .addOption(jsonOption())
    .action(async (name: string, { json }: Options, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const album = await known(engine, name);
        await engine.api['albums.remove']({ albumId: album.id });
        if (json) return printJson(album);
        print(`“${album.name}” was removed; its ${photos(album.photos)} stay in the library.`);
      });
    });
}

async function find(engine: Engine, name: string): Promise<Album | null> {
  const wanted = name.toLowerCase();
  return (await engine.api['albums.list']({})).find((album) => album.name.toLowerCase() === wanted) ?? null;
}

async function known(engine: Engine, name: string): Promise<Album> {
  const album = await find(engine, name);
  if (album === null) throw new HashlensError('not-found', `There is no album “${name}”.`);
  return album;
}
