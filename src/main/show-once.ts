// Shows a hidden window as soon as its page is painted, or after a while in any case.

/** The used part of a BrowserWindow. */
interface Showable {
  isDestroyed(): boolean;
  isVisible(): boolean;
  show(): void;
  once(event: 'ready-to-show', listener: () => void): unknown;
  once(event: 'closed', listener: () => void): unknown;
}

/** Longest wait for the first paint. */
export const showAfterMs = 4000;

/**
 * Shows the window when its page is ready, or after a timeout: some systems never paint a page while its window is
 * hidden.
 */
export function showOnce(window: Showable): void {
  const show = (): void => {
    clearTimeout(timeout);
    if (!window.isDestroyed() && !window.isVisible()) window.show();
  };
  const timeout = setTimeout(show, showAfterMs);
  window.once('ready-to-show', show);
  window.once('closed', () => clearTimeout(timeout));
}
