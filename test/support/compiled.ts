// Environment for test runs with a compile cache, in which programs start in half the time.
import path from 'node:path';

export const compiled = { NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../../node_modules/.cache/compiled') };
