import { expect, it } from 'vitest';
import { readPassword } from './password-file.ts';

const place = { host: 'server', port: '5432', database: 'photos', user: 'anna' };

it('the first line that fits counts, and a star fits everything', () => {
  expect(readPassword('other:*:*:*:a\n*:5433:*:*:b\nserver:5432:photos:anna:c\n*:*:*:*:d', place)).toBe('c');
  expect(readPassword('*:*:*:*:d', place)).toBe('d');
  expect(readPassword('server:5432:photos:ben:a', place)).toBe(null);
});

it('a backslash takes the meaning of the next letter, and the password goes to the end of the line', () => {
  expect(readPassword(String.raw`server:*:photos:anna:a\:b\\c`, place)).toBe(String.raw`a:b\c`);
  expect(readPassword('server:*:photos:anna:a:b', place)).toBe('a:b');
  expect(readPassword(String.raw`server:*:ph\:otos:anna:a`, { ...place, database: 'ph:otos' })).toBe('a');
  expect(readPassword(String.raw`server:*:photos\\:anna:a`, { ...place, database: 'photos\\' })).toBe('a');
});

it('comments and lines with too few fields say nothing', () => {
  expect(readPassword('#server:5432:photos:anna:a\nserver:5432:photos:anna\n\n', place)).toBe(null);
});

it('a socket is this machine', () => {
  expect(readPassword('localhost:*:*:*:a', { ...place, host: '/run/postgresql' })).toBe('a');
});
