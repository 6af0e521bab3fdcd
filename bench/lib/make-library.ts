// A program that makes the synthetic library, `make-library.ts <folder> <photos>`: in a process of its own, so that what
// making it leaves behind is not taken for what searching needs.
import { makeLibrary } from './synthetic-library.ts';

const [, , libraryDir = '', photos] = process.argv;
await makeLibrary(libraryDir, Number(photos));
