import { expect, it } from 'vitest';
import { readService } from './service-file.ts';

const text =
  '# ours\n[archive]\r\nhost = server\npassword=a=b\n\n# more\nport=5433\n[other]\nhost=elsewhere\n[archive]\nhost=late\n';

it('a service has the settings of its first group', () => {
  expect(Object.fromEntries(readService(text, 'archive') ?? [])).toEqual({
    host: 'server',
    password: 'a=b',
    port: '5433',
  });
  expect(Object.fromEntries(readService(text, 'other') ?? [])).toEqual({ host: 'elsewhere' });
});

it('a service that is not in the file is none', () => {
  expect(readService(text, 'missing')).toBe(null);
});
