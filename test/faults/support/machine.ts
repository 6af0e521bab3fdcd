// Conditions of fault tests: a small disk, a lost network, another user, another date.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/temporary.ts';
import { until } from '../../support/program.ts';
import { fakeTimeLibrary } from './needs.ts';

export interface SmallDisk {
  readonly path: string;
  resize(megabytes: number): void;
  readOnly(on: boolean): void;
  /** Writes one file that fills the disk; removing it frees the room. */
  fill(name?: string): string;
}

/** A file system of its own in memory, unmounted when the test ends. Needs `root` and `tmpfs`. */
export function smallDisk(megabytes: number): SmallDisk {
  const path = join(temporaryFolder(), 'disk');
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'hashlens-test', path]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', path]);
  });
  return {
    path,
    resize: (to) => void execFileSync('mount', ['-o', `remount,size=${to}m`, path]),
    readOnly: (on) => void execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, path]),
    fill(name = 'filler') {
      const file = join(path, name);
      const { bavail, bsize } = statfsSync(path);
      try {
        writeFileSync(file, Buffer.alloc(Number(bavail) * Number(bsize)));
      } catch {
        // The capacity is close to the file size that this file system allows.
      }
      return file;
    },
  };
}

export interface Share {
  readonly path: string;
  /** Every access blocks from now on, as on a network share whose server has gone. */
  hang(): void;
  resume(): void;
}

/**
 * Mounts `folder` at another place by a program that can be stopped. Unmounted when the test ends. Needs `root` and
 * `bindfs`.
 */
export async function share(folder: string): Promise<Share> {
  const path = join(temporaryFolder(), 'share');
  mkdirSync(path);
  const server = spawn('bindfs', ['-f', folder, path], { stdio: 'ignore' });
  onTestFinished(() => {
    server.kill('SIGCONT');
    spawnSync('umount', ['-l', path]);
    server.kill('SIGKILL');
  });
  await until(() => readdirSync(path).length > 0);
  return { path, hang: () => void server.kill('SIGSTOP'), resume: () => void server.kill('SIGCONT') };
}

export interface Drive {
  readonly path: string;
  /** `dead`: every access fails at once, as without a cable. `unmounted`: the mount point is an empty folder. */
  readonly pull: (how: 'dead' | 'unmounted') => void;
  readonly plugIn: () => Promise<void>;
}

/** `folder` as a drive that can be pulled out at any moment. Unmounted when the test ends. Needs `root` and `bindfs`. */
export async function drive(folder: string): Promise<Drive> {
  const path = join(temporaryFolder(), 'drive');
  mkdirSync(path);
  let server: ChildProcess | null = null;
  const unmount = () => void spawnSync('umount', ['-l', path], { stdio: 'ignore' });
  const pull = (how: 'dead' | 'unmounted') => {
    server?.kill('SIGKILL');
    server = null;
    if (how === 'unmounted') unmount();
  };
  const plugIn = async () => {
    unmount();
    server = spawn('bindfs', ['-f', folder, path], { stdio: 'ignore' });
    await until(() => statSync(path).dev !== statSync(join(path, '..')).dev);
  };
  onTestFinished(() => pull('unmounted'));
  await plugIn();
  return { path, pull, plugIn };
}

/** Runs a program so that no file among these can be locked, as on some network drives. Needs `strace`. */
export function withoutLocks(error: string, files: readonly string[]): readonly string[] {
  const paths = files.flatMap((file) => ['-P', file]);
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...paths, '-e', 'trace=fcntl', '-e', `inject=fcntl:error=${error}`];
}

/** Runs a program without any network; for RunOptions.through. Needs `network-namespace`. */
export const withoutNetwork: readonly string[] = ['unshare', '-n'];

/** Runs a program as a user with file permissions; for RunOptions.through. Needs `other-user`. */
export const asNobody: readonly string[] = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/**
 * Environment of a process with another date, such as `-3y` or `@2090-01-01 00:00:00`. Timers keep their speed.
 * Needs `faketime`.
 */
export const clockAt = (time: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: fakeTimeLibrary ?? '',
  FAKETIME: time,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

/** Resident memory of a process and its children, in megabytes. Needs `linux`. */
export function residentMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return own + children.reduce((sum, child) => sum + residentMegabytes(Number(child)), 0);
  } catch {
    // The process has ended.
    return 0;
  }
}

/** Samples the memory of a process during `work`. @returns the peak in megabytes */
export async function peakMegabytes(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(pid))), 50);
  await work.finally(() => clearInterval(timer));
  return peak;
}
