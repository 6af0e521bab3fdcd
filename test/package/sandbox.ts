// The kernel's data about Chromium's sandbox.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Whether an unprivileged user may create a user namespace, which the sandbox needs. */
export function userNamespaces(): boolean {
  try {
    execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'unshare', '--user', 'true']);
    return true;
  } catch {
    return false;
  }
}

/** The `Seccomp` field of each renderer below this process: 2 is a filter. */
export function rendererSeccompModes(ancestor: number): string[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
        return [{ pid: Number(pid), parent: Number(field('PPid')), seccomp: field('Seccomp'), command }];
      } catch {
        // The process ended meanwhile.
        return [];
      }
    });
  const below = new Set([ancestor]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of processes) {
      if (below.has(parent) && !below.has(pid)) {
        below.add(pid);
        grown = true;
      }
    }
  }
  return processes
    .filter(({ pid, command }) => below.has(pid) && command.includes('--type=renderer'))
    .map(({ seccomp }) => seccomp);
}
