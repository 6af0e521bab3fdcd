// Characters of all of Unicode. fast-check's own make a table of a million entries in every file that uses them.
import fc from 'fast-check';

/** The halves of surrogate pairs are no characters. */
const surrogates = { from: 0xd800, count: 0x800 };

/** One character, of one or two UTF-16 units; every second one is of the first 256. */
export const anyCharacter = fc
  .oneof(fc.nat({ max: 0xff }), fc.nat({ max: 0x10ffff - surrogates.count }))
  .map((n) => String.fromCodePoint(n < surrogates.from ? n : n + surrogates.count));
