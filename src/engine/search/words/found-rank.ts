// Definition of a photo found by a search for a word.

/** Limit of photos without the word that come before a found one: half as many as have the word, ten at most. */
export const rankLimit = (having: number): number => Math.min(10, Math.max(1, having / 2));
