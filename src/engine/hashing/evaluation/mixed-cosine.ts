// Similarity by meaning, the order of search: a mixture of the encoder's own cosine and the learned cosine.

/** `learned * (1 - share) + shared * share`; `learned` alone where the encoder shares nothing (`shared` null). */
export const mixed = (learned: number, shared: number | null, share: number): number =>
  shared === null ? learned : (1 - share) * learned + share * shared;
