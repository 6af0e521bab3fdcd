// When a page's process has died: the page is loaded again, unless it dies again and again.

/** What of a window takes part. */
export interface CrashingPage {
  reload(): void;
  /** Told in the page once it is there again. */
  tell(message: string): void;
  /** Asks the person whether to try once more; null when they want to quit. */
  ask(reason: string): Promise<'reload' | 'quit'>;
  quit(): void;
}

const mostReloads = 3;
const withinMs = 5 * 60 * 1000;

/** @returns to be called with the reason of each crash */
export function reloadCrashed(page: CrashingPage, now: () => number = Date.now): (reason: string) => void {
  let crashes: number[] = [];
  const again = (reason: string): void => {
    page.reload();
    page.tell(`The window had to be loaded again (${reason}). Nothing in your library was lost.`);
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
