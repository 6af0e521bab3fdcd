// Conditions of fault tests: a small disk, a lost network, another user, another date.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statfsSync, statSync, writeFileSync } from 'node:fs';
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

/** `folder` as a share whose server can be stopped. Unmounted when the test ends. Needs `root` and `bindfs`. */
export async function networkShare(folder: string): Promise<Share> {
  const { path, mount, signal } = mountPoint(folder);
  await mount();
  return { path, hang: () => signal('SIGSTOP'), resume: () => signal('SIGCONT') };
}

export interface Drive {
  readonly path: string;
  /** `dead`: every access fails at once, as without a cable. `unmounted`: the mount point is an empty folder. */
  readonly pull: (how: 'dead' | 'unmounted') => void;
  /** @param limits in bytes a second, so that a reader or writer is at work long enough to be interrupted */
  readonly plugIn: (limits?: { readonly read?: number; readonly write?: number }) => Promise<void>;
}

/** `folder` as a drive that can be pulled out at any moment. Unmounted when the test ends. Needs `root` and `bindfs`. */
export async function drive(folder: string): Promise<Drive> {
  const { path, mount, unmount, signal } = mountPoint(folder);
  await mount();
  const pull = (how: 'dead' | 'unmounted') => {
    signal('SIGKILL');
    if (how === 'unmounted') unmount();
  };
  const plugIn = (limits: { readonly read?: number; readonly write?: number } = {}) =>
    mount(Object.entries(limits).map(([what, rate]) => `--${what}-rate=${rate}`));
  return { path, pull, plugIn };
}

interface MountPoint {
  readonly path: string;
  /** Replaces an earlier mount. */
  readonly mount: (options?: readonly string[]) => Promise<void>;
  readonly unmount: () => void;
  /** To the program that serves the file system. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Shows `folder` at another path by a program of its own. */
function mountPoint(folder: string): MountPoint {
  const path = join(temporaryFolder(), 'mounted');
  mkdirSync(path);
  let server: ChildProcess | null = null;
  const signal = (name: NodeJS.Signals) => void server?.kill(name);
  const unmount = () => void spawnSync('umount', ['-l', path], { stdio: 'ignore' });
  const mount = async (options: readonly string[] = []) => {
    unmount();
    server = spawn('bindfs', ['-f', ...options, folder, path], { stdio: 'ignore' });
    await until(() => statSync(path).dev !== statSync(join(path, '..')).dev);
  };
  onTestFinished(() => {
    signal('SIGKILL');
    unmount();
  });
  return { path, mount, unmount, signal };
}

/** Whether a process has the file open. Needs `linux`. */
export function hasOpen(pid: number, file: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)) === file);
  } catch {
    // The process, or the descriptor, has gone since.
    return false;
  }
}

/** Runs a program so that no file among these can be locked, as on some network drives. Needs `strace`. */
export function withoutFileLocks(error: string, files: readonly string[]): readonly string[] {
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
