// Commands in an empty library, and commands with unusable arguments: a sentence on stderr, nothing on stdout, exit
// code 1; for wrong usage 2.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const noPhotos = 'The library has no photos yet; add a folder first. `hashlens index <folder>` adds photos.';
const noEncoder = /^There is no encoder nope on this machine\. `hashlens encoders list` shows what there is/;
const noModel = 'There is no model nope in the library. `hashlens models list` shows the models there are.';
const onlyFilters = /^--where takes filters only: tag:beach .*has:caption\.$/;
const notIndexed = '/nope/a.jpg is not a photo of the library; index its folder first.';

describe('with nothing there, a command says so', () => {
  it.each<[args: string[], stdout: string | RegExp]>([
    [['albums', 'list'], 'There are no albums.'],
    [['duplicates'], 'No near-duplicates among 0 photos.'],
    [['judgements', 'list'], 'No result was judged.'],
    [['feedback', 'list', 'dog'], 'No result was judged.'],
    [['failures'], 'Every photo could be used.'],
    [['removed', 'list'], 'Every photo has its file.'],
    [['folders', 'remove-missing'], '0 photos removed, 0 kB free.'],
    [
      ['folders', 'purge', '--keep-backups'],
      '0 photos removed, 0 kB free.\nThe backups of the library still have them.',
    ],
    [['thumbnails', 'clear'], '0 kB free.'],
    [['words', 'list'], 'Nothing in the library is described yet.'],
    [['jobs', 'list'], 'There are no jobs.'],
    [['text', 'on'], 'Reading text in photos is on.\n0 of 0 photos read, 0 with text.'],
    [['encoders', 'use', 'starter-1', '--plan'], 'Everything is encoded; it can serve at once.'],
    [['backup'], 'There is nothing to back up yet.'],
    [['backup', '--list'], 'There are no backups yet.'],
    [['check', '--full'], /: the database is sound\.\nThere are no backups\.$/],
    [['repair'], 'The library is sound; there is nothing to repair.'],
  ])('%j', async (args, stdout) => {
    const library = join(temporaryFolder(), 'library');
    if (args[0] === 'check' || args[0] === 'repair') await runHere(library, ['status']);
    const printed = await runHere(library, args);
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    const text = printed.stdout.trimEnd();
    if (typeof stdout === 'string') expect(text).toBe(stdout);
    else expect(text).toMatch(stdout);
  });
});

describe('what is not there is named', () => {
  it.each<[args: string[], sentence: string | RegExp]>([
    [['albums', 'rename', 'Nope', 'Rome'], 'There is no album “Nope”.'],
    [['albums', 'remove-photos', 'Nope', '/nope/a.jpg'], 'There is no album “Nope”.'],
    [['albums', 'remove', 'Nope'], 'There is no album “Nope”.'],
    [['albums', 'add', 'Rome'], 'No photo was chosen; name photos, or filters.'],
    [['albums', 'add', 'Rome', '/nope/a.jpg'], notIndexed],
    [['albums', 'add', 'Rome', '--where', 'beach'], onlyFilters],
    [['edit', '/nope/a.jpg', '--rating', 'file'], notIndexed],
    [['export', '/nope/copies'], 'No photo was chosen; name photos, or filters.'],
    [
      ['export', 'codes', '/nope/codes', '--format', 'npy'],
      /^The library has no codes of photos yet; index photos first\./,
    ],
    [['export', 'rows', '/nope/rows', '--format', 'npy', '--encoder'], /^The library has no /],
    [['judgements', 'give', 'dog'], 'Name photos with --is, --is-not or --withdraw.'],
    [['judgements', 'give', 'dog', '--is-not', '/nope/a.jpg'], notIndexed],
    [['folders', 'relocate', 'Nope', '/nope'], 'The library has no folder Nope.'],
    [['folders', 'remove', '7'], 'The library has no folder 7.'],
    [['index', '/nope'], 'The folder /nope does not exist; check its name.'],
    [['index', '/nope', '--encoder', 'nope'], noEncoder],
    [['failures', '--ignore', '/nope/a.jpg'], '/nope/a.jpg is not among the files that could not be used.'],
    [['failures', '--list-again', '/nope/a.jpg'], '/nope/a.jpg is not among the files that could not be used.'],
    [['metadata', 'show', '/nope/a.jpg'], notIndexed],
    [
      ['metadata', 'write', '/nope/a.jpg', '--tag', 'x'],
      'There is no photo of the library at /nope/a.jpg; index its folder first.',
    ],
    [['metadata', 'write', '--where', 'beach'], onlyFilters],
    [['metadata', 'write', '--where', 'tag:x', '--tag', 'y'], noPhotos],
    [['models', 'activate', 'nope'], noModel],
    [['models', 'activate', '../nope'], /^There is no model \.\.\/nope in the library\. `hashlens models list` shows/],
    [['models', 'remove', 'nope'], noModel],
    [['models', 'export', 'nope', '/nope/model'], noModel],
    [['models', 'import', '/nope/model'], /^There is no whole hash model in \/nope\/model \(no file image\.onnx\); /],
    [['missing', 'remove', '/nope/a.jpg'], '/nope/a.jpg is not among the missing photos.'],
    [['suggest', '/nope/a.jpg'], notIndexed],
    [['train'], noPhotos],
    [['train', '--method', 'nope'], /^There is no hashing method nope; known are: two-tower, ucch, /],
    [['train', '--device', 'nope'], /^There is no device nope; use auto or one of cpu, /],
    [['train', '--resume'], 'No training was stopped before its end.'],
    [['words', 'teach', 'Furry'], 'No photo was chosen; name photos, or filters.'],
    [['words', 'teach', 'Furry', '--where', 'tag:y'], noPhotos],
    [['words', 'withdraw', 'Furry'], noPhotos],
    [['jobs', 'cancel', '99'], 'There is no job 99.'],
    [['jobs', 'cancel', 'abc'], 'There is no job abc; see `hashlens jobs list`.'],
    [['jobs', 'pause', '99'], 'There is no job 99.'],
    [['jobs', 'resume', '99'], 'There is no job 99.'],
    [['jobs', 'settings', '--threads', 'zero'], '--threads zero is neither a number from 1 to 256 nor auto.'],
    [['encoders', 'use', 'nope'], noEncoder],
    [['encoders', 'remove', 'nope'], noEncoder],
    [['encoders', 'remove', 'starter-1'], 'Starter is the encoder in use; change to another one first.'],
    [['encoders', 'measure', 'nope'], noEncoder],
    [['encoders', 'download', 'nope'], /^There is no encoder nope to download; known are clip:/],
    [
      ['encoders', 'add', '/nope/clip'],
      /^There is no encoder folder \/nope\/clip; download the encoder or add its folder\./,
    ],
    [
      ['encoders', 'hub', 'http://mirror.example'],
      /^"http:\/\/mirror\.example" is not encrypted, so anybody on the way/,
    ],
    [['search', 'text', 'dog'], noPhotos],
    [['search', 'text', 'dog', '--where', 'beach'], onlyFilters],
    [['search', 'text', 'dog', '--where', 'rating:nine'], /rating/],
    [['search', 'image', '/nope/a.jpg'], 'The image /nope/a.jpg does not exist; check its name.'],
    [['restore'], /^There is no whole backup of the library /],
    [['restore', '/nope'], 'There is no backup /nope; check its name.'],
    [['restore', '/'], '/ is not a file, so it cannot be a backup.'],
    [['bench', 'eval', '--batch-attention'], /^bench eval measures what the files of a trained model give, /],
    [['bench', 'eval', '--data', '/nope'], '/nope does not exist; check its name.'],
    [['bench', 'eval', '--data', '/nope', '--method', 'nope'], /^There is no hashing method nope; known are: /],
    [
      ['bench', 'eval', '--data', '/nope', '--set', 'nope=1'],
      /^There is no setting nope; ucch has hidden, negatives, /,
    ],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await runHere(join(temporaryFolder(), 'library'), args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^hashlens: [^\n]+\n$/);
    const message = stderr.slice('hashlens: '.length).trimEnd();
    if (typeof sentence === 'string') expect(message).toBe(sentence);
    else expect(message).toMatch(sentence);
  });
});

describe('wrong usage', () => {
  it.each<[args: string[], why: string]>([
    [['edit', 'a.jpg', '--date', 'noon'], 'It must be like 1968, 1968-06, 1968-06-15 or 1968-06-15T10:00.'],
    [['edit', 'a.jpg', '--rating', '6'], 'It must be a whole number from 0 to 5.'],
    [['export', 'copies', '--size', '100'], 'error: --size, --quality and --strip are for --as jpeg or webp; '],
    [
      ['export', 'codes', 'out', '--format', 'npy', '--where', 'tag:beach'],
      'error: --where is for copies of photos; export codes writes all of the library',
    ],
    [
      ['export', 'rows', 'out', '--size', '800', '--format', 'npy'],
      'error: --size is for copies of photos; export rows ',
    ],
    [['export', 'copies', '--names', '../{name}'], 'It must be a name without folders; in braces {name}, {date}, '],
    [['index', ''], 'It is empty; name a file or a folder.'],
    [['metadata', 'writing', 'maybe'], 'error: say on or off'],
    [['metadata', 'write'], 'error: name photos or folders, or --where'],
    [['thumbnails', 'size', '--room', '0'], 'It must be a number from 0.1 on.'],
    [['train', '--set', 'x'], 'It must be of the form key=value.'],
    [['train', '--set', '=1'], 'It must be of the form key=value.'],
    [['train', '--set', 'x='], 'It must be of the form key=value.'],
    [['train', '--set', '__proto__=1'], 'There is no setting __proto__.'],
    [['train', '--bits', '17'], 'Allowed choices are 16, 32, 64, 128.'],
    [['train', '--epochs', '1.5'], 'It must be a whole number from 1 to 1000.'],
    [['search', 'text', 'dog', '--precision', '2'], 'It must be a number from 0.01 to 0.95.'],
    [['search', 'text', 'dog', '-n', '0'], 'It must be a whole number from 1 to 1000.'],
    [['bench', 'eval'], 'error: name the file or folder of a data set with --data, or a paper with --table '],
    [['bench', 'eval', '--bits', '20'], 'Code lengths are 16, 32, 64 and 128, with commas between them.'],
    [['bench', 'eval', '--as-published', 'x'], 'with commas between them.'],
    [['bench', 'eval', '--lr', '-1'], 'It must be a number that is not negative.'],
    [['bench', 'eval', '--table', 'nope'], 'Allowed choices are ucch, '],
    [['nonsense'], "error: unknown command 'nonsense'"],
  ])('of %j is explained', async (args, why) => {
    const library = join(temporaryFolder(), 'library');
    const { status, stdout, stderr } = await runHere(library, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).toContain('hashlens --help shows how it is used');
    expect(existsSync(library)).toBe(false);
  });
});
