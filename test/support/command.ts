// The command line in this process: the output of a command and its end.
import { vi } from 'vitest';
import { runCommand } from '../../src/engine/cli/run.ts';

interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hashlens ...args --library <library>` to its end. */
export async function runHere(library: string, args: readonly string[]): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  try {
    await runCommand([...args, '--library', library]);
    return { status: Number(process.exitCode ?? 0), ...printed };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
