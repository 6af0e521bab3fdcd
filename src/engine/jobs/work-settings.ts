// The person's choice of times and processor cores for background work, in the store.
import { availableParallelism } from 'node:os';
import { workSpeeds, type WorkSettings } from '../../shared/contract/jobs.ts';
import type { Store } from '../store/database.ts';

/** Number of processor cores that this program may use. */
export const coreCount = availableParallelism();

export function workSettings({ settings }: Pick<Store, 'settings'>, cores = coreCount): WorkSettings {
  const stored = Number(settings.get('work-threads'));
  const threads = Number.isInteger(stored) && stored > 0 ? stored : null;
  const speed = workSpeeds.find((one) => one === settings.get('work-speed'));
  const when = { onlyWhenIdle: settings.isOn('work-only-when-idle'), onlyOnPower: settings.isOn('work-only-on-power') };
  // In earlier versions without a speed, as many threads as cores meant full speed.
  if (speed === undefined && threads !== null && threads >= cores) return { ...when, speed: 'full', threads: null };
  return { ...when, speed: speed ?? 'leave-one', threads };
}

export function setWorkSettings(
  { settings }: Pick<Store, 'settings'>,
  { onlyWhenIdle, onlyOnPower, speed, threads }: { [K in keyof WorkSettings]?: WorkSettings[K] | undefined },
): void {
  if (onlyWhenIdle !== undefined) settings.switch('work-only-when-idle', onlyWhenIdle);
  if (onlyOnPower !== undefined) settings.switch('work-only-on-power', onlyOnPower);
  if (speed !== undefined || threads !== undefined) {
    const before = workSettings({ settings });
    settings.set('work-speed', speed ?? before.speed);
    const most = threads === undefined ? before.threads : threads;
    settings.set('work-threads', most === null ? 'auto' : String(most));
  }
}

/** @param isFree whether nobody needs a core, as defined in WorkSpeed */
export function threadsFor(
  { speed, threads }: Pick<WorkSettings, 'speed' | 'threads'>,
  isFree: boolean,
  cores = coreCount,
): number {
  const isFull = speed === 'full' || (speed === 'full-when-away' && isFree);
  return Math.max(1, Math.min(threads ?? cores, isFull ? cores : cores - 1));
}
