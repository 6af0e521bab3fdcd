// All commands of the command line as one commander program; also read by the generator of docs/command-reference.md.
import { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { albumsCommand } from './commands/albums.ts';
import { benchCommand } from './commands/bench.ts';
import { duplicatesCommand } from './commands/duplicates.ts';
import { editCommand } from './commands/edit.ts';
import { encodersCommand } from './commands/encoders.ts';
import { exportCommand } from './commands/export.ts';
import { judgementsCommand } from './commands/judgements.ts';
import { foldersCommand } from './commands/folders.ts';
import { indexCommand } from './commands/index-photos.ts';
import { jobsCommand } from './commands/jobs.ts';
import { doctorCommand, failuresCommand, statusCommand } from './commands/library.ts';
import { backupCommand, checkCommand, repairCommand, restoreCommand } from './commands/keeping.ts';
import { metadataCommand } from './commands/metadata.ts';
import { modelsCommand } from './commands/models.ts';
import { missingCommand } from './commands/missing.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { publishCommand, sharedCommand } from './commands/shared-library.ts';
import { suggestCommand } from './commands/suggest.ts';
import { textCommand } from './commands/text-in-photos.ts';
import { thumbnailsCommand } from './commands/thumbnails.ts';
import { trainCommand } from './commands/train.ts';
import { watchCommand } from './commands/watch.ts';
import { wordsCommand } from './commands/words.ts';
import { path } from './commands/options.ts';
import { writeUsage } from './output.ts';

/** Adders of commands, in the order of `--help`. */
const commands = [
  indexCommand,
  watchCommand,
  foldersCommand,
  missingCommand,
  trainCommand,
  searchCommand,
  judgementsCommand,
  duplicatesCommand,
  suggestCommand,
  wordsCommand,
  editCommand,
  albumsCommand,
  exportCommand,
  metadataCommand,
  textCommand,
  jobsCommand,
  modelsCommand,
  encodersCommand,
  publishCommand,
  sharedCommand,
  statusCommand,
  failuresCommand,
  thumbnailsCommand,
  doctorCommand,
  backupCommand,
  restoreCommand,
  checkCommand,
  repairCommand,
  serveCommand,
  benchCommand,
];

/** The program, ready to parse; parsing throws CommanderError instead of ending the process. */
export function hashlensProgram(): Command {
  const program = new Command('hashlens')
    .description('Search your own photos in your own words, offline, and teach it from your own captions and tags.')
    .version(packageFile.version)
    .option('--library <dir>', 'folder of the library (default: the application-data folder)', path)
    .showHelpAfterError('(hashlens --help shows how it is used)')
    .configureOutput({ writeErr: writeUsage })
    .exitOverride();
  for (const add of commands) add(program);
  return program;
}
