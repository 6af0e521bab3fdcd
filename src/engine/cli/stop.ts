// How a command that runs until it is stopped hears that it should end in an orderly way.

/** Settles at the first Ctrl+C or SIGTERM after the call. */
export const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
