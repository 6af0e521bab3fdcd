// Flags to open a file of a photo folder, which may be anything: a link, a pipe, a file of another user.
import { constants } from 'node:fs';

/** Windows has neither of the two others. Without the second, opening a pipe blocks until another program writes to it. */
export const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
