// The kernel's working memory for one search by one thread: where its fields are, and how they are set for a query.

/** Byte offsets from the workspace's beginning. All are 32-bit numbers but the words of the query. */
export const workspace = {
  /** A row is taken when its distance is below this. */
  limit: 0,
  /** Rows taken with a distance below the limit. */
  below: 4,
  /** Entries held, and how many fit. */
  count: 8,
  capacity: 12,
  /** Number of rows that the caller wants. */
  wanted: 16,
  /** Bytes of a code, which is also the step from row to row. */
  bytes: 20,
  /** Number of the scan loop: 2 x whole words, plus 1 when a rest follows. */
  shape: 24,
  /** Address of the entries. Codes begin at address 0. */
  entries: 28,
  /** Offset in a code of the word with its rest: it ends with the code, except in codes below 64 bits. */
  restOffset: 32,
  /** Address of a second workspace, for the second of two places that are read at the same time; 0 for none. */
  sibling: 36,
  restQuery: 40,
  restMask: 48,
  /** Up to four whole words. */
  query: 56,
  /** [258]: rows taken at each distance 0 to 256. */
  histogram: 88,
  size: 1120,
} as const;

/** Bytes of an entry: row, distance. */
export const entryBytes = 8;

/**
 * Number of entries that fit. When they are full, those beyond the limit are dropped and fewer than 2 n stay, so 4 n
 * makes this rare; for very large n, slightly more than 2 n must do. There are never more than `rows`.
 */
export const entryCapacity = (n: number, rows: number): number => Math.min(4 * n + 64, 2 * n + 16_384, rows);

/** Offset of the sorted rows from the workspace's beginning. */
export const outputOffset = (capacity: number): number => workspace.size + capacity * entryBytes;

/** Bytes of a workspace with its entries and its sorted output for the n nearest, a multiple of a cache line. */
export const workspaceBytes = (n: number, capacity: number): number =>
  Math.ceil((outputOffset(capacity) + n * entryBytes) / 64) * 64;

/**
 * Prepares a workspace at `work` for a query.
 * @param code `[bytes]`
 * @param n at least 1
 * @param sibling address of a second workspace, prepared like this one; only for codes of whole words
 */
export function beginQuery(
  memory: ArrayBufferLike,
  work: number,
  code: Uint8Array,
  n: number,
  capacity: number,
  sibling = 0,
): void {
  const bytes = code.length;
  const view = new DataView(memory, work, workspace.size);
  const fields = new Uint8Array(memory, work, workspace.size);
  fields.fill(0);
  const whole = bytes >> 3;
  const rest = bytes & 7;
  view.setInt32(workspace.limit, 8 * bytes + 1, true);
  view.setInt32(workspace.capacity, capacity, true);
  view.setInt32(workspace.wanted, n, true);
  view.setInt32(workspace.bytes, bytes, true);
  view.setInt32(workspace.shape, 2 * whole + (rest > 0 ? 1 : 0), true);
  view.setInt32(workspace.entries, work + workspace.size, true);
  view.setInt32(workspace.sibling, sibling, true);
  fields.set(code.subarray(0, 8 * whole), workspace.query);
  if (rest === 0) return;
  // A word that ends with the code reads nothing beyond it; only codes below 64 bits read into what follows.
  const restOffset = Math.max(0, bytes - 8);
  view.setInt32(workspace.restOffset, restOffset, true);
  fields.set(code.subarray(restOffset), workspace.restQuery);
  const maskFrom = bytes < 8 ? 0 : 8 - rest;
  fields.fill(255, workspace.restMask + maskFrom, workspace.restMask + maskFrom + rest);
}
