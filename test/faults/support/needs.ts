// Requirements of fault tests. Without them a test is skipped with the reason.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { inject, it } from 'vitest';

/** Paths of libfaketime in Debian, Fedora and Alpine. */
const fakeTimeFiles = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib64/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
];
export const fakeTimeLibrary = fakeTimeFiles.find((file) => existsSync(file)) ?? null;

const works = (file: string, ...args: string[]): boolean => spawnSync(file, args, { stdio: 'ignore' }).status === 0;

const checks = {
  linux: () => (process.platform === 'linux' ? null : 'it looks into /proc, which only Linux has'),
  root: () => (process.getuid?.() === 0 ? null : 'it needs root'),
  /** A file system of a few megabytes. */
  tmpfs: () =>
    works('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt') ? null : 'no file system can be mounted here',
  /** A network of its own, without any address. */
  'network-namespace': () => (works('unshare', '-n', 'true') ? null : 'no network namespace can be made here'),
  /** Limits of its own on watched folders. */
  'watch-limit': () =>
    works('unshare', '-Ur', 'sh', '-c', 'echo 8 > /proc/sys/user/max_inotify_watches')
      ? null
      : 'no limit on watched folders can be set here',
  /** Another user, who is subject to file permissions. */
  'other-user': () =>
    works('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'true')
      ? null
      : 'no process can be run as another user here',
  prlimit: () => (works('prlimit', '--version') ? null : 'prlimit is not installed (Debian: util-linux)'),
  strace: () => (works('strace', '-V') ? null : 'strace is not installed (Debian: apt-get install strace)'),
  faketime: () => (fakeTimeLibrary === null ? 'libfaketime is not installed (Debian: apt-get install faketime)' : null),
  /** A file system that can be made to hang. */
  bindfs: () => (works('bindfs', '-V') ? null : 'bindfs is not installed (Debian: apt-get install bindfs)'),
  window: () => (inject('electron') === null ? 'no window can be opened here' : null),
} as const;

export type Need = keyof typeof checks;

const known = new Map<Need, string | null>();

function missing(need: Need): string | null {
  const seen = known.get(need);
  if (seen !== undefined) return seen;
  const reason = checks[need]();
  known.set(need, reason);
  return reason;
}

/**
 * A test that is skipped, with the reason, on machines without its requirements.
 * @param options `retry`: number of further tries where the result also depends on the system's timing
 */
export function fault(
  title: string,
  needs: readonly Need[],
  work: () => void | Promise<void>,
  options: { readonly timeout?: number; readonly retry?: number } = {},
): void {
  it(title, options, async ({ skip }) => {
    for (const need of needs) {
      const reason = missing(need);
      if (reason !== null) skip(reason);
    }
    await work();
  });
}
