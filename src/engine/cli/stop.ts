// Signals for an orderly end of a command that runs until it is stopped.

/** Settles at the first Ctrl+C or SIGTERM after the call. */
export const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
