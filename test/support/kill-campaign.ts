// Kills the command line at random moments of its work, lets it finish, and compares the library with an
// uninterrupted one: rows, features, codes, thumbnails, models, full text, integrity, and no job left over.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { itemAt } from '../../src/shared/at.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { migrate, schemaVersion } from '../../src/engine/store/migrations.ts';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { differences, libraryContent, type LibraryContent } from './library-content.ts';
import { fillWithPhotos } from './photos.ts';
import { killedAfter, runOn } from './program.ts';

export interface KillCampaign {
  readonly kills: number;
  readonly byStep: Readonly<Record<string, number>>;
  readonly comparisons: number;
  /** Differences from the uninterrupted run, and failures; empty if all is well. */
  readonly differences: readonly string[];
}

interface Plan {
  /** Folder for everything; emptied by the caller. */
  readonly folder: string;
  readonly seed: number;
  /** The campaign ends with the trial in which this number of kills is reached, */
  readonly kills: number;
  /** or with the step that is running after this time. */
  readonly minutes?: number;
  readonly photos: number;
  readonly log: (line: string) => void;
}

interface Step {
  readonly name: string;
  /** Brings the folder of photos to its state before this step. */
  readonly prepare?: () => void;
  /**
   * Begins with the library of the uninterrupted run before this step: the result of a training depends on the
   * order of the rows.
   */
  readonly fromReference?: string;
  /** A command before it, which is not killed. */
  readonly before?: readonly string[];
  readonly args: readonly string[];
  /** Largest number of kills in one trial. */
  readonly most: number;
  /** Whether a run that was killed at its very end has done all of it: another run would do it a second time. */
  readonly isDone?: (library: string) => boolean;
  readonly leaveOut?: readonly string[];
  /** Its files are compared too. */
  readonly folder?: string;
}

const words = ['dog', 'beach', 'number'];

export async function killCampaign({
  folder,
  seed,
  kills,
  minutes = Infinity,
  photos,
  log,
}: Plan): Promise<KillCampaign> {
  const random = new Random(seed);
  const [first, second, album] = ['first', 'second', 'album'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const written = await makeAlbums(first, second, photos);
  const exported = join(folder, 'exported');
  const encoder = join(folder, 'tiny');
  await makeTinyClip(encoder, { seed: 1 });
  const train = [
    'train',
    '--bits',
    '32',
    '--epochs',
    '6',
    '--hidden',
    '64',
    '--seed',
    '5',
    '--activate',
    'always',
    '--json',
  ];
  const steps: readonly Step[] = [
    { name: 'index', prepare: () => become(album, first), args: ['index', album], most: 4 },
    { name: 'train', fromReference: 'index', args: train, most: 3, isDone: hasTrained },
    { name: 'activate', args: ['models', 'activate', 'rotation-starter-1'], most: 2 },
    {
      name: 'import',
      args: ['models', 'import', exported],
      most: 2,
      isDone: (library) => modelsOf(library).length >= modelsOf(known('import').library).length,
    },
    { name: 'backup', args: ['backup'], most: 3 },
    { name: 'index again', prepare: () => become(album, second), args: ['index', album], most: 3 },
    {
      name: 'write',
      folder: album,
      before: ['metadata', 'writing', 'on'],
      prepare: () => become(album, second),
      args: ['metadata', 'write', join(album, written), '--caption', 'words at the sea', '--tag', 'written'],
      most: 4,
    },
    {
      name: 'write known',
      folder: album,
      args: ['metadata', 'write-known'],
      most: 4,
    },
    { name: 'encode', before: ['encoders', 'add', encoder], args: ['encoders', 'use', 'clip:tiny'], most: 3 },
  ];

  const known = (name: string): Reference => {
    const found = reference.get(name);
    if (found === undefined) throw new Error(`no reference of ${name}`);
    return found;
  };
  const reference = await uninterrupted(join(folder, 'reference'), steps, exported);
  const byStep: Record<string, number> = {};
  const found: string[] = [];
  let total = 0;
  let comparisons = 0;
  const end = performance.now() + minutes * 60_000;
  for (let trial = 0; total < kills && performance.now() < end && found.length === 0; trial++) {
    const library = join(folder, `library-${trial}`);
    for (const step of steps) {
      if (performance.now() > end) break;
      const { ms, content: wanted } = known(step.name);
      const isDone = () => step.isDone?.(library) === true;
      step.prepare?.();
      if (step.fromReference !== undefined) become(library, known(step.fromReference).library);
      if (step.before) await mustRun(library, step.before);
      let hits = 0;
      for (let n = 0; n < step.most && !isDone(); n++) {
        const after = 150 + random.uniform() * ms * 0.95;
        const { signal } = await killedAfter(after, library, step.args);
        if (signal === 'SIGKILL') hits++;
      }
      const outcome = isDone() ? null : await runOn(library, step.args);
      if (outcome !== null && outcome.status !== 0) {
        found.push(`trial ${trial}, ${step.name}: exit ${outcome.status}, ${outcome.stderr.slice(-300)}`);
        break;
      }
      const content = contentAfter(step, library);
      const wrong = [...content.faults, ...differences(content, wanted, step.leaveOut)];
      found.push(...wrong.map((what) => `trial ${trial}, ${step.name}: ${what}`));
      comparisons++;
      total += hits;
      byStep[step.name] = (byStep[step.name] ?? 0) + hits;
      log(
        `trial ${trial}, ${step.name}: ${hits} kills, ${total} in all${wrong.length > 0 ? `; ${wrong.join('; ')}` : ''}`,
      );
      if (wrong.length > 0) break;
    }
    rmSync(library, { recursive: true, force: true });
    if (found.length === 0 && performance.now() < end) {
      const migrated = await killedMigration(join(folder, 'old'), random);
      total += migrated.kills;
      comparisons++;
      byStep['migrate'] = (byStep['migrate'] ?? 0) + migrated.kills;
      found.push(...migrated.wrong.map((what) => `trial ${trial}, migrate: ${what}`));
      log(`trial ${trial}, migrate: ${migrated.kills} kills, ${total} in all`);
    }
  }
  return { kills: total, byStep, comparisons, differences: found };
}

const modelsOf = (library: string): string[] => {
  const folder = join(library, 'models');
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
};

function hasTrained(library: string): boolean {
  const db = new SQLite(join(library, 'library.db'), { readonly: true });
  try {
    return db.prepare(`SELECT 1 FROM jobs WHERE kind = 'train' AND state = 'done'`).get() !== undefined;
  } finally {
    db.close();
  }
}

interface Reference {
  readonly ms: number;
  readonly content: LibraryContent;
  readonly library: string;
}

/** Runs every step to its end. The library after each is kept, because an import needs one more model than before. */
async function uninterrupted(
  library: string,
  steps: readonly Step[],
  exported: string,
): Promise<ReadonlyMap<string, Reference>> {
  const reference = new Map<string, Reference>();
  for (const step of steps) {
    step.prepare?.();
    if (step.name === 'import') await exportTrained(library, exported);
    if (step.before) await mustRun(library, step.before);
    const { status, stderr, seconds } = await runOn(library, step.args);
    if (status !== 0) throw new Error(`${step.name} without any kill: exit ${status}, ${stderr}`);
    const kept = `${library}-${step.name.replaceAll(' ', '-')}`;
    cpSync(library, kept, { recursive: true });
    const content = contentAfter(step, library);
    if (content.faults.length > 0) throw new Error(`${step.name} without any kill: ${content.faults.join('; ')}`);
    reference.set(step.name, { ms: seconds * 1000, content, library: kept });
  }
  return reference;
}

async function exportTrained(library: string, exported: string): Promise<void> {
  const trained = modelsOf(library).find((name) => !name.startsWith('rotation'));
  if (trained === undefined) throw new Error('nothing was trained');
  await mustRun(library, ['models', 'export', trained, exported]);
}

async function mustRun(library: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await runOn(library, args);
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}, ${stderr}`);
}

function contentAfter({ folder }: Step, library: string): LibraryContent {
  const content = libraryContent(library, words);
  return folder === undefined ? content : { ...content, parts: { ...content.parts, files: filesOf(folder) } };
}

/** Digests of all files by their paths. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return new Map(
    entries.map(({ parentPath, name }) => [join(parentPath, name), digest(join(parentPath, name))] as const),
  );
}

/**
 * The second album has other captions, fewer of the first photos under other names, and new ones.
 * @returns the name of a photo of the second
 */
async function makeAlbums(first: string, second: string, photos: number): Promise<string> {
  const files = await fillWithPhotos(first, photos);
  await fillWithPhotos(second, photos + Math.ceil(photos / 4));
  const caption = (name: string, i: number, of: string) => `${name},${of} number ${i} with a dog at the beach`;
  const list = (names: readonly string[], of: string): string =>
    `image,caption\n${names.map((name, i) => caption(name, i, of)).join('\n')}\n`;
  writeFileSync(
    join(first, 'captions.csv'),
    list(
      files.map((file) => file.replace(/.*[/\\]/, '')),
      'photo',
    ),
  );
  const names = readdirSync(second).filter((name) => name.endsWith('.jpg'));
  for (const name of names.slice(0, 3)) rmSync(join(second, name));
  mkdirSync(join(second, 'moved'));
  for (const name of names.slice(3, 6)) renameSync(join(second, name), join(second, 'moved', name));
  writeFileSync(join(second, 'captions.csv'), list(names.slice(6), 'picture'));
  return itemAt(names, names.length - 1);
}

function become(album: string, like: string): void {
  rmSync(album, { recursive: true, force: true });
  cpSync(like, album, { recursive: true, preserveTimestamps: true });
}

const oldPhotos = 3000;

/** A library of the first schema, opened and killed during its migration to the newest. */
async function killedMigration(library: string, random: Random): Promise<{ kills: number; wrong: string[] }> {
  rmSync(library, { recursive: true, force: true });
  makeOldLibrary(library);
  let kills = 0;
  for (let n = 0; n < 3; n++) {
    const { signal } = await killedAfter(150 + random.uniform() * 900, library, ['status']);
    if (signal === 'SIGKILL') kills++;
  }
  const wrong: string[] = [];
  const { status, stderr } = await runOn(library, ['search', 'text', 'beach', '-n', '1', '--json']);
  if (status !== 0) wrong.push(`exit ${status}, ${stderr.slice(-300)}`);
  const content = libraryContent(library, ['beach']);
  wrong.push(...content.faults.filter((what) => !what.startsWith('no thumbnail')));
  const db = new SQLite(join(library, 'library.db'), { readonly: true });
  const counts = db
    .prepare<[], [number, number, number]>(
      `SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM photos), (SELECT count(*) FROM captions)`,
    )
    .raw()
    .get();
  db.close();
  if (String(counts) !== String([schemaVersion, oldPhotos, oldPhotos])) wrong.push(`counts ${String(counts)}`);
  const matches = content.parts['full text']?.get('beach')?.split('\n').length;
  if (matches !== oldPhotos) wrong.push(`${matches} photos found by their words`);
  return { kills, wrong };
}

function makeOldLibrary(library: string): void {
  mkdirSync(library, { recursive: true });
  const db = new SQLite(join(library, 'library.db'));
  db.pragma('journal_mode = WAL');
  migrate(db, 'library.db', 1);
  db.transaction(() => {
    db.exec(`INSERT INTO folders (id, path, added_at) VALUES (1, '/old/photos', 1)`);
    const photo = db.prepare(
      `INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
       VALUES (?, 1, ?, 1, 1, ?, 4, 3, 'jpeg', 1)`,
    );
    const caption = db.prepare(`INSERT INTO captions (photo_id, source, text) VALUES (?, 'iptc', ?)`);
    for (let n = 1; n <= oldPhotos; n++) {
      photo.run(n, `p${n}.jpg`, `hash-${n}`);
      caption.run(n, `dog number ${n} at the beach`);
    }
  })();
  db.close();
}
