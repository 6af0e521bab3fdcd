// Messages about photos that cannot be read: name, reason, and remedy.
import { expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { NoPicture } from '../imaging/picture.ts';
import { systemCode, toPhotoError } from './photo-errors.ts';

const system = (code: string): Error => Object.assign(new Error(`${code}: failed`), { code });

it.each<[string, unknown, string, string]>([
  ['is gone', system('ENOENT'), 'io-error', 'a.jpg is no longer there; scan its folder again.'],
  [
    'is in a folder that is none now',
    system('ENOTDIR'),
    'io-error',
    'a.jpg is no longer there; scan its folder again.',
  ],
  [
    'is gone for sharp',
    new Error('Input file is missing: /x/a.jpg'),
    'io-error',
    'a.jpg is no longer there; scan its folder again.',
  ],
  ['may not be read', system('EACCES'), 'io-error', 'You may not read a.jpg; change its permissions and try again.'],
  ['is not permitted', system('EPERM'), 'io-error', 'You may not read a.jpg; change its permissions and try again.'],
  ['is on a bad disk', system('EIO'), 'io-error', 'a.jpg could not be read (EIO); check the disk and try again.'],
  ...[
    new Error('glib: Error creating thread: Resource temporarily unavailable'),
    system('EMFILE'),
    system('ENOMEM'),
  ].map((error): [string, unknown, string, string] => [
    `meets a limit of the system (${error.message})`,
    error,
    'system-limit',
    'a.jpg could not be read: the system allows no more threads, open files or memory; close other programs, then try again.',
  ]),
  [
    'has too many pixels',
    new Error('Input image exceeds pixel limit'),
    'unsupported-format',
    'a.jpg has more than 1000 million pixels, too many to decode; save a smaller copy of it.',
  ],
  [
    'is of no known format',
    new Error('Input file contains unsupported image format'),
    'unsupported-format',
    'a.jpg holds a kind of image that Hashlens cannot read yet; save it as JPEG or PNG to index it.',
  ],
  [
    'is a video without ffmpeg',
    new HashlensError('needs-frames', 'There is no ffmpeg.'),
    'unsupported-format',
    'a.jpg is a video; install ffmpeg to have its frames searched.',
  ],
  [
    'holds no picture',
    new NoPicture('a RAW without a preview'),
    'unsupported-format',
    'a.jpg holds a RAW without a preview that Hashlens cannot read yet; save it as JPEG or PNG to index it.',
  ],
  [
    'is empty',
    new Error('Input file is empty'),
    'unreadable',
    'a.jpg is empty (0 bytes); restore it from a backup or delete it.',
  ],
  [
    'is damaged',
    new Error('VipsJpeg: premature end of JPEG image'),
    'unreadable',
    'a.jpg is damaged and cannot be decoded; open it in a photo editor and save it again, or restore it from a backup.',
  ],
  [
    'fails with something else than an error',
    'a text',
    'unreadable',
    'a.jpg is damaged and cannot be decoded; open it in a photo editor and save it again, or restore it from a backup.',
  ],
])('names a photo that %s', (_what, error, code, message) => {
  const found = toPhotoError('/photos/in/a.jpg', error);
  expect({ code: found.code, message: found.message }).toEqual({ code, message });
  if (!message.includes('empty')) expect(found.cause).toBe(error);
});

it('says that a name is not valid Unicode, where that is why it is not found', () => {
  expect(toPhotoError('/photos/a\uFFFD.jpg', system('ENOENT')).message).toBe(
    'a\uFFFD.jpg cannot be opened because its name is not valid Unicode; rename it and scan again.',
  );
});

it('knows the file system’s codes from others', () => {
  expect(systemCode(system('ENOENT'))).toBe('ENOENT');
  const others = [
    system('SQLITE_BUSY'),
    system('ERR_INVALID_ARG'),
    new Error('ENOENT'),
    'ENOENT',
    null,
    { code: 'EIO' },
  ];
  expect(others.map(systemCode)).toEqual(others.map(() => undefined));
  expect(systemCode(new HashlensError('io-error', 'x'))).toBeUndefined();
});
