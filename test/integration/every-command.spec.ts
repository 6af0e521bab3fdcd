// Every command once for a person and once for a script: its sentence or table, and with `--json` nothing but JSON
// on stdout.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { jsonLinesOf } from '../support/json-lines.ts';
import { allCommands } from '../../scripts/command-reference.ts';
import { makeTinyClip } from '../../scripts/make-tiny-clip.ts';
import { hashlensProgram } from '../../src/engine/cli/program.ts';
import { defaultClipEncoder, describeKnownEncoder } from '../../src/engine/encoder/clip/known-encoders.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import { runHere } from '../support/command.ts';
import { resourcesDir, sampleAlbum } from '../support/engine.ts';
import { startFakeHub, type FakeHub } from '../support/fake-hub.ts';
import { startPglite, type TestServer } from '../support/postgres.ts';
import { startHashlens, until } from '../support/program.ts';

/** State of a scenario; steps add values that later ones need. */
interface Place {
  readonly library: string;
  readonly album: string;
  readonly folder: string;
  model: string;
  /** Address of a PostgreSQL server, once it is started. */
  url: string;
  server: TestServer | null;
}

interface Step {
  /** The command's name in the reference. */
  readonly command: string;
  readonly args?: (place: Place) => readonly string[];
  readonly before?: (place: Place) => void | Promise<void>;
  readonly text: RegExp;
  /** The values on stdout, each as an argument of `toMatchObject`. */
  readonly json: (place: Place) => readonly unknown[];
  readonly after?: (place: Place) => void;
}

const any = {
  text: expect.any(String) as string,
  number: expect.any(Number) as number,
  list: expect.any(Array) as unknown[],
};
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const hit = { rank: any.number, path: any.text, score: any.number, distance: any.number };
/** A list with this among others. */
const including = (item: object) => expect.arrayContaining([expect.objectContaining(item)]) as unknown[];
const tiny = (place: Place) => join(place.folder, 'tiny-clip');
const tinyId = 'clip:tiny-clip';
const photo = (place: Place, name: string) => join(place.album, name);
const panda = 'animals/red-panda.jpg';
const kitten = 'animals/kitten-with-wool.jpg';

/** A training that was stopped before its first epoch. */
async function pausedTraining({ library }: Place, seed: number): Promise<void> {
  const engine = openEngine({ libraryDir: library, resourcesDir, interactive: false, emit: () => undefined });
  const options = trainOptions.parse({ bits: 16, epochs: 2, hidden: 64, seed, activate: 'never' });
  const job = await engine.api['train.start'](options);
  await engine.api['jobs.pause']({ jobId: job.id });
  await engine.finished(job.id);
  await engine.close();
}
const newestJob = ({ library }: Place): string => {
  const store = openStore(library);
  const id = Math.max(...store.jobs.list().map((job) => job.id));
  store.close();
  return String(id);
};

const steps: readonly Step[] = [
  {
    command: 'status',
    text: /^Photos +0 *$/m,
    json: ({ library }) => [{ libraryDir: library, photos: 0, folders: [], notices: [] }],
  },
  {
    command: 'index',
    args: ({ album }) => [album],
    text: /^40 indexed, 0 unchanged, \d+ skipped, 1 failed\n( {2}\d+ not taken as photos: .+\n)+ {2}failed .*broken\.jpg: .+\n$/,
    json: () => [
      { indexed: 40, unchanged: 0, skipped: any.number, failed: 1, failures: [{ path: matching(/broken\.jpg$/) }] },
    ],
  },
  {
    command: 'status',
    text: /^Photos +40 *$[^]*^ {2}.*album \(40 photos\)$/m,
    json: () => [{ photos: 40, failures: 1, offlineFolders: 0, encoder: 'starter-1' }],
  },
  {
    command: 'failures',
    text: /broken\.jpg: .+\n {4}tried once; again by itself after \d{4}-\d\d-\d\d \d\d:\d\d, or when you index its folder\n$/,
    json: () => [[{ path: matching(/broken\.jpg$/), attempts: 1, nextTryAt: any.number }]],
  },
  {
    command: 'failures',
    args: (place) => ['--ignore', photo(place, 'broken.jpg')],
    text: /^$/,
    json: () => [[]],
  },
  {
    command: 'failures',
    args: (place) => ['--list-again', photo(place, 'broken.jpg')],
    text: /^.*broken\.jpg: .+\n/,
    json: () => [[{ path: matching(/broken\.jpg$/), isIgnored: false }]],
  },
  {
    command: 'thumbnails size',
    args: () => ['--room', '2'],
    text: /^Grid: 39 photos, [\d.]+ [kM]B\nViewer: 0 photos, 0 kB\nRoom: 2\.0 GB; /,
    json: () => [{ small: { files: 39, bytes: any.number }, large: { files: 0 }, roomBytes: 2e9 }],
  },
  {
    command: 'folders list',
    text: /^Id +Photos +State +Folder *\n1 +40 +online +.*album *$/m,
    json: ({ album }) => [[{ id: 1, path: album, photos: 40 }]],
  },
  {
    command: 'search text',
    args: () => ['kitten', '-n', '2'],
    text: /^# +cosine +bits apart +path +caption *\n1 +\d\.\d{3} +\d+ +.*kitten.*\n2 /,
    json: () => [[hit, hit]],
  },
  {
    command: 'search text',
    args: () => ['kitten', '-n', '2', '--answer'],
    text: /^\{"hits":/,
    json: () => [{ hits: [hit, hit], corrections: [], notice: null, searched: 40, filtered: null, bits: 128 }],
  },
  {
    command: 'search text',
    args: () => ['kitten', '--where', 'before:1800'],
    text: /^Nothing found\.\n$/,
    json: () => [[]],
  },
  {
    command: 'search image',
    args: (place) => [photo(place, panda), '-n', '1'],
    text: /^1 +1\.000 +0 +.*red-panda\.jpg/m,
    json: () => [[{ ...hit, path: matching(/red-panda\.jpg$/), distance: 0 }]],
  },
  {
    command: 'search image',
    args: (place) => [photo(place, panda), '--for', 'tags', '-n', '1'],
    text: /^# +cosine +bits apart +text +path *\n1 +\S+ +\d+ +\S/,
    json: () => [[{ ...hit, path: null, caption: any.text }]],
  },
  {
    command: 'search mixed',
    args: (place) => ['+animal', '--image', photo(place, panda), '--explain', '-n', '1'],
    text: /^1 .*red-panda\.jpg.*\n\n# +term +weight +cosine +deviations +text *\n1 +\S[^]*\n1 +\S/m,
    json: () => [[{ ...hit, terms: [{ weight: 1 }, { weight: 1 }] }]],
  },
  {
    command: 'judgements give',
    args: (place) => ['kitten', '--is', photo(place, panda), '--is-not', photo(place, 'animals/kitten-on-fence.jpg')],
    text: /^Saved for 2 photos\.\n$/,
    json: () => [
      {
        photos: 2,
        inverse: [
          { query: 'kitten', judgement: null },
          { query: 'kitten', judgement: null },
        ],
      },
    ],
    after: (place) => {
      const store = openStore(place.library);
      // Both were judged at the same instant, so their order is by photo.
      expect(
        store.judgements
          .list('search', 9)
          .map(({ text, fits }) => `${text} ${fits}`)
          .sort(),
      ).toEqual(['kitten false', 'kitten true']);
      store.close();
    },
  },
  {
    command: 'judgements list',
    args: () => ['Kitten'],
    text: /^search +is it +path *\nkitten +(yes|no) .*\nkitten +(yes|no) /,
    json: () => [[{ query: 'kitten', path: any.text, at: any.number }, { query: 'kitten' }]],
  },
  {
    command: 'judgements give',
    args: (place) => ['kitten', '--withdraw', photo(place, panda), photo(place, 'animals/kitten-on-fence.jpg')],
    text: /^Saved for 2 photos\.\n$/,
    json: () => [{ photos: 2 }],
  },
  {
    command: 'duplicates',
    text: /^\* .*  \d+ × \d+  keep: .+\n {2}.*  the same bytes\n\n1 groups, 1 photos beside the suggested ones, among 40\. Nothing was deleted\.\n$/,
    json: () => [[{ best: matching(/coffee-cup/), reason: any.text, photos: [{}, {}] }]],
  },
  {
    command: 'duplicates',
    args: () => ['--answer'],
    text: /^\{"groups":\[/,
    json: () => [{ groups: [{ photos: [{}, {}] }], searched: 40, unreadable: 0, complete: true }],
  },
  {
    command: 'metadata show',
    args: (place) => [photo(place, 'food-and-flowers/dandelions.jpg')],
    text: /^Photo +.*dandelions\.jpg, \d+ x \d+, jpeg, \d+ kB\nDate +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, from .+\nCaption +.+ \(.+\)\n/,
    json: () => [{ path: matching(/dandelions\.jpg$/), captions: any.list, dateSource: any.text }],
  },
  {
    command: 'text status',
    text: /^Reading text in photos is off\.\n0 of \d+ photos read, 0 with text\.\n/,
    json: () => [{ on: false, read: 0, secondsPerPhoto: null }],
  },
  {
    command: 'text on',
    args: () => ['--later'],
    text: /^Reading text in photos is on\.\n/,
    json: () => [{ on: true, secondsPerPhoto: any.number }],
  },
  {
    command: 'text off',
    text: /^Reading text in photos is off\.\n/,
    json: () => [{ on: false }],
  },
  {
    command: 'text remove',
    text: /^Reading text in photos is off\.\n0 of/,
    json: () => [{ on: false, read: 0 }],
  },
  {
    command: 'metadata writing',
    text: /^Nothing is written beside photos\.\n$/,
    json: () => [{ allowed: false }],
  },
  {
    command: 'metadata writing',
    args: () => ['on'],
    text: /^Sidecars may be written\.\n$/,
    json: () => [{ allowed: true }],
  },
  {
    command: 'metadata write',
    args: (place) => [
      photo(place, panda),
      ...['--caption', 'A panda in a tree', '--tag', 'zoo', '--tag', 'red'],
      ...['--person', 'Ada', '--rating', '4', '--date', '1968-06'],
    ],
    text: /red-panda\.jpg\.xmp written\.\n$/,
    json: () => [{ sidecar: matching(/red-panda\.jpg\.xmp$/), isChanged: true }],
  },
  {
    command: 'metadata write',
    args: (place) => [photo(place, panda), '--tag', 'zoo'],
    text: /red-panda\.jpg\.xmp has all of it\.\n$/,
    json: () => [{ sidecar: matching(/red-panda\.jpg\.xmp$/), isChanged: false }],
  },
  {
    command: 'metadata show',
    args: (place) => [photo(place, panda)],
    text: /^Date +1968-06-01 00:00:00 \(until 1968-06-30\), from sidecar .+\n[^]*^Caption +A panda in a tree \(sidecar\)\n[^]*^Tags +.*\bred\b.*\bzoo\b.*\nPeople +Ada\n[^]*^Rating +4$/m,
    json: () => [{ people: ['Ada'], rating: 4, tags: expect.arrayContaining(['red', 'zoo']) as string[] }],
  },
  {
    command: 'suggest',
    args: (place) => [photo(place, panda), '-n', '2'],
    text: /^chance +kind +words *\n *(\d+ %|-) +(tag|caption) +\S.*\n.*(tag|caption) +\S/,
    json: () => [[{ kind: any.text, text: any.text, photos: any.number }, {}]],
  },
  {
    command: 'suggest',
    args: (place) => [photo(place, panda), '--reject-tag', 'Kitten'],
    text: /^Saved\.\n$/,
    json: () => [{ photos: 1, inverse: [{ kind: 'tag', text: 'Kitten', rejected: false }] }],
  },
  {
    command: 'words list',
    args: () => ['-n', '3'],
    text: /^photos +learned from +found +word *\n\d+ +0 +(-|\d+ of \d+) +\S/,
    json: () => [{ words: [{ photos: any.number, measured: any.number }, {}, {}], needs: null, trained: false }],
  },
  {
    command: 'words teach',
    args: (place) => [
      'Furry',
      photo(place, panda),
      photo(place, kitten),
      photo(place, 'animals/german-shepherd.jpg'),
      '--tag',
    ],
    text: /^likely +surer than \(of 3\) +photo *\n[^]*\d+ photos tagged “Furry”\.\n$/,
    json: () => [{ examples: 3, found: any.number, photos: any.list }],
  },
  {
    command: 'words withdraw',
    args: () => ['furry'],
    text: /^“furry” was taken from \d+ photos\.\n$/,
    json: () => [{ photos: any.number }],
  },
  {
    command: 'edit',
    args: (place) => [
      photo(place, panda),
      '--title',
      'In a tree',
      '--tag',
      'climbing',
      '--favourite',
      '--date',
      '1969',
    ],
    text: /^Saved; 1 photo is changed\.\n$/,
    json: () => [{ photos: 1 }],
  },
  {
    command: 'edit',
    args: (place) => [photo(place, panda), '--favourite'],
    text: /^Nothing to change\.\n$/,
    json: () => [{ photos: 0 }],
  },
  {
    command: 'albums add',
    args: (place) => ['Bears', photo(place, panda)],
    text: /^1 photo added; “Bears” has 1 photo\.\n$/,
    json: () => [{ name: 'Bears', photos: 1, added: 1 }],
  },
  {
    command: 'albums add',
    args: () => ['bears', '--where', 'tag:climbing'],
    text: /^0 photos added; “Bears” has 1 photo\.\n$/,
    json: () => [{ name: 'Bears', photos: 1, added: 0 }],
  },
  {
    command: 'export',
    args: (place) => [join(place.folder, 'copies'), photo(place, panda), '--as', 'webp', '--size', '320'],
    text: /^1 photo copied to .*copies\.\n$/,
    json: (place) => [{ folder: join(place.folder, 'copies'), copied: 1, failed: [], failures: 0 }],
    after: ({ folder }) =>
      expect(readdirSync(join(folder, 'copies')).every((name) => /^red-panda.*\.webp$/.test(name))).toBe(true),
  },
  {
    command: 'export codes',
    args: (place) => [join(place.folder, 'codes'), '--format', 'npy'],
    text: /^40 rows of 16 bytes written to .*codes\.\n$/,
    json: (place) => [{ folder: join(place.folder, 'codes'), shape: [40, 16], files: any.list }],
  },
  {
    command: 'export rows',
    args: (place) => [join(place.folder, 'rows'), '--format', 'parquet', '--of', 'captions'],
    text: /^\d+ rows of \d+ numbers written to .*rows\.\n$/,
    json: (place) => [{ folder: join(place.folder, 'rows'), files: ['manifest.json', 'rows.parquet'] }],
  },
  {
    command: 'publish',
    before: async (place) => {
      place.server = await startPglite();
      place.url = place.server.url;
    },
    args: ({ url }) => [url, '--yes'],
    text: /^40 photos are in “family” at postgres@127\.0\.0\.1:\d+\/postgres: 40 sent, 0 removed\.\n$/,
    json: () => [{ name: 'family', photos: 40, sent: 40, removed: 0, leftOut: 0 }],
  },
  {
    command: 'shared show',
    args: ({ url }) => [url],
    text: /^“family” at .*\nModel +rotation-starter-1, 128 bits, of the encoder starter-1\nRanking +pgvector, no index\n[^]*album/,
    json: () => [{ vectors: true, recall: null, libraries: [{ photos: 40, folders: [{ name: 'album', roles: [] }] }] }],
  },
  {
    command: 'shared index',
    args: ({ url }) => [url],
    text: /^The index finds \d\.\d{3} of the 100 nearest codes\.\n$/,
    json: () => [{ recall: any.number, neighbours: 100 }],
  },
  {
    command: 'search text',
    args: ({ url }) => ['kitten', '--on', url, '-n', '2'],
    text: /^# +cosine +bits apart +text +library +path +caption *\n1 +\d\.\d{3} +\d+ +.*kitten.*\n2 /,
    json: () => [[{ rank: 1, path: matching(/kitten/), folder: 'album' }, { rank: 2 }]],
  },
  {
    command: 'shared grant',
    args: ({ url }) => [url, 'public', '--folder', 'album'],
    text: /^public sees 1 folder of this library\.\n$/,
    json: () => [{ role: 'public', folders: 1 }],
  },
  {
    command: 'shared revoke',
    args: ({ url }) => [url, 'public'],
    text: /^1 folder taken from public\.\n$/,
    json: () => [{ role: 'public', folders: 1 }],
  },
  {
    command: 'shared model',
    args: ({ url }) => [url],
    text: /^rotation-starter-1 is in this library\.\n$/,
    json: () => [{ model: 'rotation-starter-1', active: false }],
  },
  {
    command: 'shared withdraw',
    args: ({ url }) => [url],
    text: /^40 photos of this library were removed from “family”\.\n$/,
    json: () => [{ photos: 40 }],
  },
  {
    command: 'albums rename',
    args: () => ['bears', 'Pandas'],
    text: /^“bears” is “Pandas” now\.\n$/,
    json: () => [{ name: 'Pandas', photos: 1 }],
  },
  {
    command: 'albums list',
    text: /^Photos +Album *\n1 +Pandas *$/m,
    json: () => [[{ name: 'Pandas', photos: 1 }]],
  },
  {
    command: 'search text',
    args: () => ['album:pandas'],
    text: /^1 .*red-panda\.jpg/m,
    json: () => [[{ path: matching(/red-panda\.jpg$/) }]],
  },
  {
    command: 'albums remove-photos',
    args: (place) => ['Pandas', photo(place, panda)],
    text: /^1 photo taken out; “Pandas” has 0 photos\.\n$/,
    json: () => [{ name: 'Pandas', photos: 0, removed: 1 }],
  },
  {
    command: 'albums remove',
    args: () => ['Pandas'],
    text: /^“Pandas” was removed; its 0 photos stay in the library\.\n$/,
    json: () => [{ name: 'Pandas' }],
  },
  {
    command: 'train',
    args: () => ['--bits', '16', '--epochs', '2', '--hidden', '64', '--activate', 'always'],
    text: /^Trained on \d+ pairs of \d+ photos; [^]*^chance [^]*^float features [^]*^epoch 1 [^]*^epoch 2 [^]*^Model \S+ is now used for search; epoch \d was kept\.$/m,
    json: () => [{ epoch: 1 }, { epoch: 2 }, { model: any.text, best: {}, protocol: 'single', active: true }],
    after: (place) => {
      const store = openStore(place.library);
      place.model = store.models.list().find(({ method }) => method === 'two-tower')?.id ?? '';
      store.close();
    },
  },
  {
    command: 'train',
    args: () => ['--method', 'itq', '--bits', '16', '--save-preset', 'Small codes'],
    text: /^Preset: Small codes\.\n$/,
    json: () => [{ presets: [{ name: 'Small codes', options: { method: 'itq', bits: 16 } }] }],
  },
  {
    command: 'train',
    args: () => ['--preset', 'Small codes', '--no-activate'],
    text: /^solved at once +mAP [^]*^Model itq-16-\S+ is ready\.$/m,
    json: () => [{ loss: any.number }, { model: matching(/^itq-16-/), active: false }],
  },
  {
    command: 'train',
    args: () => ['--method', 'itq', '--bits', '16', '--no-activate'],
    text: /^solved at once +mAP [^]*^Model itq-\S+ is ready\.$/m,
    json: () => [{ loss: any.number }, { model: matching(/^itq-/), active: false }],
  },
  {
    command: 'models list',
    text: /^ +model +method +bits +encoder +state +best mAP[^]*^\* +two-tower-16-\S+ +two-tower +16 +starter-1 +ready +\d\.\d{3} *$/m,
    json: () => [including({ method: 'two-tower', active: true })],
  },
  {
    command: 'models describe',
    args: (place) => [place.model, '--name', 'Small', '--note', 'first try'],
    text: /^two-tower-16-\S+ is called “Small”\. Note: first try\n$/,
    json: (place) => [{ model: place.model, name: 'Small', note: 'first try' }],
  },
  {
    command: 'models runs',
    text: /^ +model +name +method +bits +seed +pairs [^]*^[ *] +two-tower-16-\S+ +Small +two-tower +16 +1 +\d+ +2 /m,
    json: (place) => [
      including({ id: place.model, name: 'Small', note: 'first try', seed: 1, epochs: 2, mapT2i: any.number }),
    ],
  },
  {
    command: 'models compare',
    args: (place) => [place.model, 'rotation-starter-1', 'a dog', 'snow', '--limit', '2'],
    text: /^a dog\n# +two-tower-16-\S+ +there +rotation-starter-1 +there *\n1 +\S+ +(\d+|-) +\S+ +(\d+|-) *\n2 [^]*\n\nsnow\n# /,
    json: () => [including({ text: 'a dog', lists: any.list })],
  },
  {
    command: 'models export',
    args: (place) => [place.model, join(place.folder, 'exported')],
    text: /^two-tower-16-\S+ was copied to .*exported\.\n$/,
    json: (place) => [{ model: place.model, folder: join(place.folder, 'exported') }],
  },
  {
    command: 'models activate',
    args: () => ['rotation-starter-1'],
    text: /^rotation-starter-1 is now used for search\.\n$/,
    json: () => [{ model: 'rotation-starter-1', active: true }],
  },
  {
    command: 'models remove',
    args: ({ model }) => [model],
    text: /^two-tower-16-\S+ was removed\.\n$/,
    json: ({ model }) => [{ model, removed: true }],
  },
  {
    command: 'models import',
    args: ({ folder }) => [join(folder, 'exported')],
    text: /^two-tower-16-\S+ was added; `hashlens models activate two-tower-16-\S+` makes it the one in use\.\n$/,
    json: ({ model }) => [{ id: model, state: 'ready', active: false, bits: 16 }],
  },
  {
    command: 'jobs list',
    text: /^job +kind +state +done +started +what *\n[^]*\btrain +done +100% /,
    json: () => [including({ kind: 'index', state: 'done', error: null })],
  },
  {
    command: 'jobs settings',
    args: () => ['--only-on-power', 'on', '--speed', 'full-when-away', '--threads', '1'],
    text: /^Only while nobody uses the computer: off\nOnly with mains power: on\nSpeed: all cores while you are away [^\n]+\nThreads: 1 at most\nThreads now: 1 of \d+\n$/,
    json: () => [{ onlyWhenIdle: false, onlyOnPower: true, speed: 'full-when-away', threads: 1, threadsNow: 1 }],
  },
  {
    command: 'jobs pause',
    before: (place) => pausedTraining(place, 11),
    args: (place) => [newestJob(place)],
    text: /^Job \d+ is paused\.\n$/,
    json: (place) => [{ job: Number(newestJob(place)), state: 'paused' }],
  },
  {
    command: 'jobs resume',
    args: (place) => [newestJob(place)],
    text: /^Job \d+ is done\.\n$/,
    json: (place) => [{ job: Number(newestJob(place)), state: 'done' }],
  },
  {
    command: 'jobs cancel',
    before: (place) => pausedTraining(place, 12),
    args: (place) => [newestJob(place)],
    text: /^Job \d+ was cancelled\.\n$/,
    json: (place) => [{ job: Number(newestJob(place)), state: 'cancelled' }],
  },
  {
    command: 'encoders list',
    text: /^\* starter-1 {2}on this machine {2}.+\n {4}.+\n {4}Languages: English\.\n[^]*^ {2}siglip:\S+ {2}can be downloaded [^]*^ {4}Languages: .+\. Licence: Apache-2\.0\. Download: about \S+ .B\.$/m,
    json: () => [including({ id: 'starter-1', active: true, installed: true })],
  },
  {
    command: 'encoders add',
    args: (place) => [tiny(place)],
    text: /^clip:tiny-clip was added; `hashlens encoders use clip:tiny-clip` makes it the one in use\.\n$/,
    json: () => [{ id: tinyId }],
  },
  {
    command: 'encoders use',
    args: () => [tinyId, '--plan'],
    text: /^40 photos and \d+ captions and tags are to be encoded, about \d+ s \([\d.]+ ms a photo here\)\.\n$/,
    json: () => [{ encoder: tinyId, photos: 40, offline: 0, photoMs: any.number }],
  },
  {
    command: 'encoders use',
    args: () => [tinyId],
    text: /^clip:tiny-clip is now in use, on the device cpu\.\n$/,
    json: () => [{ encoder: tinyId, active: true, device: 'cpu' }],
  },
  {
    command: 'encoders measure',
    text: /^cpu: [\d.]+ ms a photo in batches of 4, [\d.]+ ms a text; the reference$/m,
    json: () => [{ encoder: tinyId, measurements: including({ device: 'cpu', passed: true, imageMs: any.number }) }],
  },
  {
    command: 'index',
    args: ({ album }) => [album, '--encoder', 'starter-1', '--retry'],
    text: /^0 indexed, 40 unchanged, \d+ skipped, 1 failed\n/,
    json: () => [{ indexed: 0, unchanged: 40, failed: 1 }],
  },
  {
    command: 'encoders remove',
    args: () => [tinyId],
    text: /^The features made by clip:tiny-clip are removed, \d+ kB free\.\n$/,
    json: () => [{ encoder: tinyId, bytes: any.number }],
  },
  {
    command: 'encoders hub',
    args: () => ['default'],
    text: /^Encoders are downloaded from https:\/\/huggingface\.co, the model hub\.\n$/,
    json: () => [{ url: 'https://huggingface.co', isDefault: true }],
  },
  {
    command: 'encoders download',
    args: () => [defaultClipEncoder],
    text: /^clip:Xenova\/\S+ was downloaded; `hashlens encoders use clip:Xenova\/\S+` makes it the one in use\.\n$/,
    json: () => [{ encoder: defaultClipEncoder, installed: true }],
  },
  {
    command: 'doctor',
    text: /^ok +Database: .+$/m,
    json: () => [including({ name: 'Database', state: 'ok' })],
  },
  {
    command: 'thumbnails clear',
    text: /^[\d.]+ [kM]B free\.\n$/,
    json: () => [{ bytes: any.number }],
  },
  {
    command: 'backup',
    text: /^Backed up to .*backups.* \(\d+ kB\) and verified\.\n$/,
    json: () => [{ path: matching(/backups/), bytes: any.number }],
  },
  {
    command: 'backup',
    args: () => ['--list'],
    text: /^made +photos +captions +saved searches +size +file *\n(\d{4}-\d\d-\d\d \d\d:\d\d +40 +\d+ +0 +\d+ kB +.*backups.*\n)+$/,
    json: () => [including({ photos: 40, savedSearches: 0 })],
  },
  {
    command: 'check',
    text: /: the database is sound\.\n(?:1 backup|[2-9] backups, the newest) of \d{4}-\d\d-\d\d\.\n$/,
    json: () => [{ state: 'sound', faults: [], backups: any.list }],
  },
  {
    command: 'repair',
    text: /^The library is sound; there is nothing to repair\.\n$/,
    json: () => [{ state: 'sound' }],
  },
  {
    command: 'repair',
    args: () => ['--force'],
    text: /^Kept from the library: .*40 photos.*\.\nThe replaced files are in .*set-aside-.*; delete them when all is well\.\n$/,
    json: () => [{ setAside: any.text, kept: { photos: 40 }, lossy: [], indexed: { failed: 1 } }],
  },
  {
    command: 'restore',
    text: /^From the backup .*: .*40 photos.*\.\nThe replaced files are in .*set-aside-.*\.\n$/,
    json: () => [{ backup: { photos: 40 }, setAside: any.text, fromBackup: { photos: 40 }, indexed: { failed: 1 } }],
  },
  {
    command: 'folders relocate',
    before: ({ folder, album }) => {
      mkdirSync(join(folder, 'elsewhere'));
      renameSync(album, join(folder, 'elsewhere/album'));
    },
    args: ({ album, folder }) => [album, join(folder, 'elsewhere/album')],
    text: /^0 indexed, 40 unchanged, \d+ skipped, 1 failed\n/,
    json: () => [{ indexed: 0, unchanged: 40, failed: 1 }],
    after: ({ folder, album }) => {
      rmSync(join(folder, 'elsewhere/album', panda));
      cpSync(join(folder, 'elsewhere/album'), album, { recursive: true });
    },
  },
  {
    command: 'index',
    args: ({ folder }) => [join(folder, 'elsewhere/album')],
    text: /^0 indexed, 39 unchanged, /,
    json: () => [{ indexed: 0, unchanged: 39 }],
  },
  {
    command: 'folders remove-missing',
    text: /^1 photos removed, \d+ kB free\.\nRemoved from \d+ backups too\. .+\n/,
    json: () => [{ photos: 1, bytes: any.number, backups: any.number }],
  },
  {
    command: 'index',
    before: ({ folder }) => rmSync(join(folder, 'elsewhere/album', kitten)),
    args: ({ folder }) => [join(folder, 'elsewhere/album')],
    text: /^0 indexed, 38 unchanged, /,
    json: () => [{ indexed: 0, unchanged: 38 }],
  },
  {
    command: 'missing list',
    text: /^Missing since +Removed on +Photo *\n\d{4}-\d{2}-\d{2} +(?:\d{4}-\d{2}-\d{2}|kept) +.*kitten-with-wool\.jpg *$/m,
    json: () => [[{ path: matching(/kitten-with-wool\.jpg$/), missingSince: any.number }]],
  },
  {
    command: 'missing remove',
    args: ({ folder }) => [join(folder, 'elsewhere/album', kitten)],
    text: /^1 photo removed, \d+ kB free\.\nRemoved from \d+ backups too\. .+\n/,
    json: () => [{ photos: 1, bytes: any.number, backups: any.number }],
  },
  {
    command: 'metadata write-known',
    args: () => ['--preview'],
    text: /^\d+ of \d+ photos have something to write; \d+ sidecars would be new\.\n\d+ captions, \d+ tags, \d+ people, \d+ ratings, \d+ dates\n/,
    json: () => [{ photos: any.number, toWrite: any.number, examples: any.list, conflicts: any.number }],
  },
  {
    command: 'metadata write-known',
    text: /^\d+ sidecars written, \d+ had all of it\.\n/,
    json: () => [{ written: any.number, unchanged: any.number, failures: 0, failed: [] }],
  },
  {
    command: 'folders remove',
    args: () => ['1'],
    text: /elsewhere\/album removed: 38 photos, \d+(\.\d)? [kM]B free\.\n/,
    json: () => [{ path: matching(/elsewhere\/album$/), photos: 38, bytes: any.number }],
  },
  {
    command: 'bench eval',
    args: () => [
      ...['--data', fileURLToPath(new URL('../fixtures/benchmark/wikipedia.mat', import.meta.url))],
      ...['--method', 'cvh', '--bits', '16'],
    ],
    text: /^cvh +0\.\d{3} +0\.\d{3}/m,
    json: () => [{ kind: 'set' }, { kind: 'run', method: 'cvh' }, { kind: 'summary', method: 'cvh' }],
  },
];

const hubModel = 'Xenova/clip-vit-base-patch32';
let hub: FakeHub;
const folders: string[] = [];

async function preparePlace(): Promise<Place> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  folders.push(folder);
  const album = join(folder, 'album');
  cpSync(sampleAlbum, album, { recursive: true });
  cpSync(join(album, 'food-and-flowers/coffee-cup.jpg'), join(album, 'coffee-cup-again.jpg'));
  appendFileSync(join(album, 'broken.jpg'), readFileSync(join(album, panda)).subarray(0, 300));
  const place = { folder, album, library: join(folder, 'library'), model: '', url: '', server: null };
  await makeTinyClip(tiny(place), { seed: 3 });
  return place;
}

beforeAll(async () => {
  const folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-')), 'hub');
  folders.push(join(folder, '..'));
  await makeTinyClip(folder);
  const names = describeKnownEncoder(defaultClipEncoder)?.files ?? [];
  hub = await startFakeHub(hubModel, new Map(names.map((name) => [name, readFileSync(join(folder, name))])));
  const direct = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const response = await direct(hub.url + new URL(url).pathname, init);
    return Object.defineProperty(response, 'url', { value: '' });
  });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await hub.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.each(['for a person', 'for a script'])('%s', (reader) => {
  let place: Place;
  beforeAll(async () => {
    place = await preparePlace();
  });
  afterAll(async () => {
    await place.server?.close();
  });

  it.each(steps.map((step, at) => [step.command, at + 1, step] as const))(
    '%s prints its result (%i)',
    async (command, _, step) => {
      await step.before?.(place);
      const args = [...command.split(' '), ...(step.args?.(place) ?? [])];
      if (reader === 'for a person') {
        const { status, stdout, stderr } = await runHere(place.library, args);
        expect({ args, status, stderr: /^hashlens:/m.exec(stderr) }).toEqual({ args, status: 0, stderr: null });
        expect(stdout).toMatch(step.text);
      } else {
        const { status, stdout } = await runHere(place.library, [...args, '--json']);
        expect({ args, status }).toEqual({ args, status: 0 });
        expect(jsonLinesOf(z.unknown(), stdout)).toMatchObject(step.json(place));
      }
      step.after?.(place);
    },
  );

  /** Runs a command that ends when it is stopped, until it has printed this. */
  const printing = async (args: readonly string[], what: RegExp): Promise<string> => {
    const json = reader === 'for a script' ? ['--json'] : [];
    const running = startHashlens([...args, ...json, '--library', place.library]);
    await until(() => what.test(running.stdout()) || running.child.exitCode !== null);
    running.child.kill('SIGTERM');
    const { status, stdout } = await running.ended;
    expect(status).toBe(0);
    return stdout;
  };

  it('serve prints where it answers', async () => {
    const stdout = await printing(['serve'], /\n/);
    const { library } = place;
    if (reader === 'for a person')
      expect(stdout).toMatch(/^Serving .*library at .+; other commands on it use this one\./);
    else expect(parseJson(z.unknown(), stdout)).toEqual({ library, address: any.text, pid: any.number });
  });

  it('watch prints what it has indexed', async () => {
    const stdout = await printing(['watch', place.album], /indexed/);
    if (reader === 'for a person') {
      expect(stdout).toMatch(
        /^Watching the folders of .*library\. Ctrl\+C ends it\.\n39 indexed, 0 unchanged, 1 failed\n/,
      );
    } else {
      expect(jsonLinesOf(z.unknown(), stdout)[0]).toMatchObject({
        kind: 'indexed',
        error: null,
        result: { indexed: 39, failed: 1 },
      });
    }
  });
});

it('takes in every command of the reference', () => {
  const covered = new Set([...steps.map(({ command }) => command), 'serve', 'watch']);
  const all = allCommands(hashlensProgram()).map(([words]) => words.join(' '));
  expect([...covered].sort()).toEqual(all.sort());
});
