// Reloads a page whose process has crashed, unless it crashes again and again.
import { m } from '../language/language.ts';

/** The used part of a window. */
export interface CrashingPage {
  reload(): void;
  /** Shows a message in the page once it is loaded again. */
  tell(message: string): void;
  /** Asks the person whether to try again; resolves to `quit` when they do not want to. */
  ask(reason: string): Promise<'reload' | 'quit'>;
  quit(): void;
}

const mostReloads = 3;
const withinMs = 5 * 60 * 1000;

/** @returns function to call with the reason of each crash */
export function reloadCrashed(page: CrashingPage, now: () => number = Date.now): (reason: string) => void {
  let crashes: number[] = [];
  const again = (reason: string): void => {
    page.reload();
    page.tell(m.crashes_again({ reason }));
  };
  return (reason) => {
    if (reason === 'clean-exit') return;
    crashes = [...crashes.filter((at) => now() - at < withinMs), now()];
    if (crashes.length <= mostReloads) return again(reason);
    void page.ask(reason).then((answer) => {
      crashes = [];
      if (answer === 'reload') again(reason);
      else page.quit();
    });
  };
}
