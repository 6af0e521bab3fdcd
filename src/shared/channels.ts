// Names of the two IPC channels between page and main. Separate from the contract, so that the preload script needs no
// schemas.
export const requestChannel = 'request';
export const eventChannel = 'event';
