// When a hidden window comes up: as soon as there is something to see, and after a while in any case.

/** What of a BrowserWindow takes part. */
interface Showable {
  isDestroyed(): boolean;
  isVisible(): boolean;
  show(): void;
  once(event: 'ready-to-show', listener: () => void): unknown;
  once(event: 'closed', listener: () => void): unknown;
}

/** A page that has not been painted by then is shown as it is. */
export const showAfterMs = 4000;

/** A window that is slow is better than none, and some systems never paint a page while its window is hidden. */
export function showOnce(window: Showable): void {
  const show = (): void => {
    clearTimeout(patience);
    if (!window.isDestroyed() && !window.isVisible()) window.show();
  };
  const patience = setTimeout(show, showAfterMs);
  window.once('ready-to-show', show);
  window.once('closed', () => clearTimeout(patience));
}
