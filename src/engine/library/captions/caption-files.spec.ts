// Caption files in common layouts, and the photo that each entry belongs to.
import { symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf32 } from '../../../../test/support/encode.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { CaptionEntry } from './caption-entry.ts';
import { eachCaption, readCaptionFile } from './caption-files.ts';
import { isCaptionFileName, isLemmaFile } from './caption-names.ts';
import { CaptionMatcher } from './caption-match.ts';
import { folderOf } from '../../../../test/support/photo-tree.ts';

async function read(name: string, content: string | Uint8Array): Promise<CaptionEntry[]> {
  const folder = await folderOf({ [name]: content });
  const entries: CaptionEntry[] = [];
  await eachCaption(folder, path.join(folder, name), (entry) => entries.push(entry));
  return entries;
}

const twoEntries: CaptionEntry[] = [
  { image: 'a.jpg', caption: 'A dog runs' },
  { image: 'b.jpg', caption: 'A cat, asleep' },
];

describe('caption files', () => {
  it.each(['NA', '<NA>', '\\N', '#N/A', 'N/A', '(null)', 'undefined', '-'])(
    'have no caption in a cell %s',
    async (cell) => {
      expect(await read('captions.csv', `image,caption\na.jpg,A dog\nb.jpg,${cell}\n`)).toEqual([
        { image: 'a.jpg', caption: 'A dog' },
      ]);
      const whole = `${cell} and a cat`;
      expect(await read('captions.csv', `image,caption\nb.jpg,${whole}\n`)).toEqual([
        { image: 'b.jpg', caption: whole },
      ]);
    },
  );

  it('are read in ISO-2022-JP', async () => {
    const dog = Buffer.from('a.jpg,\u001B$B8$\u001B(B\n', 'latin1');
    expect(await read('captions.csv', dog)).toEqual([{ image: 'a.jpg', caption: '犬' }]);
  });

  it.each([
    ['captions.txt', 'image,caption\na.jpg,A dog runs\nb.jpg,"A cat, asleep"\n'],
    ['captions.csv', 'a.jpg,A dog runs\r\nb.jpg,A cat, asleep\r\n'],
    ['captions.csv', '\uFEFFimage;caption\na.jpg;A dog runs\nb.jpg;A cat, asleep'],
    ['captions.csv', 'caption,split,filename\nA dog runs,train,a.jpg\n"A cat, asleep",test,b.jpg'],
    ['captions.txt', 'a.jpg\tA dog runs\n\nb.jpg\tA cat, asleep\n'],
    ['Flickr8k.token.txt', 'a.jpg#0\tA dog runs\nb.jpg#4\tA cat, asleep\n'],
    ['results_20130124.token', 'a.jpg#0\tA dog runs\nb.jpg#4\tA cat, asleep\n'],
    ['results.csv', 'image_name| comment_number| comment\na.jpg| 0| A dog runs\nb.jpg| 4   A cat, asleep\n'],
    [
      'captions_train.json',
      JSON.stringify({
        images: [
          { id: 7, file_name: 'a.jpg', height: 1 },
          { id: 8, file_name: 'b.jpg' },
        ],
        annotations: [
          { id: 1, image_id: 7, caption: 'A dog runs' },
          { id: 2, image_id: 8, caption: 'A cat, asleep\n' },
          { id: 3, image_id: 99, caption: 'of no image' },
        ],
      }),
    ],
  ])('reads %s: %j', async (name, content) => {
    expect(await read(name, content)).toEqual(twoEntries);
  });

  it.each(['IMG_1.HEIC', 'IMG_1.jxl', 'IMG_1.CR2', 'clip.MOV', 'scan.tiff', 'b.jfif'])(
    'reads tables without a header, written lists and JSON that name %s',
    async (image) => {
      const entry = { image, caption: 'A dog' };
      expect(await read('captions.csv', `${image},A dog\n`)).toEqual([entry]);
      expect(await read('captions.txt', `${image}#0\tA dog\n`)).toEqual([entry]);
      expect(await read('captions.txt', `${image}: A dog\n`)).toEqual([entry]);
      expect(await read('captions.json', JSON.stringify({ [image]: 'A dog', version: '1' }))).toEqual([entry]);
    },
  );

  const dog = 'A dog runs';
  const cat = 'A cat, asleep';
  it.each<[form: string, name: string, content: unknown]>([
    [
      'BLIP',
      'captions.json',
      [
        { image: 'a.jpg', caption: dog },
        { image: 'b.jpg', caption: [cat] },
      ],
    ],
    [
      'Karpathy',
      'dataset.json',
      {
        images: [
          { filename: 'a.jpg', split: 'train', sentences: [{ raw: dog, tokens: ['dog'] }] },
          { filename: 'b.jpg', filepath: 'b.jpg', sentences: [{ raw: cat }] },
        ],
      },
    ],
    [
      'LLaVA',
      'chat.json',
      [
        {
          image: 'a.jpg',
          conversations: [
            { from: 'human', value: 'What is this?' },
            { from: 'gpt', value: dog },
          ],
        },
        { image: 'b.jpg', conversations: [{ from: 'gpt', value: cat }] },
        { image: 'c.jpg', conversations: [{ from: 'human', value: 'And this?' }] },
        { image: 'd.jpg', conversations: [{ from: 'gpt', value: 5 }] },
      ],
    ],
    ['a map of images', 'captions.json', { 'a.jpg': dog, 'b.jpg': { description: { raw: cat } }, version: 'x', n: 1 }],
    [
      'a list under a name',
      'captions.json',
      {
        data: [
          { file_name: 'a.jpg', caption: null, text: dog },
          { path: 'b.jpg', descriptions: [cat, [dog], 7, null] },
          { path: 'c.jpg', width: 4 },
          { path: 'd.jpg', caption: { tokens: ['d'] } },
          { caption: 'of no image' },
          'no object',
        ],
      },
    ],
  ])('reads captions as %s has them', async (_, name, content) => {
    expect(await read(name, JSON.stringify(content))).toEqual(twoEntries);
  });

  it('reads one object a line, as Hugging Face has them', async () => {
    const lines = [
      { file_name: 'a.jpg', text: dog },
      { file_name: 'b.jpg', text: cat },
    ].map((one) => JSON.stringify(one));
    for (const name of ['metadata.jsonl', 'metadata.ndjson']) {
      expect(await read(name, `${lines.join('\n\n')}\n`)).toEqual(twoEntries);
    }
  });

  it('puts the folder before the name where a list has it apart', async () => {
    const content = [
      { filename: 'a.jpg', filepath: 'val2014', caption: dog },
      { filename: 'b.jpg', filepath: 'val2014/b.jpg', caption: cat },
    ];
    expect((await read('dataset.json', JSON.stringify(content))).map(({ image }) => image)).toEqual([
      'val2014/a.jpg',
      'b.jpg',
    ]);
  });

  it('finds no captions in JSON of something else', async () => {
    for (const content of ['5', '"a.jpg"', 'null', '{"a":{"b":"x"}}', '[["a","x"]]']) {
      expect(await read('other.json', content)).toEqual([]);
    }
  });

  const json = (content: unknown): string => JSON.stringify(content);

  it.each([
    [
      'captions.json',
      json([
        { image: 'a.jpg', caption: 'A dog' },
        { image: 'b.jpg', caption: null },
      ]),
    ],
    ['captions.json', json({ captions: { 'a.jpg': ['A dog', null], 'b.jpg': null } })],
    ['captions.json', '{"a.jpg": ["A dog", NaN], "b.jpg": NaN, "NaN.jpg": "NaN \\"bread\\""}'],
    ['captions.json', json({ train: [{ image: 'a.jpg', caption: 'A dog' }], val: [] })],
    ['captions.json', json([['a.jpg', 'A dog']])],
    ['captions.json', json({ 'a.jpg': { caption: 'A dog' } })],
    ['captions.json', json([{ image: { path: 'a.jpg', bytes: null }, caption: { en: 'A dog' } }])],
    ['captions.json', json([{ imagePath: 'a.jpg', Caption: 'A dog' }])],
    ['captions.json', json([{ image_id: 'a.jpg', blip_caption: 'A dog' }])],
    ['captions.json', json([{ url: 'https://example.org/photos/a.jpg?size=2', caption: 'A dog' }])],
    ['captions.json', '{"image":"a.jpg","caption":"A dog"}\n{"image":"b.jpg","caption":null}\n'],
    ['captions.json', Buffer.from(json([{ image: 'a.jpg', caption: 'A dog' }]), 'utf16le')],
    ['dataset.json', json({ images: [{ filename: 'a.jpg', sentences: [{ tokens: ['dog'], raw: 'A dog' }] }] })],
    ['meta_cap.json', json({ '/data/train/a': { caption: 'A dog', tags: 'dog' } })],
    ['captions.json', json({ a: { caption: 'A dog' } })],
    ['captions.json', json({ a: ['A dog'] })],
    ['captions.json', json([{ 'a.jpg': 'A dog' }])],
    ['captions.json', json([{ image_id: 'a', caption: 'A dog' }])],
    ['captions.json', json({ image: ['a.jpg', 'b.jpg'], caption: ['A dog', null] })],
    ['captions.json', json({ image: { 0: 'a.jpg', 1: 'b.jpg' }, caption: { 0: 'A dog', 1: null } })],
    ['captions.json', json([{ Datei: 'a.jpg', Beschreibung: 'A dog' }])],
    [
      'captions.json',
      json({ images: [{ id: '1', file_name: 'a.jpg' }], annotations: [{ image_id: 1, caption: 'A dog' }] }),
    ],
    [
      'captions.json',
      json([
        {
          images: ['a.jpg'],
          messages: [
            { role: 'user', content: 'What is this?' },
            { role: 'assistant', content: 'A dog' },
          ],
        },
      ]),
    ],
    ['metadata.jsonl', '{"file_name":"a.jpg","text":"A dog"}\n{"file_name":"b.jpg","text":null}\n'],
    ['metadata.jsonl', '{"file_name":"a.jpg","text":"A dog"}\n{"file_name":"b.jpg","text":NaN}\n'],
    ['metadata.jsonl', '{"file_name":"a.jpg","text":"A dog","label":3}\n{"file_name":"b.jpg","label":"cat"}\n'],
    ['metadata.csv', 'file_name,text\na.jpg,A dog\nb.jpg,\n'],
    ['metadata.csv', 'file_name,label,caption\na.jpg,3,A dog\nb.jpg,4,null\n'],
    ['captions.csv', 'image,caption\na,A dog\n'],
    ['captions.csv', 'image,caption_en\na.jpg,A dog\nb.jpg,NaN\n'],
    ['captions.csv', 'image,caption,Ort\na.jpg,A dog,Rom\n'],
    ['captions.csv', 'Motiv,Notiz,Ort\na.jpg,A dog,Rom\n'],
    ['captions.csv', 'Motiv;Nr;Notiz;Ort\na.jpg;1;A dog;Rom\n'],
    ['captions.csv', 'Datei;Beschreibung;Ort\na.jpg;A dog;Rom\n'],
    ['captions.csv', 'src,alt_text,Ort\na.jpg,A dog,Rom\n'],
    ['captions.csv', 'id,caption\na.jpg,A dog\n7,number seven\n'],
    ['captions.csv', 'image_id,caption\na,A dog\n'],
    ['captions.csv', 'image,caption\na.jpg,"[""A dog"", null]"\nb.jpg,[]\n'],
    ['captions.txt', 'a.jpg: A dog\n'],
    ['captions.txt', 'a.jpg - A dog\n'],
    ['captions.txt', Buffer.from('image,caption\na.jpg,A dog\n', 'utf16le').swap16()],
  ])('gives a photo its caption, and null none: %s %s', async (name, content) => {
    const folder = await folderOf({ [name]: content });
    const { entries } = await readCaptionFile(folder, path.join(folder, name), ['a.jpg', 'b.jpg']);
    expect([isCaptionFileName(name), entries]).toEqual([true, [['a.jpg', ['A dog']]]]);
  });

  it.each([
    ['raw,filename\n"[""A dog"", ""Rex, at home""]",a.jpg\n', ['A dog', 'Rex, at home']],
    [
      `image,captions\na.jpg,"['A dog', ""Anna's \\""dog\\"""", 'it\\'s Rex']"\n`,
      ['A dog', `Anna's "dog"`, "it's Rex"],
    ],
    ['image,caption\na.jpg,[Rex] a dog [left]\n', ['[Rex] a dog [left]']],
  ])('reads the list of a cell as several captions: %s', async (content, captions) => {
    expect((await read('captions.csv', content)).map(({ caption }) => caption)).toEqual(captions);
  });

  it('takes time that grows with the length of a cell for one that looks like a list', async () => {
    for (const inside of ["'a',", "' ", "\\'", ' ', "''"]) {
      const cell = `['${inside.repeat(100_000 / inside.length)}x]`;
      expect(await read('captions.tsv', `image\tcaption\na.jpg\t${cell}\n`)).toHaveLength(1);
    }
  });

  it.each([
    ['captions.json', json([{ image_id: 391895, caption: 'A dog' }])],
    ['captions.json', json({ annotations: [{ id: 3, image_id: 391895, caption: 'A dog' }] })],
    ['captions.csv', 'image_id,caption\n391895,A dog\n'],
    ['captions.csv', 'id,image_id,caption\n7,391895.0,A dog\n'],
  ])('finds the files of COCO by their numbers: %s %s', async (name, content) => {
    const folder = await folderOf({ [name]: content });
    for (const photo of ['000000391895.jpg', 'val/COCO_val2014_000000391895.jpg', '391895.jpg']) {
      const photos = [photo, '000000391896.jpg', '000000000007.jpg', '7.jpg'];
      const { entries } = await readCaptionFile(folder, path.join(folder, name), photos);
      expect(entries).toEqual(photo === '391895.jpg' && content.includes('.0') ? [] : [[photo, ['A dog']]]);
    }
    const both = ['a/000000391895.jpg', 'b/000000391895.jpg'];
    expect((await readCaptionFile(folder, path.join(folder, name), both)).entries).toEqual([]);
  });

  it('takes labels of an image folder for no captions', async () => {
    const folder = await folderOf({ 'metadata.csv': 'file_name,label\na.jpg,cat\n' });
    expect((await readCaptionFile(folder, path.join(folder, 'metadata.csv'), ['a.jpg'])).entries).toEqual([]);
  });

  it('leaves a damaged line of JSON Lines out, and says which', async () => {
    const folder = await folderOf({ 'captions.jsonl': '{"image":"a.jpg","caption":"A dog"}\n{"image":\n' });
    const { entries, damage } = await readCaptionFile(folder, path.join(folder, 'captions.jsonl'), ['a.jpg']);
    expect(entries).toEqual([['a.jpg', ['A dog']]]);
    expect(damage).toBe('captions.jsonl: line 2 is not valid JSON and was left out; correct it and scan again.');
    const long = await folderOf({
      'captions.jsonl': `{"image":"a.jpg","caption":"A dog"}\n{"image":"a.jpg","x":"${'y'.repeat(300_000)}"}\n{\n`,
    });
    expect((await readCaptionFile(long, path.join(long, 'captions.jsonl'), ['a.jpg'])).damage).toBe(
      'captions.jsonl: line 3 is not valid JSON and was left out; line 2 is too large (more than 256 KB) and was left out; correct it and scan again.',
    );
    const worse = await folderOf({ 'captions.jsonl': '{"image":\n{"image":"a.jpg","caption":"A dog"}\n\n[\n' });
    expect((await readCaptionFile(worse, path.join(worse, 'captions.jsonl'), ['a.jpg'])).damage).toMatch(
      /^captions\.jsonl: line 1 and 1 more is not valid JSON/,
    );
    const named = await folderOf({ 'captions.json': `${'{"image":"a.jpg","caption":"A dog"}\n'.repeat(2)}{"image":` });
    expect(await readCaptionFile(named, path.join(named, 'captions.json'), ['a.jpg'])).toMatchObject({
      ...{ entries: [['a.jpg', ['A dog']]], damage: expect.stringMatching(/line 3 is not valid JSON/) as string },
    });
  });

  it.each([
    [
      'GBK',
      '696d6167652c63617074696f6e0a612e6a70672cbaa3b1dfb5c4c8d5c2e40a622e6a70672cd0a1c3a8d4dac9b3b7a2c9cf0a',
      ['海边的日落', '小猫在沙发上'],
    ],
    [
      'Shift-JIS',
      '696d6167652c63617074696f6e0a612e6a70672c8a4395d382cc975b93fa82f08ca982e90a622e6a70672c8e7182cb82b1',
      ['海辺の夕日を見る', '子ねこ'],
    ],
    [
      'EUC-KR',
      '696d6167652c63617074696f6e0a612e6a70672cb9d9b4e5b0a1c0c720c0cfb8f420c7b3b0e60a622e6a70672cb0adbec6c1f6',
      ['바닷가의 일몰 풍경', '강아지'],
    ],
  ])('reads a table in %s', async (_, hex, captions) => {
    const folder = await folderOf({ 'captions.csv': Buffer.from(hex, 'hex') });
    const { entries } = await readCaptionFile(folder, path.join(folder, 'captions.csv'), ['a.jpg', 'b.jpg']);
    expect(entries.flatMap(([, texts]) => texts)).toEqual(captions);
  });

  it('leaves a lemma file out beside its original only', () => {
    expect(isLemmaFile('Flickr8k.lemma.token.txt', ['Flickr8k.token.txt'])).toBe(true);
    expect(isLemmaFile('Flickr8k.lemma.token.txt', ['Flickr8k.lemma.token.txt'])).toBe(false);
    expect(isLemmaFile('lemma_captions.txt', ['captions.txt'])).toBe(true);
  });

  it('keeps quotation marks that open no field, and takes doubled ones for one', async () => {
    const content = 'image,caption\na.jpg,A "big" dog\nb.jpg,"A ""small"" cat"\n';
    expect((await read('captions.txt', content)).map((entry) => entry.caption)).toEqual([
      'A "big" dog',
      'A "small" cat',
    ]);
  });

  it.each(['utf-32le', 'utf-32be'] as const)('reads %s with its mark', async (charset) => {
    const entries = [{ image: 'a.jpg', caption: 'Küste 🐕' }];
    expect(await read('captions.csv', utf32('image,caption\na.jpg,Küste 🐕\n', charset))).toEqual(entries);
    expect(await read('captions.json', utf32(JSON.stringify(entries), charset))).toEqual(entries);
    expect(await read('captions.jsonl', utf32(JSON.stringify(entries[0]), charset))).toEqual(entries);
  });

  it('reads UTF-16 and Windows-1252', async () => {
    const text = 'image,caption\na.jpg,Küste\n';
    expect(await read('captions.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'))).toEqual([
      { image: 'a.jpg', caption: 'Küste' },
    ]);
    expect(await read('captions.csv', Buffer.from(text, 'latin1'))).toEqual([{ image: 'a.jpg', caption: 'Küste' }]);
  });

  it('drops empty captions and cleans the others', async () => {
    const content = 'a.jpg,  \nb.jpg,\u0007 two \u202E  words \nc.jpg\n';
    expect(await read('captions.txt', content)).toEqual([{ image: 'b.jpg', caption: 'two words' }]);
  });

  it.each([
    ['captions.txt', ''],
    ['captions.json', '{"captions": ["WEBVTT"]}'],
    ['captions.json', '[1, 2]'],
    ['captions.json', '{"images": [], "annotations": []}'],
    ['captions_instances.json', '{"images": [{"id": 1}], "annotations": [{"image_id": 1, "bbox": [1]}]}'],
    ['results.csv', 'epoch,loss\n1,0.5\n2,0.25\n'],
  ])('finds nothing in %s: %j', async (name, content) => {
    expect(await read(name, content)).toEqual([]);
  });

  it.each([
    ['captions.txt', 'some notes\nwithout any photo'],
    ['captions.txt', 'a.jpg,b\0c'],
    ['captions.csv', 'image,caption\na.jpg,"never closed\nb.jpg,x\n'],
    ['captions.json', '{"images": ['],
    ['captions.json', '["\0"]'],
    ['captions.jsonl', '{"image":\nx\n'],
    ['captions.json', '{"images": [{"id": 1}], "annotations": [{"image_id": 1, "caption": "x"}]}'],
    ['captions.json', '{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1, "caption": 5}]}'],
  ])('names a damaged %s: %j', async (name, content) => {
    await expect(read(name, content)).rejects.toMatchObject({
      name: 'HashlensError',
      code: 'unreadable',
      message: expect.stringContaining(name) as string,
    });
  });

  it.each([
    ['captions.json', '['.repeat(3_000_000), /nested more than 100 deep/],
    ['captions.json', `${'[{"caption":'.repeat(200_000)}"x"${'}]'.repeat(200_000)}`, /nested more than 100 deep/],
    ['captions.jsonl', '{"caption":'.repeat(3_000_000), /line 1 is too large \(more than 256 KB\)/],
    ['captions.jsonl', '{"caption":'.repeat(20_000), /line 1 is not valid JSON/],
  ])('refuses %s with lists inside each other without end', async (name, content, reason) => {
    const folder = await folderOf({ [name]: content });
    await expect(readCaptionFile(folder, path.join(folder, name), ['a.jpg'])).rejects.toThrow(reason);
  });

  it('keeps two hundred captions of a photo and says so', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i % 2 === 0 ? 'a' : 'b'}.jpg,caption ${i}`);
    const folder = await folderOf({ 'captions.csv': `image,caption\n${lines.join('\n')}\nc.jpg,one\n` });
    const photos = ['a.jpg', 'b.jpg', 'c.jpg'];
    const { entries, notice } = await readCaptionFile(folder, path.join(folder, 'captions.csv'), photos);
    expect(entries.map(([photo, captions]) => [photo, captions.length, captions[1]])).toEqual([
      ['a.jpg', 200, 'caption 2'],
      ['b.jpg', 200, 'caption 3'],
      ['c.jpg', 1, undefined],
    ]);
    expect(notice).toBe('captions.csv has more than 200 captions for 2 photos; the first 200 of each are used.');
    const one = await folderOf({ 'captions.csv': lines.filter((_, i) => i % 2 === 0 && i < 500).join('\n') });
    const file = path.join(one, 'captions.csv');
    expect((await readCaptionFile(one, file, ['a.jpg'])).notice).toMatch(
      /more than 200 captions for a photo; the first/,
    );
  });

  it('refuses a JSON that is too large to be read whole, by its size', async () => {
    const folder = await folderOf({ 'captions.json': '' });
    const file = path.join(folder, 'captions.json');
    await truncate(file, 200 * 1024 * 1024);
    await expect(readCaptionFile(folder, file, [])).rejects.toThrow(/larger than 160 MB; split it/);
  });

  it('follows no link that leads out of the folder', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const outside = await folderOf({ 'captions.csv': 'a.jpg,a secret\n' });
    const folder = await folderOf({ 'in/a.jpg': '' });
    for (const place of ['captions.csv', 'in/captions.csv']) {
      await symlink(path.join(outside, 'captions.csv'), path.join(folder, place));
      await expect(
        readCaptionFile(path.join(folder, 'in'), path.join(folder, place), ['a.jpg']),
      ).rejects.toBeInstanceOf(HashlensError);
    }
  });

  it('follows a link inside of the folder, and beside it none at all', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const folder = await folderOf({ 'beside.csv': 'a.jpg,A dog\n', 'in/inside.csv': 'a.jpg,A cat\n' });
    const root = path.join(folder, 'in');
    await symlink(path.join(folder, 'beside.csv'), path.join(folder, 'captions.csv'));
    await symlink(path.join(root, 'inside.csv'), path.join(root, 'captions.csv'));
    await expect(readCaptionFile(root, path.join(folder, 'captions.csv'), ['a.jpg'])).rejects.toThrow(
      'captions.csv was replaced by a link',
    );
    const { entries } = await readCaptionFile(root, path.join(root, 'captions.csv'), ['a.jpg']);
    expect(entries).toEqual([['a.jpg', ['A cat']]]);
  });

  it('reads letters of several bytes wherever a piece of the file ends', async () => {
    // With lines of 213 bytes, the second piece of 1 MiB ends inside a letter.
    const captions = Array.from({ length: 10_000 }, (_, n) => `${'é'.repeat(100)} ${String(n).padStart(5, '0')}`);
    const entries = await read('captions.csv', captions.map((caption) => `a.jpg,${caption}\n`).join(''));
    expect(entries.map(({ caption }) => caption)).toEqual(captions);
  });

  it('names a file that is gone', async () => {
    const folder = temporaryFolder();
    await writeFile(path.join(folder, 'x'), '');
    await expect(readCaptionFile(folder, path.join(folder, 'captions.txt'), [])).rejects.toMatchObject({
      code: 'io-error',
    });
  });
});

describe('CaptionMatcher', () => {
  const root = path.resolve('/library');
  const matched = (file: string, entries: CaptionEntry[], photos: string[]): Map<string, string[]> => {
    const matcher = new CaptionMatcher(root, path.join(root, file), photos);
    for (const entry of entries) matcher.add(entry);
    return matcher.result();
  };
  const same = (count: number): string[] => Array.from({ length: count }, (_, n) => `d${n}/1.jpg`);
  const match = (file: string, image: string, photos: string[]): string | undefined =>
    [...matched(file, [{ image, caption: 'x' }], photos).keys()][0];

  it.each([
    ['beside the caption file', 'set/captions.txt', '1.jpg', ['1.jpg', 'set/1.jpg'], 'set/1.jpg'],
    ['in a folder below it', 'captions.txt', 'images/1.jpg', ['1.jpg', 'images/1.jpg'], 'images/1.jpg'],
    ['with a folder that is not there', 'set/captions.txt', 'images/1.jpg', ['1.jpg', 'set/1.jpg'], 'set/1.jpg'],
    ['with Windows’ slashes', 'captions.txt', 'images\\1.jpg', ['images/1.jpg'], 'images/1.jpg'],
    ['with a leading ./', 'captions.txt', './1.jpg', ['1.jpg'], '1.jpg'],
    ['in another case', 'captions.txt', 'IMG_1.JPG', ['img_1.jpg'], 'img_1.jpg'],
    ['by exact case first', 'captions.txt', 'A.jpg', ['a.jpg', 'A.jpg'], 'A.jpg'],
    ['by name anywhere', 'captions.txt', '1.jpg', ['deep/down/1.jpg', '2.jpg'], 'deep/down/1.jpg'],
    ['not when two bear the name', 'captions.txt', '1.jpg', ['a/1.jpg', 'b/1.jpg'], undefined],
    ['below the file’s folder before others', 'y/captions.txt', '1.jpg', ['x/a/1.jpg', 'y/b/1.jpg'], 'y/b/1.jpg'],
    ['beside the file’s folder', 'y/json/captions.txt', '1.jpg', ['x/a/1.jpg', 'y/b/1.jpg', 'y2/1.jpg'], 'y/b/1.jpg'],
    [
      'not when two of its folder bear the name',
      'y/captions.txt',
      '1.jpg',
      ['x/1.jpg', 'y/a/1.jpg', 'y/b/1.jpg'],
      undefined,
    ],
    [
      'by its number, near the file',
      'y/captions.txt',
      '391895',
      ['x/a/000000391895.jpg', 'y/b/000000391895.jpg'],
      'y/b/000000391895.jpg',
    ],
    ['by the folder that tells two apart', 'captions.txt', 'coco/b/1.jpg', ['x/a/1.jpg', 'x/b/1.jpg'], 'x/b/1.jpg'],
    ['from above the root', '../captions.txt', '1.jpg', ['1.jpg'], '1.jpg'],
    ['from above, through the root’s name', '../captions.txt', 'library/d/1.jpg', ['d/1.jpg', '1.jpg'], 'd/1.jpg'],
    ['by an absolute path inside', 'captions.txt', `${root}/d/1.jpg`, ['d/1.jpg', '1.jpg'], 'd/1.jpg'],
    ['by somebody else’s absolute path', 'captions.txt', '/home/ann/d/1.jpg', ['x/1.jpg'], 'x/1.jpg'],
    ['composed or decomposed', 'captions.txt', 'caf\u00e9.jpg', ['cafe\u0301.jpg'], 'cafe\u0301.jpg'],
    ['never outside the library', 'captions.txt', '../../etc/passwd', ['1.jpg'], undefined],
    ['not for nothing', 'captions.txt', '///', ['1.jpg'], undefined],
  ])('finds a photo %s', (_, file, image, photos, expected) => {
    expect(match(file, image, photos)).toBe(expected);
  });

  it.each([
    [
      'by its number, where lists leave the ending out',
      'captions.txt',
      'IMG_1',
      ['d/IMG_1.jpg', 'IMG_10.jpg'],
      'd/IMG_1.jpg',
    ],
    ['without its ending beside the list first', 'b/captions.txt', '1', ['a/1.jpg', 'b/1.png'], 'b/1.png'],
    ['without its ending in a folder below', 'captions.txt', 'b/1', ['a/1.jpg', 'b/1.png'], 'b/1.png'],
    ['without its ending by its folder', 'captions.txt', 'x/b/1', ['c/a/1.jpg', 'c/b/1.png'], 'c/b/1.png'],
    ['not without its ending of two beside the list', 'b/captions.txt', '1', ['b/1.jpg', 'b/1.png'], undefined],
    ['not by a number that two have', 'captions.txt', 'IMG_1', ['IMG_1.jpg', 'IMG_1.png'], undefined],
    ['not in a third case where two differ by case', 'captions.txt', 'a.JPG', ['a.jpg', 'A.jpg'], undefined],
    ['by the case of its name, of several', 'captions.txt', 'x/A.jpg', ['1/a.jpg', '2/A.jpg'], '2/A.jpg'],
    ['by as many folders as it takes', 'captions.txt', 'z/b/c/1.jpg', ['x/a/c/1.jpg', 'x/b/c/1.jpg'], 'x/b/c/1.jpg'],
    ['not by folders that none has', 'captions.txt', 'q/1.jpg', ['a/1.jpg', 'b/1.jpg'], undefined],
    ['of a name that a great many have, where the folder is told', 'captions.txt', 'd7/1.jpg', same(300), 'd7/1.jpg'],
    ['not by the end of a name', 'captions.txt', '1.jpg', ['11.jpg'], undefined],
    ['beside a list above, by its folder’s name', '../captions.txt', 'other/1.jpg', ['1.jpg'], '1.jpg'],
  ])('finds a photo %s', (_, file, image, photos, expected) => {
    expect(match(file, image, photos)).toBe(expected);
  });

  it('compares the folders of no more than 256 photos of one name, and takes no path of very many for a name', () => {
    const deep = `${'x/'.repeat(64)}d7/1.jpg`;
    expect(
      match(
        'captions.txt',
        'e/d7/1.jpg',
        same(256).map((photo) => `in/${photo}`),
      ),
    ).toBe('in/d7/1.jpg');
    expect(
      match(
        'captions.txt',
        'e/d7/1.jpg',
        same(257).map((photo) => `in/${photo}`),
      ),
    ).toBeUndefined();
    expect(match('captions.txt', deep, ['d7/1.jpg'])).toBeUndefined();
    expect(match('captions.txt', deep.slice(4), ['d7/1.jpg'])).toBe('d7/1.jpg');
  });

  it('finds each of thousands of images, also one that is named again much later', () => {
    const photos = Array.from({ length: 2500 }, (_, n) => `${n}.jpg`);
    const entries = [...photos, 'none.jpg', ...photos].map((image, n) => ({ image, caption: `c${n}` }));
    const found = matched('captions.txt', entries, photos);
    expect([...found.keys()]).toEqual(photos);
    expect([...found.values()].every((captions, n) => captions.join() === `c${n},c${n + 2501}`)).toBe(true);
  });

  it('counts photos with more captions than are kept, and not one that repeats itself', () => {
    const matcher = new CaptionMatcher(root, path.join(root, 'captions.txt'), ['a.jpg', 'b.jpg']);
    for (let n = 0; n < 200; n++) for (const image of ['a.jpg', 'b.jpg']) matcher.add({ image, caption: `${n}` });
    for (const caption of ['7', '199']) matcher.add({ image: 'a.jpg', caption });
    expect(matcher.overfull).toBe(0);
    for (const caption of ['200', '201']) matcher.add({ image: 'b.jpg', caption });
    expect(matcher.overfull).toBe(1);
    expect([...matcher.result().values()].map(({ length }) => length)).toEqual([200, 200]);
  });

  it('collects captions in order, each once', () => {
    const entries = ['one', 'two', 'one'].map((caption) => ({ image: 'a.jpg', caption }));
    expect([...matched('captions.txt', entries, ['a.jpg', 'b.jpg'])]).toEqual([['a.jpg', ['one', 'two']]]);
  });
});
