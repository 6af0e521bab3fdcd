// Connections to PostgreSQL as libpq makes them: TLS with certificates of an authority made here, certificates of users, password
// files and services. Against the system's PostgreSQL; skipped where there is none, or no openssl to make certificates.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HashlensError } from '../../src/shared/errors.ts';
import { connectPostgres } from '../../src/engine/shared-library/postgres.ts';
import { Passwords } from '../../src/engine/shared-library/passwords.ts';
import { completedUrl, withPassword } from '../../src/engine/shared-library/server-url.ts';
import { postgresPrograms, startPostgres, type TestServer } from '../support/postgres.ts';

const bin = postgresPrograms();
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const isThere = bin !== null && hasOpenssl;
const reason = 'skipped where /usr/lib/postgresql has no server, or openssl is missing';

/** Certificates in a folder, made by openssl. */
class Authority {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#run(['req', '-x509', ...this.#newKey('ca'), '-days', '2', '-subj', '/CN=Test authority', '-out', 'ca.crt']);
    this.#run(['req', '-x509', ...this.#newKey('other'), '-days', '2', '-subj', '/CN=Other', '-out', 'other.crt']);
  }

  #newKey(name: string): string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  }

  #run(args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** Signs a certificate. @param names as openssl writes subjectAltName */
  issue(name: string, subject: string, names: string | null, days = 2): void {
    this.#run(['req', '-new', ...this.#newKey(name), '-subj', `/CN=${subject}`, '-out', `${name}.csr`]);
    writeFileSync(join(this.folder, `${name}.ext`), names === null ? '' : `subjectAltName=${names}\n`);
    const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
    this.#run(['x509', '-req', '-in', `${name}.csr`, ...signer, '-days', String(days), '-out', `${name}.crt`]);
    chmodSync(join(this.folder, `${name}.key`), 0o600);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }
}

describe(`the system's PostgreSQL with TLS (${reason})`, () => {
  let folder: string;
  let authority: Authority;
  let server: TestServer;
  let port: string;
  const test = isThere ? it : it.skip;

  /** An address with these parameters. */
  const url = (user: string, more: Readonly<Record<string, string>>, host = 'localhost'): string =>
    `postgresql://${user}@${host}:${port}/postgres?${new URLSearchParams(more).toString()}`;
  const state = async (address: string): Promise<{ tls: boolean; who: string | null }> => {
    const db = await connectPostgres(address);
    try {
      const rows = await db.query<{ tls: boolean; who: string | null }>(
        'SELECT ssl AS tls, client_dn AS who FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      return rows[0] ?? { tls: false, who: null };
    } finally {
      await db.close();
    }
  };
  const refusal = (address: string): Promise<HashlensError> =>
    state(address).then(
      () => Promise.reject(new Error('the connection was made')),
      (error: unknown) => (error instanceof HashlensError ? error : Promise.reject(new Error(String(error)))),
    );

  /** Makes the server show another certificate. */
  const showCertificate = async (name: string): Promise<void> => {
    await server.run(`ALTER SYSTEM SET ssl_cert_file = '${name}.crt'`);
    await server.run(`ALTER SYSTEM SET ssl_key_file = '${name}.key'`);
    await server.run('SELECT pg_reload_conf()');
    // The server reads them after some moments; new connections then have them.
    for (;;) {
      const [row] = await server.run('SHOW ssl_cert_file');
      if (row?.['ssl_cert_file'] === `${name}.crt`) return;
    }
  };

  beforeAll(async () => {
    if (bin === null || !isThere) return;
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-tls-'));
    authority = new Authority(folder);
    authority.issue('server', 'localhost', 'DNS:localhost');
    authority.issue('address', 'address', 'IP:127.0.0.1');
    authority.issue('elsewhere', 'elsewhere.example', 'DNS:elsewhere.example');
    authority.issue('expired', 'localhost', 'DNS:localhost', -1);
    authority.issue('carla', 'carla', null);
    const shown = ['server', 'address', 'elsewhere', 'expired'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    server = await startPostgres(bin, {
      files: {
        ...Object.fromEntries([...shown, 'ca.crt'].map((name) => [name, authority.read(name)])),
        'pg_hba.conf': [
          'host all admin 127.0.0.1/32 trust',
          'hostssl all secret 127.0.0.1/32 scram-sha-256',
          'hostssl all carla 127.0.0.1/32 cert',
          'hostssl all safe 127.0.0.1/32 trust',
          'hostnossl all plain 127.0.0.1/32 trust',
          '',
        ].join('\n'),
      },
      // The default certificate is server.crt; one given on the command line could not be changed later.
      settings: { ssl: 'on', ssl_ca_file: 'ca.crt' },
    });
    ({ port } = new URL(server.url));
    await server.run("CREATE ROLE secret LOGIN PASSWORD 'a:b\\c'");
    for (const role of ['carla', 'safe', 'plain']) await server.run(`CREATE ROLE ${role} LOGIN`);
  });
  afterAll(async () => {
    if (!isThere) return;
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('TLS is used where the server has it, unless sslmode forbids it', async () => {
    expect(await state(url('admin', {}))).toMatchObject({ tls: true });
    expect(await state(url('admin', { sslmode: 'prefer' }))).toMatchObject({ tls: true });
    expect(await state(url('admin', { sslmode: 'require' }))).toMatchObject({ tls: true });
    expect(await state(url('admin', { sslmode: 'disable' }))).toMatchObject({ tls: false });
    expect(await state(url('admin', { sslmode: 'allow' }))).toMatchObject({ tls: false });
  });

  test('prefer and allow try the other kind of connection where the server refuses the first', async () => {
    expect(await state(url('plain', { sslmode: 'prefer' }))).toMatchObject({ tls: false });
    expect(await state(url('safe', { sslmode: 'allow' }))).toMatchObject({ tls: true });
    for (const [user, sslmode] of [
      ['plain', 'require'],
      ['safe', 'disable'],
    ] as const) {
      expect((await refusal(url(user, { sslmode }))).code).toBe('server-refused');
    }
  });

  test('verify-full takes a certificate of the authority for this name, and no other', async () => {
    const full = { sslmode: 'verify-full', sslrootcert: authority.file('ca.crt') };
    expect(await state(url('admin', full))).toMatchObject({ tls: true });
    const other = await refusal(url('admin', { ...full, sslrootcert: authority.file('other.crt') }));
    expect([other.code, other.message]).toEqual(['server-refused', expect.stringContaining('No safe connection')]);
    // The name is that of the address; the certificate has no address of a machine.
    expect((await refusal(url('admin', full, '127.0.0.1'))).code).toBe('server-refused');
    expect((await refusal(url('admin', { sslmode: 'verify-full', sslrootcert: 'system' }))).code).toBe(
      'server-refused',
    );
  });

  test('verify-ca, and require with a root certificate, check the authority and not the name', async () => {
    for (const sslmode of ['verify-ca', 'require']) {
      const mode = { sslmode, sslrootcert: authority.file('ca.crt') };
      expect(await state(url('admin', mode, '127.0.0.1'))).toMatchObject({ tls: true });
      const wrong = { sslmode, sslrootcert: authority.file('other.crt') };
      expect((await refusal(url('admin', wrong))).code).toBe('server-refused');
    }
  });

  test('a root certificate that is not there is named', async () => {
    const missing = authority.file('missing.crt');
    const error = await refusal(url('admin', { sslmode: 'verify-full', sslrootcert: missing }));
    expect([error.code, error.message]).toEqual(['io-error', expect.stringContaining(missing)]);
  });

  test('a user with a certificate needs no password, and a key that others may read is refused', async () => {
    const own = { sslmode: 'require', sslcert: authority.file('carla.crt'), sslkey: authority.file('carla.key') };
    expect(await state(url('carla', own))).toEqual({ tls: true, who: '/CN=carla' });
    expect((await refusal(url('carla', { sslmode: 'require' }))).code).toBe('server-refused');
    chmodSync(authority.file('carla.key'), 0o644);
    const error = await refusal(url('carla', own));
    chmodSync(authority.file('carla.key'), 0o600);
    expect([error.code, error.message]).toEqual(['not-allowed', expect.stringContaining('carla.key')]);
  });

  test('passwords come from the file: the first line that fits, with escapes and wildcards', async () => {
    const file = authority.file('pgpass');
    const address = url('secret', { sslmode: 'require', passfile: file });
    const write = (lines: readonly string[]): void => writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    const password = String.raw`a\:b\\c`;
    write(['# localhost:*:*:secret:commented', `localhost:${port}:postgres:secret:${password}`]);
    expect(await state(address)).toMatchObject({ tls: true });
    write([`elsewhere:*:*:secret:wrong`, `*:*:*:other:wrong`, `*:*:*:*:${password}`, '*:*:*:*:wrong']);
    expect(await state(address)).toMatchObject({ tls: true });
    write(['*:*:*:secret:wrong', `*:*:*:*:${password}`]);
    expect((await refusal(address)).code).toBe('server-refused');
    const environment = { PGPASSFILE: file };
    write([`*:*:*:*:${password}`]);
    expect(await state(completedUrl(url('secret', {}), environment))).toMatchObject({ tls: true });
  });

  test('a password file that others may read is not used, and a missing password is said to be', async () => {
    const file = authority.file('open-pgpass');
    writeFileSync(file, String.raw`*:*:*:*:a\:b\\c`);
    chmodSync(file, 0o640);
    const error = await refusal(url('secret', { passfile: file }));
    expect([error.code, error.message]).toEqual(['server-refused', expect.stringContaining('asks for a password')]);
    chmodSync(file, 0o600);
    expect(await state(url('secret', { passfile: file }))).toMatchObject({ tls: true });
  });

  test('a typed password that is wrong is forgotten, and the one of the system is used again', async () => {
    const file = authority.file('pgpass');
    writeFileSync(file, `*:*:*:*:${String.raw`a\:b\\c`}\n`, { mode: 0o600 });
    const passwords = new Passwords();
    const bare = passwords.remember(withPassword(url('secret', { passfile: file }), 'wrong'));
    await expect(passwords.connect(bare)).rejects.toMatchObject({ code: 'server-refused' });
    await (await passwords.connect(bare)).close();
    expect(passwords.remember(withPassword(bare, String.raw`a:b\c`))).toBe(bare);
    chmodSync(file, 0o644);
    await (await passwords.connect(bare)).close();
    await (await passwords.connect(bare)).close();
  });

  test('a service gives what the address leaves out', async () => {
    const file = authority.file('pg_service.conf');
    const lines = ['# ours', '[archive]', 'host=localhost', `port=${port}`, 'user=secret', String.raw`password=a:b\c`];
    writeFileSync(file, `${[...lines, 'dbname=postgres', 'sslmode=require', '[other]', 'user=nobody'].join('\n')}\n`);
    const environment = { PGSERVICEFILE: file, PGSERVICE: 'archive', PGUSER: 'nobody' };
    expect(await state(completedUrl('postgresql://', environment))).toMatchObject({ tls: true });
    const named = { PGSERVICEFILE: file };
    expect(await state(completedUrl('postgresql:///?service=archive', named))).toMatchObject({ tls: true });
    expect(() => completedUrl('postgresql:///?service=missing', named)).toThrow(file);
  });

  test('psql makes and refuses the same connections', async () => {
    const ours = async (address: string): Promise<boolean> =>
      state(address).then(
        () => true,
        () => false,
      );
    const theirs = (address: string): boolean =>
      spawnSync(join(bin ?? '', 'psql'), [address, '-c', 'SELECT 1'], {
        env: { PATH: process.env['PATH'], HOME: folder, PGCONNECT_TIMEOUT: '10' },
      }).status === 0;
    for (const sslmode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']) {
      for (const sslrootcert of ['ca.crt', 'other.crt'].map((name) => authority.file(name))) {
        for (const [user, host] of [
          ['admin', 'localhost'],
          ['admin', '127.0.0.1'],
          ['safe', 'localhost'],
          ['plain', 'localhost'],
        ] as const) {
          const address = url(user, { sslmode, sslrootcert }, host);
          expect([address, await ours(address)]).toEqual([address, theirs(address)]);
        }
      }
    }
  });

  test('a certificate for another host or one that has expired is refused where it is checked', async () => {
    const checked = (sslmode: string) => ({ sslmode, sslrootcert: authority.file('ca.crt') });
    await showCertificate('elsewhere');
    const wrongHost = await refusal(url('admin', checked('verify-full')));
    expect([wrongHost.code, wrongHost.message]).toEqual(['server-refused', expect.stringContaining('No safe')]);
    expect(await state(url('admin', checked('verify-ca')))).toMatchObject({ tls: true });
    await showCertificate('expired');
    for (const sslmode of ['verify-full', 'verify-ca']) {
      const expired = await refusal(url('admin', checked(sslmode)));
      expect([expired.code, expired.message]).toEqual(['server-refused', expect.stringContaining('expired')]);
    }
    expect(await state(url('admin', { sslmode: 'require' }))).toMatchObject({ tls: true });
    await showCertificate('address');
    expect(await state(url('admin', checked('verify-full'), '127.0.0.1'))).toMatchObject({ tls: true });
    expect((await refusal(url('admin', checked('verify-full')))).code).toBe('server-refused');
  });
});
