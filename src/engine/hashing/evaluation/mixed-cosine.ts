// Similarity by meaning, the order of search: the encoder's own cosine and that of what was learned, mixed.

/** `learned * (1 - share) + shared * share`; `learned` alone where the encoder shares nothing (`shared` null). */
export const mixed = (learned: number, shared: number | null, share: number): number =>
  shared === null ? learned : (1 - share) * learned + share * shared;
