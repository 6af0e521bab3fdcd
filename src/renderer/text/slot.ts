// Placeholder of an element in a sentence.

/** Passed to a message for an element that Sentence.svelte draws; no text contains this character. */
export const slot = '\uFFFC';
