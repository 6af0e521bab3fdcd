// `hashlens publish` and `hashlens shared`: libraries published on a PostgreSQL server for others to search.
import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { FolderId } from '../../../shared/contract/ids.ts';
import {
  sharedNamePattern,
  type PublishPlan,
  type SharedLibraryState,
} from '../../../shared/contract/shared-library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/printable.ts';
import type { Engine } from '../../engine.ts';
import { completedUrl } from '../../shared-library/server-url.ts';
import { note, print, printJson, printTable, threeDigits as three } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import { jsonOption, several } from './options.ts';

interface PlaceOptions {
  readonly name: string;
  readonly json?: true;
}

/** The address of a server; missing parts come from `PGHOST`, `PGUSER` and the other variables of libpq. */
export const serverUrl = (text: string): string => completedUrl(text, process.env);

function libraryName(text: string): string {
  if (sharedNamePattern.test(text)) return text;
  throw new InvalidArgumentError('It must be small letters, digits and _, a letter first.');
}

export const sharedNameOption = (): Option =>
  new Option('--name <name>', 'name of the shared library on the server').argParser(libraryName).default('family');

const urlArgument = ['<postgres-url>', 'postgresql://user@host:5432/database?sslmode=verify-full'] as const;

const passwords = `
Give the password in .pgpass or PGPASSWORD, as for psql; addresses are kept without their password. TLS is used as sslmode in the
address or PGSSLMODE says.`;

export function publishCommand(program: Command): void {
  program
    .command('publish')
    .description(
      'put codes, rows, words and thumbnails of photos on a PostgreSQL server, so that others can search them',
    )
    .argument(...urlArgument)
    .addOption(sharedNameOption())
    .option(
      '--folder <path>',
      'only this folder of the library; may be given again (default: those published before, else all)',
      several,
    )
    .option('--no-thumbnails', 'without thumbnails')
    .option('--yes', 'publish without asking')
    .addOption(jsonOption())
    .addHelpText('after', passwords)
    .action(
      async (
        address: string,
        options: PlaceOptions & { folder?: string[]; thumbnails: boolean; yes?: true },
        command: Command,
      ) => {
        const url = serverUrl(address);
        const { name, json } = options;
        await withEngine(command, async (session) => {
          const { engine, finish } = session;
          const folderIds = options.folder === undefined ? null : await foldersAt(engine, options.folder);
          const thumbnails = options.thumbnails ? null : false;
          const plan = await engine.api['shared.plan']({ url, name, folderIds, thumbnails });
          const isNew = plan.isFirst || plan.folders.some((folder) => folder.isNew);
          if (isNew && options.yes !== true) await askFor(plan);
          const chosen = { folderIds: plan.folders.map(({ id }) => id), thumbnails: plan.thumbnails };
          const { published } = await finish(await engine.api['shared.publish']({ url, name, ...chosen }));
          if (published === null) throw new HashlensError('internal', 'The job has left no result.');
          if (json) return printJson({ ...published, ...noticesOf(session) });
          const { photos, sent, removed, leftOut, server } = published;
          print(`${photos} photos are in “${name}” at ${server}: ${sent} sent, ${removed} removed.`);
          if (leftOut > 0) print(`${leftOut} photos have no code yet; index them and publish again.`);
        });
      },
    );
}

async function foldersAt({ api }: Engine, paths: readonly string[]): Promise<FolderId[]> {
  const { folders: all } = await api['library.status']({});
  return paths.map((path) => {
    const found = all.find((folder) => folder.path === resolve(path));
    if (found !== undefined) return found.id;
    throw new HashlensError('not-found', `${path} is not a folder of the library.`);
  });
}

/**
 * Lists what would be sent and asks for consent. @throws HashlensError `cancelled`, or `not-allowed` without a
 * terminal
 */
async function askFor({ server, name, folders, photos, thumbnails, modelId, encoderId }: PublishPlan): Promise<void> {
  note(`This is put into the shared library “${name}” at ${server}:`);
  for (const folder of folders) {
    note(`  ${folder.path} (${folder.photos} photos)${folder.isNew ? ', for the first time' : ''}`);
  }
  const also = thumbnails ? ', thumbnails' : '';
  note(
    `For ${photos} photos: hash codes and rows of ${modelId} (${encoderId}), captions, tags, people, text in them, places in words, dates, cameras, ratings, folder and file names${also}; and the hash model.`,
  );
  note('Photos themselves, positions on the map, albums and paths above these folders stay here.');
  if (!process.stdin.isTTY) throw new HashlensError('not-allowed', 'Nothing was published; --yes agrees to this.');
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(printable('Publish it? [y/N] ')).finally(() => ask.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new HashlensError('cancelled', 'Nothing was published.');
}

export function sharedCommand(program: Command): void {
  const shared = program.command('shared').description('shared libraries on PostgreSQL servers');
  const on = (command: Command): Command => command.argument(...urlArgument).addOption(sharedNameOption());
  on(shared.command('show').description('what is published in a shared library, and with whom it is shared'))
    .addOption(jsonOption())
    .action(async (address: string, { name, json }: PlaceOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const state = await engine.api['shared.show']({ url: serverUrl(address), name });
        if (json) printJson(state);
        else printState(state);
      });
    });
  const folderOption = () =>
    new Option('--folder <name>', 'only this folder, by its name; may be given again').argParser(several);
  for (const [verb, description] of [
    ['grant', 'let a role of the server see folders of this library (default: all)'],
    ['revoke', 'take folders of this library from a role of the server (default: all)'],
  ] as const) {
    on(shared.command(verb).description(description))
      .argument('<role>', 'a role of the server; public for all who may connect')
      .addOption(folderOption())
      .addOption(jsonOption())
      .action(
        async (address: string, role: string, options: PlaceOptions & { folder?: string[] }, command: Command) => {
          await withEngine(command, async ({ engine }) => {
            const { name, json, folder: folders = null } = options;
            const request = { url: serverUrl(address), name, role, folders };
            const outcome = await engine.api[`shared.${verb}`](request);
            if (json) return printJson({ role, ...outcome });
            const which = outcome.folders === 1 ? '1 folder' : `${outcome.folders} folders`;
            print(verb === 'grant' ? `${role} sees ${which} of this library.` : `${which} taken from ${role}.`);
          });
        },
      );
  }
  on(shared.command('withdraw').description('remove this library from a shared library'))
    .addOption(jsonOption())
    .action(async (address: string, { name, json }: PlaceOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const outcome = await engine.api['shared.withdraw']({ url: serverUrl(address), name });
        if (json) printJson(outcome);
        else print(`${outcome.photos} photos of this library were removed from “${name}”.`);
      });
    });
  on(shared.command('model').description('take the hash model of a shared library into this library'))
    .option('--activate', 'use it for search here too, which makes new codes')
    .addOption(jsonOption())
    .action(async (address: string, options: PlaceOptions & { activate?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        const { name, json, activate } = options;
        const { modelId } = await session.engine.api['shared.model']({ url: serverUrl(address), name });
        if (activate) await session.finish(await session.engine.api['models.activate']({ modelId }));
        const active = activate === true;
        if (json) printJson({ model: modelId, active, ...noticesOf(session) });
        else print(active ? `${modelId} is now used for search.` : `${modelId} is in this library.`);
      });
    });
  on(shared.command('index').description("make the server's index of the codes (pgvector's HNSW), and measure it"))
    .addOption(jsonOption())
    .action(async (address: string, { name, json }: PlaceOptions, command: Command) => {
      await withEngine(command, async (session) => {
        const job = await session.engine.api['shared.index']({ url: serverUrl(address), name });
        const { measured } = await session.finish(job);
        if (measured === null) throw new HashlensError('internal', 'The job has left no result.');
        if (json) printJson({ ...measured, ...noticesOf(session) });
        else print(`The index finds ${three(measured.recall)} of the ${measured.neighbours} nearest codes.`);
      });
    });
}

function printState({ server, name, encoderId, modelId, bits, vectors, recall, libraries }: SharedLibraryState): void {
  print(`“${name}” at ${server}`);
  print(`Model     ${modelId}, ${bits} bits, of the encoder ${encoderId}`);
  const index = recall === null ? 'no index' : `an index that finds ${three(recall)} of the nearest codes`;
  print(`Ranking   ${vectors ? 'pgvector' : 'bit_count, without pgvector'}, ${index}`);
  printTable(
    ['library', 'photos', 'published', 'folder', 'shared with'],
    libraries.flatMap(({ label, photos, publishedAt, folders }) => {
      const at = publishedAt === null ? 'not complete' : new Date(publishedAt).toISOString().slice(0, 10);
      const shown = folders.length === 0 ? [{ name: '', roles: [] }] : folders;
      return shown.map((folder) => [label, photos, at, folder.name, folder.roles.join(', ')]);
    }),
  );
}
