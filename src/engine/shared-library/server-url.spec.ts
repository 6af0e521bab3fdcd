import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import {
  completedUrl,
  isSocket,
  parameterOf,
  serverName,
  sslMode,
  withoutPassword,
  withPassword,
} from './server-url.ts';

it('the environment fills in what an address leaves out, and changes nothing it says', () => {
  const environment = { PGHOST: 'db', PGPORT: '5433', PGUSER: 'ben', PGDATABASE: 'photos', PGSSLMODE: 'verify-full' };
  const whole = completedUrl('postgresql://', environment);
  expect([serverName(whole), sslMode(whole)]).toEqual(['ben@db:5433/photos', 'verify-full']);
  const url = completedUrl('postgres://anna@server:1/archive?sslmode=require', environment);
  expect([serverName(url), sslMode(url)]).toEqual(['anna@server:1/archive', 'require']);
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

it('a typed password takes the place of the one in an address', () => {
  expect(withoutPassword(withPassword('postgres://anna:old@server/photos', 'a@b')).password).toBe('a@b');
  expect(withPassword('postgres://anna:old@server/photos?password=older', 'new')).not.toMatch(/old/);
});

it('files are named from the folder where the address was given', () => {
  const whole = completedUrl('postgres://server/photos?sslrootcert=ca.crt', { PGSSLKEY: 'keys/own.key' });
  expect(parameterOf(whole, 'sslrootcert')).toBe(resolve('ca.crt'));
  expect(parameterOf(whole, 'sslkey')).toBe(resolve('keys/own.key'));
  expect(parameterOf(completedUrl('postgres://server/?sslrootcert=system', {}), 'sslrootcert')).toBe('system');
});

it('a mode of TLS that libpq does not know is refused', () => {
  expect(() => sslMode('postgres://server/photos?sslmode=verify')).toThrow(/verify-ca, verify-full/);
});
