// What search orders its candidates by: two cosines, of which one knows what the encoder knows and one what was learned.

/** `learned * (1 - share) + shared * share`; what shares nothing (`shared` null) is left to what was learned. */
export const mixed = (learned: number, shared: number | null, share: number): number =>
  shared === null ? learned : learned + share * (shared - learned);
