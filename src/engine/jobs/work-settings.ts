// The person's choice of when the library works by itself, in the store.
import type { WorkSettings } from '../../shared/contract/jobs.ts';
import type { Store } from '../store/database.ts';

export function workSettings({ settings }: Pick<Store, 'settings'>): WorkSettings {
  const threads = Number(settings.get('work-threads'));
  return {
    onlyWhenIdle: settings.isOn('work-only-when-idle'),
    onlyOnPower: settings.isOn('work-only-on-power'),
    threads: Number.isInteger(threads) && threads > 0 ? threads : null,
  };
}

export function setWorkSettings(
  { settings }: Pick<Store, 'settings'>,
  { onlyWhenIdle, onlyOnPower, threads }: { [K in keyof WorkSettings]?: WorkSettings[K] | undefined },
): void {
  if (onlyWhenIdle !== undefined) settings.switch('work-only-when-idle', onlyWhenIdle);
  if (onlyOnPower !== undefined) settings.switch('work-only-on-power', onlyOnPower);
  if (threads !== undefined) settings.set('work-threads', threads === null ? 'auto' : String(threads));
}
