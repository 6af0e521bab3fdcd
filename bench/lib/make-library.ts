// Program that makes the synthetic library, `make-library.ts <folder> <photos>`, in a process of its own, so that
// its garbage does not count as memory of searching.
import { makeLibrary } from './synthetic-library.ts';

const [, , libraryDir = '', photos] = process.argv;
await makeLibrary(libraryDir, Number(photos));
