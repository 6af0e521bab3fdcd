// Looking for a newer release: at the address of the build, only on request.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { executableName } from '../../scripts/package/electron-builder.ts';
import { updateAddress } from '../../scripts/package/update-feed.ts';
import { PackagedApp } from './packaged-app.ts';

const newer = Buffer.from('a Debian package of the version to come');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hashlens-updates-'));
const asked: string[] = [];
const server = createServer((request, response) => {
  const name = new URL(request.url ?? '', 'http://feed').pathname;
  asked.push(name);
  if (name === '/latest-linux.yml') response.end(release());
  else if (name === '/hashlens_99.0.0_amd64.deb') response.end(served);
  else response.writeHead(404).end();
});
let served = Buffer.from('something else');
let app: PackagedApp;

function release(): string {
  const sha512 = createHash('sha512').update(newer).digest('base64');
  const url = 'hashlens_99.0.0_amd64.deb';
  return JSON.stringify({ version: '99.0.0', path: url, sha512, files: [{ url, sha512, size: newer.length }] });
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The package like a release with an address: the same files and two more.
  const release = path.join(folder, 'release');
  cpSync(inject('unpacked'), release, { recursive: true, verbatimSymlinks: true });
  const { port } = server.address() as AddressInfo;
  writeFileSync(path.join(release, 'resources/app-update.yml'), updateAddress(`http://127.0.0.1:${port}`));
  writeFileSync(path.join(release, 'resources/package-type'), 'deb');
  app = await PackagedApp.start({ executable: path.join(release, executableName), display: inject('packageDisplay') });
});
afterAll(async () => {
  await app.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('makes no request before the person asks', async () => {
  const panel = await app.openSettings();
  await panel.getByRole('button', { name: 'Check for updates' }).waitFor();
  expect(asked).toEqual([]);
});

it('names the newer version, and downloads nothing yet', async () => {
  const panel = await app.openSettings();
  await panel.getByRole('button', { name: 'Check for updates' }).click();
  await panel.getByText('Version 99.0.0 is available.').waitFor();
  expect(asked).toEqual(['/latest-linux.yml']);
});

it('refuses a download that is not what the release names', async () => {
  const panel = await app.openSettings();
  await panel.getByRole('button', { name: 'Download' }).click();
  await app.page.getByText(/The new version could not be downloaded \(sha512 checksum mismatch/).waitFor();
  expect(await panel.getByRole('button', { name: 'Restart and install' }).count()).toBe(0);
});

it('offers to install what was downloaded whole', async () => {
  served = newer;
  const panel = await app.openSettings();
  await panel.getByRole('button', { name: 'Download' }).click();
  await panel.getByRole('button', { name: 'Restart and install' }).waitFor();
  expect(await panel.getByText('Version 99.0.0 is ready to be installed.').count()).toBe(1);
});
