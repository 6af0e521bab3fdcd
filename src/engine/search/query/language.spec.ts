// Detection of foreign queries. The foreign queries here had no part in choosing the thresholds.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resourcesDir } from '../../../../test/support/engine.ts';
import { unpackWordTable } from '../../encoder/starter/word-table-format.ts';
import { wordTableFile } from '../../encoder/starter/word-table.ts';
import { englishWords } from './english-words.ts';
import { englishOf } from '../../../shared/sentences.ts';
import { foreignNotice, isMultilingual, LanguageCheck } from './language.ts';

const check = new LanguageCheck(englishWords(resourcesDir));
const foreign = async (text: string) => (await check.foreign(text)) !== null;
const share = async (queries: readonly string[]) =>
  (await Promise.all(queries.map(foreign))).filter(Boolean).length / queries.length;

const others = {
  German: [
    'ein rotes Fahrrad',
    'Mädchen mit Luftballon',
    'Schneemann',
    'Kühe auf der Weide',
    'Frühstück im Bett',
    'alte Kirche',
    'Regenbogen über dem Feld',
    'lachendes Kind',
  ],
  French: [
    'un vélo rouge',
    'petite fille avec un ballon',
    'bonhomme de neige',
    'vaches dans le pré',
    'vieille église',
    'arc-en-ciel',
    'enfant qui rit',
    'pluie sur la fenêtre',
  ],
  Spanish: [
    'una bicicleta roja',
    'niña con globo',
    'muñeco de nieve',
    'vacas en el campo',
    'iglesia vieja',
    'arcoíris',
    'lluvia en la ventana',
    'cumpleaños de la abuela',
  ],
  Italian: [
    'una bicicletta rossa',
    'bambina con palloncino',
    'pupazzo di neve',
    'mucche al pascolo',
    'vecchia chiesa',
    'arcobaleno',
    'pioggia sulla finestra',
    'colazione a letto',
  ],
  Polish: [
    'czerwony rower',
    'dziewczynka z balonem',
    'bałwan',
    'krowy na łące',
    'stary kościół',
    'tęcza',
    'deszcz za oknem',
    'urodziny babci',
  ],
};

it('notices most queries in other languages', async () => {
  expect(await share(Object.values(others).flat())).toBeGreaterThan(0.65);
});

it('notices other scripts', async () => {
  for (const text of ['собака на пляже', '浜辺の犬', 'كلب على الشاطئ', 'σκύλος στην παραλία', '바다']) {
    expect({ text, foreign: await foreign(text) }).toEqual({ text, foreign: true });
  }
});

it('names the language of another script, with vowel points or an English word beside it, and none by the English word', async () => {
  const named = async (text: string) => (await check.foreign(text))?.language;
  for (const [text, language] of [
    ['מִשְׁפָּחָה', 'he'],
    ['מִשְׁפָּחָה dog', 'he'],
    ['משפחה dog', 'he'],
    ['كَلْبٌ dog', null],
    ['สุนัข dog', 'th'],
    ['强 dog', null],
    ['浜辺 dog', null],
  ] as const) {
    expect({ text, language: await named(text) }).toEqual({ text, language });
  }
});

it('leaves English alone, names and slips among it', async () => {
  for (const text of [
    'a dog on the beach',
    'kids',
    'sunset',
    "grandma's birthday cake",
    'IMG_4120',
    '2019',
    '',
    'skiing in the alps',
    'café',
    'my t-shirt',
    'Rex at the beach',
  ]) {
    expect({ text, foreign: await foreign(text) }).toEqual({ text, foreign: false });
  }
});

it('never takes a single English word for another language', async () => {
  const { words } = unpackWordTable(readFileSync(join(resourcesDir, 'starter', wordTableFile)));
  const single = words.filter((word) => /^[a-z]+$/.test(word));
  const wrong: string[] = [];
  for (const word of single) if (await foreign(word)) wrong.push(word);
  expect(wrong).toEqual([]);
  for (const word of [
    'toothbrush',
    'umbrella',
    'umbrellas',
    'snowshoe',
    'Toothbrushes',
    'spandex',
    'pigtails',
    'parka',
  ]) {
    expect({ word, foreign: await foreign(word) }).toEqual({ word, foreign: false });
  }
});

it('takes fewer than one English caption in fifty for foreign, cut to one to four words', async ({ skip }) => {
  const file = join(import.meta.dirname, '../../../../../shared/data/flickr8k-1000/captions.txt');
  skip(!existsSync(file), 'shared/data/flickr8k-1000 is not beside this checkout');
  const captions = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.includes(','));
  const cut = captions.map((line, i) => {
    const words =
      line
        .slice(line.indexOf(',') + 1)
        .toLowerCase()
        .match(/[a-z'-]+/g) ?? [];
    const n = 1 + (i % 4);
    const from = (i * 7919) % Math.max(1, words.length - n + 1);
    return words.slice(from, from + n).join(' ');
  });
  expect(await share(cut)).toBeLessThan(0.02);
});

it.each([
  'golden retriever',
  'selfie stick',
  'skateboard trick',
  'blue tarp',
  'red bikini',
  'boston terrier',
  'manta ray',
  'tulip garden',
  'husky sled',
])('takes the visible things of “%s” for English', async (text) => {
  expect(await foreign(text)).toBe(false);
});

it.each(['quinoa salad', 'bento box', 'hydrangea bush', 'MIT campus', 'US flag'])(
  'takes “%s” for English',
  async (text) => {
    expect(await check.foreign(text)).toBeNull();
  },
);

it('takes an English word beside words of the library for English, and not one of another language', async () => {
  expect(await check.foreign('Oma garden', ['garden'])).toBeNull();
  expect(await check.foreign('schwarzer Hund', ['schwarzer'])).not.toBeNull();
});

it.each(['rotes Auto', 'alte Kirche', 'kleine Katze', 'playa bonita', 'schwarzer Hund', 'Oma und Opa'])(
  'still notices “%s”',
  async (text) => {
    expect(await foreign(text)).toBe(true);
  },
);

it('says what it found and what to do', () => {
  const noticeOf = (language: string | null) => englishOf(foreignNotice({ language }, 'Starter'));
  expect(noticeOf('de')).toMatch(/looks like German.*Starter.*English only.*such as SigLIP 2\./);
  // The window shows the notice too and has no commands.
  expect(noticeOf('de')).not.toMatch(/hashlens/);
  expect(noticeOf(null)).toMatch(/does not look like English/);
  expect(isMultilingual({ id: 'clip:x/clip-ViT-B-32-multilingual-v1', name: 'CLIP' })).toBe(true);
  expect(isMultilingual({ id: 'clip:Xenova/clip-vit-base-patch32', name: 'CLIP' })).toBe(false);
  expect(isMultilingual({ id: 'starter-1', name: 'Starter' })).toBe(false);
  expect(isMultilingual({ id: 'siglip:Xenova/siglip-base-patch16-224', name: 'SigLIP base' })).toBe(false);
  expect(isMultilingual({ id: 'siglip:my siglip2', name: 'SigLIP (my siglip2)' })).toBe(true);
  expect(isMultilingual({ id: 'jina-clip:jinaai/jina-clip-v2@fp16', name: 'Jina CLIP v2' })).toBe(true);
  expect(isMultilingual({ id: 'chinese-clip:mine', name: 'Chinese-CLIP (mine)' })).toBe(true);
});
