// The place of an element in a sentence.

/** Given to a message in the place of an element that Sentence.svelte draws; no text has this letter. */
export const slot = '\uFFFC';
