// Checked access to elements of arrays, maps and records. A missing element throws; it never turns into `undefined`,
// NaN or 0.
//
// One function for each array type: V8 then sees one kind of array in it, inlines it and drops the check, so that a loop
// costs the same as with plain indexing. Each is kept small enough to be inlined always (27 bytes of bytecode).
// `numberAt` and `itemAt` see many kinds of list and cost some nanoseconds: keep them out of the innermost loops.

function outOfRange(list: ArrayLike<unknown>, index: number): never {
  throw new RangeError(`index ${index} is outside an array of length ${list.length}`);
}

/** @throws RangeError where the list has no element `index` */
export function itemAt<T>(list: ArrayLike<T>, index: number): T {
  return index >= 0 && index < list.length && Number.isInteger(index) ? (list[index] as T) : outOfRange(list, index);
}

/** @throws RangeError where the list has no element `index` */
export function numberAt(list: ArrayLike<number>, index: number): number {
  return list[index] ?? outOfRange(list, index);
}

/** @throws RangeError where the array has no element `index` */
export function float32At(array: Float32Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function float64At(array: Float64Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function int32At(array: Int32Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function uint32At(array: Uint32Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function uint16At(array: Uint16Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function int8At(array: Int8Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the array has no element `index` */
export function uint8At(array: Uint8Array, index: number): number {
  return array[index] ?? outOfRange(array, index);
}

/** @throws RangeError where the map has no entry of `key` */
export function entryOf<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined && !map.has(key)) throw new RangeError(`there is no entry of ${String(key)}`);
  return value as V;
}

/** @throws RangeError where the record has no entry of this name */
export const namedIn = <T>(record: Readonly<Record<string, T>>, name: string): T =>
  present(record[name], `there is no ${name}`);

/**
 * A value whose absence would be an error of the program.
 * @throws RangeError
 */
export function present<T>(value: T | null | undefined, message = 'there is no value'): T {
  if (value === null || value === undefined) throw new RangeError(message);
  return value;
}
