// Nothing leaves the machine: no look-up, no connection, no file outside library, cache and profile.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject } from 'vitest';
import { parseJson } from '../../src/shared/json.ts';
import { sampleAlbum } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';
import { silenceReport } from './support/silence-report.ts';

const program = fileURLToPath(new URL('./support/silent-network.ts', import.meta.url));

/** Files below a folder, relative to it. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

fault(
  'index, search, train, doctor, serve and the window look nothing up, call nobody and write no file elsewhere',
  ['linux', 'root', 'network-namespace', 'strace', 'window'],
  async () => {
    const folder = temporaryFolder();
    const home = join(folder, 'home');
    const scratch = join(folder, 'scratch');
    const profile = join(home, '.config');
    for (const made of [home, scratch, profile]) mkdirSync(made);
    const report = join(folder, 'report.json');
    const library = join(folder, 'library');
    const inherited = Object.entries(process.env).filter(
      // With CI set, ONNX Runtime's telemetry is off by itself, which would hide it.
      ([name]) => !/^(CI|ORT_.*|VITEST.*|XDG_.*|NODE_OPTIONS|NODE_COMPILE_CACHE|NODE_V8_COVERAGE)$/.test(name),
    );
    await promisify(execFile)(
      'unshare',
      [
        ...['-n', '-m', process.execPath, program, report, library, sampleAlbum],
        ...[JSON.stringify(inject('electron')), inject('display') ?? ''],
      ],
      { env: { ...Object.fromEntries(inherited), HOME: home, TMPDIR: scratch }, timeout: 170_000 },
    );
    const { lookups, connections, outside, steps } = parseJson(silenceReport, readFileSync(report, 'utf8'));
    expect(lookups).toEqual([]);
    expect(connections).toEqual([]);
    // Chromium connects a UDP socket to this address to learn whether the system has a route for IPv6; it sends nothing.
    expect(outside.filter((address) => address !== 'window: 2001:4860:4860::8888')).toEqual([]);
    expect(steps).toEqual({ index: 0, search: 0, train: 0, doctor: 0, serve: 0, window: 0 });
    const allowed = /^\.config\/(hashlens|Hashlens)\/|^\.cache\/(hashlens|mesa_shader_cache|fontconfig|dconf)/;
    expect(filesBelow(home).filter((file) => !allowed.test(file))).toEqual([]);
    expect(filesBelow(scratch).filter((file) => !/^playwright/.test(file))).toEqual([]);
  },
);
