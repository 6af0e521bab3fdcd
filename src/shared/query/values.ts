// Values of filters: days, sizes and ranges. Parses common forms, and writes each in one form.

type Dates = { readonly from: string | null; readonly to: string | null };
type Bounds = { readonly least: number | null; readonly most: number | null };

const iso = (year: number, month: number, day: number): string => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.toISOString().slice(0, 10);
};

/** `2019`, `2019-07`, `2019-07-24` (also with `/` or `.`), `today`, `yesterday` -> its first day and the day after its last. */
export function parsePeriod(text: string, today: Date): { from: string; to: string } | null {
  const back = { today: 0, yesterday: 1 }[text.toLowerCase()];
  if (back !== undefined) {
    const [year, month, day] = [today.getFullYear(), today.getMonth() + 1, today.getDate() - back];
    return { from: iso(year, month, day), to: iso(year, month, day + 1) };
  }
  const match = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(text);
  if (!match) return null;
  const [year, month, day] = [match[1], match[2], match[3]].map((part) => (part === undefined ? null : Number(part)));
  if (typeof year !== 'number' || year < 1000 || year > 2998) return null;
  if (typeof month !== 'number') return { from: iso(year, 1, 1), to: iso(year + 1, 1, 1) };
  if (month < 1 || month > 12) return null;
  if (typeof day !== 'number') return { from: iso(year, month, 1), to: iso(year, month + 1, 1) };
  const from = iso(year, month, day);
  // Reject 31 June, which would become 1 July.
  return day < 1 || Number(from.slice(8)) !== day ? null : { from, to: iso(year, month, day + 1) };
}

/** `2019-07`, `2018..2020`, `2018..`, `..2020-06`. Both ends are inclusive. */
export function parsePeriods(text: string, today: Date): Dates | null {
  const at = text.indexOf('..');
  if (at === -1) return parsePeriod(text, today);
  const [first, last] = [text.slice(0, at), text.slice(at + 2)];
  const from = first === '' ? null : parsePeriod(first, today);
  const to = last === '' ? null : parsePeriod(last, today);
  if ((first !== '' && !from) || (last !== '' && !to) || (!from && !to)) return null;
  return { from: from?.from ?? null, to: to?.to ?? null };
}

/** `07-24`, `today`, `yesterday` -> a day of any year. */
export function parseDayOfYear(text: string, today: Date): { month: number; day: number } | null {
  const period = /^(?:today|yesterday)$/i.test(text) ? parsePeriod(text, today) : null;
  const match = /^(\d{1,2})[-/.](\d{1,2})$/.exec(period ? period.from.slice(5) : text);
  if (!match) return null;
  const [month, day] = [Number(match[1]), Number(match[2])];
  // 2024 has a 29 February.
  return month >= 1 && month <= 12 && day >= 1 && iso(2024, month, day).endsWith(`-${two(day)}`)
    ? { month, day }
    : null;
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 };

/** `>2mb`, `<=800`, `1mb..5mb`, `4000` -> inclusive whole numbers. Units are decimal, as on disks and cameras. */
export function parseBounds(text: string, withUnits: boolean): Bounds | null {
  const number = (part: string): number | null => {
    const match = /^(\d{1,15}(?:\.\d+)?)([a-z]*)(?:px)?$/i.exec(part.replace(/px$/i, ''));
    const unit = units[(match?.[2] ?? '').toLowerCase()];
    if (!match || unit === undefined || (!withUnits && match[2] !== '')) return null;
    const value = Number(match[1]) * unit;
    return value <= Number.MAX_SAFE_INTEGER ? value : null;
  };
  const range = text.split('..');
  if (range.length === 2) {
    const [least, most] = range.map((part) => (part === '' ? null : number(part)));
    const unreadable = (range[0] !== '' && least === null) || (range[1] !== '' && most === null) || text === '..';
    return unreadable ? null : { least: up(least ?? null), most: down(most ?? null) };
  }
  const match = /^(>=|<=|>|<|=)?(.+)$/.exec(text);
  const value = match ? number(match[2] ?? '') : null;
  if (value === null) return null;
  switch (match?.[1] ?? '=') {
    case '>':
      return { least: Math.floor(value) + 1, most: null };
    case '>=':
      return { least: up(value), most: null };
    case '<':
      return value === 0 ? null : { least: null, most: Math.ceil(value) - 1 };
    case '<=':
      return { least: null, most: down(value) };
    default:
      return { least: up(value), most: down(value) };
  }
}

/** `5`, `>=4`, `2..3`: from one to five stars. */
export function parseStars(text: string): Bounds | null {
  const bounds = parseBounds(text, false);
  if (bounds === null) return null;
  const least = bounds.least === null ? null : Math.max(1, bounds.least);
  const most = bounds.most === null ? null : Math.min(5, bounds.most);
  return (least ?? 1) <= (most ?? 5) ? { least, most } : null;
}
const up = (n: number | null) => (n === null ? null : Math.ceil(n));
const down = (n: number | null) => (n === null ? null : Math.floor(n));
const two = (n: number) => String(n).padStart(2, '0');

/** `date:2019`, `after:2019-03-01`, ...: filters that `parsePeriods` and the like read back unchanged. */
export function writeDates({ from, to }: Dates): string {
  if (to === null) return `after:${from ?? ''}`;
  if (from === null) return `before:${to}`;
  for (const period of [from.slice(0, 4), from.slice(0, 7), from]) {
    const whole = parsePeriod(period, new Date(0));
    if (whole?.from === from && whole.to === to) return `date:${period}`;
  }
  const last = new Date(Date.parse(to) - 86_400_000).toISOString().slice(0, 10);
  return `date:${from}..${last}`;
}

/** `size:>=2000`, `rating:2..3`, ...: a filter of numbers that `parseBounds` reads back unchanged. */
export function writeBounds({ field, least, most }: Bounds & { readonly field: string }): string {
  if (least !== null && least === most) return `${field}:${least}`;
  if (most === null && least !== null) return `${field}:>=${least}`;
  if (least === null && most !== null) return `${field}:<=${most}`;
  return `${field}:${least ?? ''}..${most ?? ''}`;
}

export const writeDay = ({ month, day }: { month: number; day: number }): string => `on:${two(month)}-${two(day)}`;
