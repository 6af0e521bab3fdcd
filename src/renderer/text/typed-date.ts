// Dates as people type them.

const whole = /^[12]\d{3}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d)?)?)?)?$/;
/** `31.12.2019` and `12.2019`. */
const dotted = /^(?:(\d{1,2})\.)?(\d{1,2})\.([12]\d{3})$/;

/**
 * @returns `1968`, `1968-06`, `1968-06-15` or `1968-06-15 10:00` as the engine takes it; empty for no text, null for anything
 * else. Whether the day exists is the engine's to say.
 */
export function typedDate(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || whole.test(trimmed)) return trimmed;
  const [, day, month, year] = dotted.exec(trimmed) ?? [];
  if (month === undefined || year === undefined) return null;
  const parts = day === undefined ? [year, month] : [year, month, day];
  return parts.map((part) => part.padStart(2, '0')).join('-');
}
