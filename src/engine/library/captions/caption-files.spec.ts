// Caption files in the layouts people have, and which photo each entry means.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { eachCaption, readCaptionFile, type CaptionEntry } from './caption-files.ts';
import { CaptionMatcher } from './caption-match.ts';
import { folderOf } from '../../../../test/support/photo-tree.ts';

async function read(name: string, content: string | Uint8Array): Promise<CaptionEntry[]> {
  const folder = await folderOf({ [name]: content });
  const entries: CaptionEntry[] = [];
  await eachCaption(folder, path.join(folder, name), (entry) => entries.push(entry));
  return entries;
}

const TWO: CaptionEntry[] = [
  { image: 'a.jpg', caption: 'A dog runs' },
  { image: 'b.jpg', caption: 'A cat, asleep' },
];

describe('caption files', () => {
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
    expect(await read(name, content)).toEqual(TWO);
  });

  it('keeps quotation marks that open no field, and takes doubled ones for one', async () => {
    const content = 'image,caption\na.jpg,A "big" dog\nb.jpg,"A ""small"" cat"\n';
    expect((await read('captions.txt', content)).map((entry) => entry.caption)).toEqual([
      'A "big" dog',
      'A "small" cat',
    ]);
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
    ['captions.json', '{"images": [{"id": 1}], "annotations": [{"image_id": 1, "caption": "x"}]}'],
    ['captions.json', '{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1, "caption": 5}]}'],
  ])('names a damaged %s: %j', async (name, content) => {
    await expect(read(name, content)).rejects.toMatchObject({
      name: 'HashlensError',
      code: 'unreadable',
      message: expect.stringContaining(name) as string,
    });
  });

  it('names a file that is gone', async () => {
    const folder = temporaryFolder();
    await writeFile(path.join(folder, 'x'), '');
    await expect(readCaptionFile(folder, path.join(folder, 'captions.txt'), [])).rejects.toMatchObject({
      code: 'unreadable',
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

  it('collects captions in order, each once', () => {
    const entries = ['one', 'two', 'one'].map((caption) => ({ image: 'a.jpg', caption }));
    expect([...matched('captions.txt', entries, ['a.jpg', 'b.jpg'])]).toEqual([['a.jpg', ['one', 'two']]]);
  });
});
