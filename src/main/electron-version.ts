// Detects an Electron other than the release's, which a development machine may run.

/** Null if both are the same version. */
export function otherElectron(
  running: string | undefined,
  released: string,
): { readonly running: string; readonly released: string } | null {
  if (running === undefined) throw new Error('This process is not Electron.');
  return running === released ? null : { running, released };
}
