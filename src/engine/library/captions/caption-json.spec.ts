import { describe, expect, it } from 'vitest';
import { readCaptionJson, readItem, WrongCaptions } from './caption-json.ts';

function taken(read: (onCaption: (image: string, caption: string) => void) => void): [string, string][] {
  const all: [string, string][] = [];
  read((image, caption) => void all.push([image, caption]));
  return all;
}
const captionsIn = (content: unknown) => taken((onCaption) => readCaptionJson(content, onCaption));
const itemsIn = (item: unknown) => taken((onCaption) => readItem(item, onCaption));

describe('readCaptionJson', () => {
  it.each<[string, unknown, [string, string][]]>([
    [
      'a map from names to texts',
      { 'a.jpg': 'one', 'b.png': ['two', 'three'] },
      [
        ['a.jpg', 'one'],
        ['b.png', 'two'],
        ['b.png', 'three'],
      ],
    ],
    [
      'a map from numbers to texts',
      { '0012': 'one', '0013': ['two'] },
      [
        ['0012', 'one'],
        ['0013', 'two'],
      ],
    ],
    [
      'a map from names to texts, some of which are missing',
      { a: 'one', b: null, c: ['two', null] },
      [
        ['a', 'one'],
        ['c', 'two'],
      ],
    ],
    [
      'a map from names, with an ending and without, to texts and to objects with them',
      { 'a.jpg': ['one'], b: 'two', 'sub/c': { caption: 'three', tags: ['x'] } },
      [
        ['a.jpg', 'one'],
        ['b', 'two'],
        ['sub/c', 'three'],
      ],
    ],
    ['a number whose list is empty or mixed', { '0012': [], '0013': ['a', 1] }, []],
    [
      'pairs in lists',
      [
        ['a.jpg', 'one', 'two'],
        ['no image', 'x'],
        [1, 'y'],
      ],
      [
        ['a.jpg', 'one'],
        ['a.jpg', 'two'],
      ],
    ],
    ['a list below a name', { data: { train: [{ image: 'a.jpg', caption: 'one' }] } }, [['a.jpg', 'one']]],
    ['too many names around a list', { a: { b: { c: { d: { e: { 'a.jpg': 'one' } } } } } }, []],
    ['a number alone', 7, []],
  ])('reads %s', (_case, content, expected) => {
    expect(captionsIn(content)).toEqual(expected);
  });

  it('reads COCO, without images that are not listed and captions that are null', () => {
    const annotations = [
      { image_id: 1, caption: 'one' },
      { image_id: 2, caption: 'lost' },
      { image_id: 1, caption: null },
    ];
    expect(captionsIn({ images: [{ id: 1, file_name: 'a.jpg' }], annotations })).toEqual([['a.jpg', 'one']]);
  });

  it('says which part of a COCO file is wrong', () => {
    const wrong = { images: [{ id: 1 }], annotations: [{ image_id: 1, caption: 'one' }] };
    expect(() => captionsIn(wrong)).toThrow(WrongCaptions);
    expect(() => captionsIn(wrong)).toThrow(/^images\.0\.file_name is wrong \(/);
  });
});

describe('readItem', () => {
  it.each<[string, unknown, [string, string][]]>([
    ['names however they are spelled', { 'File name': 'a.jpg', Caption: 'one' }, [['a.jpg', 'one']]],
    ['an image with its bytes', { image: { bytes: 'xx', path: 'a.jpg' }, text: 'one' }, [['a.jpg', 'one']]],
    ['an image without a name', { image: { bytes: 'xx' }, text: 'one' }, []],
    ['a number that names a file', { id: 'a.jpg', caption: 'one' }, [['a.jpg', 'one']]],
    ['a number that names none', { id: 7, caption: 'one' }, []],
    ['a folder apart', { filepath: 'val', filename: 'a.jpg', sentences: [{ raw: 'one' }] }, [['val/a.jpg', 'one']]],
    ['a path that names the file', { filepath: 'val/a.jpg', caption: 'one' }, [['val/a.jpg', 'one']]],
    ['an address with a question', { url: 'https://x.org/a.jpg?w=1#x', alt: 'one' }, [['https://x.org/a.jpg', 'one']]],
    [
      'a conversation',
      {
        image: 'a.jpg',
        conversations: [
          { from: 'human', value: 'what?' },
          { from: 'gpt', value: 'one' },
        ],
      },
      [['a.jpg', 'one']],
    ],
    ['a conversation without an answer', { image: 'a.jpg', conversations: [{ from: 'human', value: 'what?' }] }, []],
    [
      'names that hold “caption”',
      { image: 'a.jpg', caption_en: 'one', blip_caption: ['two'], caption_score: 3 },
      [
        ['a.jpg', 'one'],
        ['a.jpg', 'two'],
      ],
    ],
    [
      'captions by language',
      { image: 'a.jpg', caption: { en: 'one', 'pt-BR': 'um', de: null } },
      [
        ['a.jpg', 'one'],
        ['a.jpg', 'um'],
      ],
    ],
    ['an object with the raw text', { image: 'a.jpg', caption: { raw: 'one', tokens: ['one'] } }, [['a.jpg', 'one']]],
    ['an object that is no caption', { image: 'a.jpg', caption: { score: 3, model: 'x' } }, []],
    ['lists in lists', { image: 'a.jpg', captions: ['one', ['nested']] }, [['a.jpg', 'one']]],
    ['a text alone', 'one', []],
  ])('reads %s', (_case, item, expected) => {
    expect(itemsIn(item)).toEqual(expected);
  });
});
