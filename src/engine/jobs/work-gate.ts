// Decides when background work may continue: at once, only while nobody uses the computer, or only on mains power.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MachineState, WorkSettings } from '../../shared/contract/jobs.ts';
import { coreCount, threadsFor } from './work-settings.ts';

/** Seconds without a key press or pointer movement after which the computer counts as idle. */
const idleAfterSeconds = 60;
/** Time for which a report of the machine's state is valid. */
const heldMs = 60_000;
const lookEveryMs = 2_000;
const waitingFor = {
  idle: 'Waiting until nobody uses the computer',
  power: 'Waiting for mains power',
} as const;

export type WaitsFor = keyof typeof waitingFor;

export interface WorkGateOptions {
  readonly settings: () => WorkSettings;
  /** Whether the machine runs on its battery; null where that is not known. */
  readonly onBattery?: () => Promise<boolean | null>;
  readonly lookEveryMs?: number;
  /** Number of processor cores; default: those of the machine. */
  readonly cores?: number;
}

export class WorkGate {
  readonly #options: WorkGateOptions;
  #reported: { readonly machine: MachineState; readonly at: number } | null = null;

  constructor(options: WorkGateOptions) {
    this.#options = options;
  }

  /** Receives the machine's state from the program around the engine. */
  report(machine: MachineState): void {
    this.#reported = { machine, at: performance.now() };
  }

  /** The condition that work waits for now; null if it may continue. Unknown states do not block work. */
  async waitsFor(): Promise<WaitsFor | null> {
    const { onlyWhenIdle, onlyOnPower } = this.#options.settings();
    const report = this.#recentReport();
    const idleSeconds = report?.idleSeconds ?? null;
    if (onlyWhenIdle && idleSeconds !== null && idleSeconds < idleAfterSeconds) return 'idle';
    if (!onlyOnPower) return null;
    return (await this.#onBattery(report)) === true ? 'power' : null;
  }

  /** Number of threads for networks of background work from now on. */
  async threads(): Promise<number> {
    const settings = this.#options.settings();
    const isFree = settings.speed === 'full-when-away' && (await this.#isFree());
    return threadsFor(settings, isFree, this.#options.cores ?? coreCount);
  }

  async #isFree(): Promise<boolean> {
    const report = this.#recentReport();
    const idleSeconds = report?.idleSeconds ?? null;
    if (idleSeconds !== null && idleSeconds >= idleAfterSeconds) return true;
    return (await this.#onBattery(report)) === false;
  }

  async #onBattery(report: MachineState | null): Promise<boolean | null> {
    return report?.onBattery ?? (await (this.#options.onBattery ?? onBatteryOnLinux)());
  }

  #recentReport(): MachineState | null {
    return this.#reported !== null && performance.now() - this.#reported.at < heldMs ? this.#reported.machine : null;
  }

  /** Settles when work may continue. @param onWait receives the reason for a wait, in words for a person */
  async pass(signal: AbortSignal, onWait: (message: string, waitsFor: WaitsFor) => void): Promise<void> {
    for (let before: WaitsFor | null = null; ;) {
      const now = await this.waitsFor();
      if (now === null) return;
      if (now !== before) onWait(waitingFor[now], now);
      before = now;
      await wait(this.#options.lookEveryMs ?? lookEveryMs, null, { signal });
    }
  }
}

/**
 * Whether a Linux machine runs on its battery: none of its mains adapters is online. Null where it has none, or on other
 * systems.
 * @param supplies folder of the system's power supplies
 */
export async function onBatteryOnLinux(supplies = '/sys/class/power_supply'): Promise<boolean | null> {
  const online: boolean[] = [];
  for (const name of await readdir(supplies).catch(() => [])) {
    const read = (file: string) => readFile(join(supplies, name, file), 'utf8').then((text) => text.trim());
    const type = await read('type').catch(() => '');
    if (type === 'Mains' || type === 'USB') online.push((await read('online').catch(() => '0')) !== '0');
  }
  return online.length === 0 ? null : !online.includes(true);
}
