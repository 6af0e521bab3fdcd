// Resources that ship with the program.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const resourcesDir = fileURLToPath(new URL('../../resources', import.meta.url));
export const sampleAlbum = join(resourcesDir, 'sample-album');
