// Names of the two IPC channels between page and main; apart from the contract so that the preload script needs no schemas.
export const requestChannel = 'request';
export const eventChannel = 'event';
