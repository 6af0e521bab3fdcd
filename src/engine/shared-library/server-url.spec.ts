import { expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { completedUrl, isSocket, serverName, sslMode, withoutPassword } from './server-url.ts';

it('the environment fills in what an address leaves out, and changes nothing it says', () => {
  const environment = { PGHOST: 'db', PGPORT: '5433', PGUSER: 'ben', PGDATABASE: 'photos', PGSSLMODE: 'verify-full' };
  const whole = completedUrl('postgresql://', environment);
  expect([serverName(whole), sslMode(whole)]).toEqual(['ben@db:5433/photos', 'verify-full']);
  const said = completedUrl('postgres://anna@server:1/archive?sslmode=require', environment);
  expect([serverName(said), sslMode(said)]).toEqual(['anna@server:1/archive', 'require']);
});

it('a password is taken out wherever an address has it, and is in no name', () => {
  for (const url of ['postgres://anna:a%40b@server/photos', 'postgres://anna@server/photos?password=a%40b']) {
    const { url: bare, password } = withoutPassword(url);
    expect(password).toBe('a@b');
    expect(bare).not.toMatch(/a%40b|a@b|password/);
    expect(serverName(url)).toBe('anna@server/photos');
  }
  expect(withoutPassword('postgres://anna@server/photos').password).toBe(null);
});

it('an address that is none is refused without being repeated', () => {
  for (const text of ['secret', 'https://anna:secret@server/', 'postgres//anna:secret@server']) {
    expect(() => withoutPassword(text)).toThrow(HashlensError);
    expect(() => withoutPassword(text)).not.toThrow(/secret/);
  }
});

it('a host that is a folder is a socket of this machine', () => {
  expect(isSocket('postgres:///photos?host=/run/postgresql')).toBe(true);
  expect(isSocket('postgres://server/photos')).toBe(false);
});
