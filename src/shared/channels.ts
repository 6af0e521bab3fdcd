// Names of the IPC channels between page and main. Separate from the contract, so that the preload script needs no
// schemas.
export const requestChannel = 'request';
export const eventChannel = 'event';
/** Carries the path of a dropped folder, which the page itself never sees. */
export const dropChannel = 'drop';
