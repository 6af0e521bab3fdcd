// Runs commands in a separate network where every name resolves, and records their look-ups and connections.
//
//   unshare -n -m node silent-network.ts <report file> <library> <album> <Electron as JSON or "null"> <display or "">
//
// A name server and web servers on loopback answer everything, so that a program that calls home is recorded, not
// refused.
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Electron } from '../../../scripts/electron.ts';
import { parseJson } from '../../../src/shared/json.ts';
import { HashlensApp } from '../../e2e/app.ts';
import type { SilenceReport } from './silence-report.ts';

const electronSchema: z.ZodType<Electron | null> = z
  .object({ executable: z.string(), args: z.array(z.string()) })
  .nullable();

const [reportFile, library, album, electronJson, display] = process.argv.slice(2);
if (reportFile === undefined || library === undefined || album === undefined || electronJson === undefined) {
  throw new Error('usage: silent-network.ts <report> <library> <album> <electron> <display>');
}
const program = fileURLToPath(new URL('../../../src/engine/cli/hashlens.ts', import.meta.url));

let step = 'start';
const lookups: string[] = [];
const connections: string[] = [];
const outside: string[] = [];
const steps: Record<string, number> = {};

/** The name a DNS question asks for. */
function questionName(packet: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; ;) {
    const length = packet.readUInt8(at);
    if (length === 0) return labels.join('.');
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
}

/** Answers every question for an address with 127.0.0.1. */
function answer(packet: Buffer): Buffer {
  const end = packet.indexOf(0, 12) + 5;
  const isAddress = packet.readUInt16BE(end - 4) === 1;
  const header = Buffer.from(packet.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(isAddress ? 1 : 0, 6);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, packet.subarray(12, end), ...(isAddress ? [record] : [])]);
}

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const resolver = join(library, '..', 'resolv.conf');
writeFileSync(resolver, 'nameserver 127.0.0.1\n');
execFileSync('mount', ['--bind', resolver, '/etc/resolv.conf']);
const names = createSocket('udp4');
names.on('message', (packet, from) => {
  lookups.push(`${step}: ${questionName(packet)}`);
  names.send(answer(packet), from.port, from.address);
});
names.bind(53, '127.0.0.1');
for (const port of [80, 443]) {
  createServer((socket) => {
    connections.push(`${step}: port ${port}`);
    socket.on('error', () => undefined);
    socket.destroy();
  }).listen(port, '0.0.0.0');
}

const traceOf = (name: string): string => join(library, '..', `${name}.strace`);

/** Arguments of strace for a step: they record the network addresses that a program and its children try to reach. */
const straceOf = (name: string): string[] => [
  ...['-f', '-qq', '--seccomp-bpf', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', traceOf(name)],
];

/** Adds the network addresses that a traced step tried to reach to the report. */
function recordAddresses(name: string): void {
  const calls = readFileSync(traceOf(name), 'utf8').matchAll(/inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g);
  for (const [, v4, v6] of calls) outside.push(`${name}: ${v4 ?? v6 ?? ''}`);
}

/** Runs a command under strace and records the network addresses that it and its children try to reach. */
async function run(name: string, args: readonly string[], stopAfterMs?: number): Promise<void> {
  step = name;
  const child = spawn(
    'strace',
    [...straceOf(name), process.execPath, program, ...args, '--library', library as string],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  if (stopAfterMs !== undefined) {
    await wait(stopAfterMs);
    // strace forwards a signal sent to the traced process.
    execFileSync('pkill', ['-TERM', '-P', String(child.pid)]);
  }
  steps[name] = await ended;
  recordAddresses(name);
}

/** A program that runs Electron under strace. Playwright puts its own arguments before all others. */
function tracedElectron(executable: string): string {
  const file = join(library as string, '..', 'traced-electron');
  const words = ['strace', ...straceOf('window'), executable].map((word) => `'${word}'`);
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function window(electron: Electron): Promise<void> {
  step = 'window';
  const app = await HashlensApp.start({
    electron: { ...electron, executable: tracedElectron(electron.executable) },
    display: display === '' ? null : (display ?? null),
    library: library as string,
  });
  await app.searchBox.fill('dog');
  await app.searchBox.press('Enter');
  await app.tiles.first().waitFor();
  // Longer than telemetry waits before its first upload.
  await wait(20_000);
  await app.electron.close();
  steps['window'] = 0;
  recordAddresses('window');
}

mkdirSync(library, { recursive: true });
await run('index', ['index', album]);
await run('search', ['search', 'text', 'dog']);
await run('train', ['train', '--bits', '16', '--epochs', '2']);
await run('doctor', ['doctor']);
await run('serve', ['serve'], 12_000);
const electron = parseJson(electronSchema, electronJson);
if (electron !== null) await window(electron);
const report: SilenceReport = { lookups, connections, outside, steps };
writeFileSync(reportFile, JSON.stringify(report));
process.exit(0);
