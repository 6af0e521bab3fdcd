import { expect, it } from 'vitest';
import { makeEach } from './each.ts';

it('makes the other packages where one fails, and names that one with the reason', async () => {
  const { made, failed } = await makeEach([
    ['AppImage', () => Promise.reject(new Error('getaddrinfo ENOTFOUND github.com\n  at somewhere'))],
    ['deb', () => Promise.resolve(['dist/hashlens.deb'])],
  ]);
  expect(made).toEqual(['dist/hashlens.deb']);
  expect(failed).toEqual(['AppImage was not made: getaddrinfo ENOTFOUND github.com.']);
});
