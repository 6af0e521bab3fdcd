// When a search for a word counts as having found a photo of it.

/** Fewer photos without the word than this come before one that is found: half as many as have the word, ten at most. */
export const rankLimit = (having: number): number => Math.min(10, Math.max(1, having / 2));
