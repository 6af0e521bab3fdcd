// Options and argument parsers several commands share.
import { InvalidArgumentError, Option } from 'commander';
import type { SettingValue } from '../../../shared/contract/training.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { filterKeys } from '../../../shared/query/filters.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import type { Filter } from '../../../shared/query/query.ts';

/** `--json`, the same for every command. */
export const jsonOption = () => new Option('--json', 'print machine-readable results on stdout');

/** `--answer`: scripts rely on the bare list, so the rest of the answer comes only on request. */
export const answerOption = () =>
  new Option('--answer', 'with --json: an object with the list and all other data of the answer').implies({
    json: true,
  });

/** `key=value`: a number, `true` or `false` if it reads as one, else the text. */
export function addSetting(
  text: string,
  earlier: Readonly<Record<string, SettingValue>>,
): Record<string, SettingValue> {
  const at = text.indexOf('=');
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || value === '') throw new InvalidArgumentError('It must be of the form key=value.');
  // A name such as `__proto__` would be lost on its way without an error.
  if (!/^[a-z]/i.test(key)) throw new InvalidArgumentError(`There is no setting ${key}.`);
  const known: Readonly<Record<string, boolean>> = { true: true, false: false };
  const n = Number(value);
  return { ...earlier, [key]: known[value] ?? (Number.isNaN(n) ? value : n) };
}

/** `--set key=value`, repeatable: settings of a hashing method's own. */
export const settingsOption = () =>
  new Option('--set <key=value>', "a setting of the method's own; may be given again")
    .argParser(addSetting)
    .default({}, "the method's");

/** A parser for chances from 0.01 to 0.95, the largest chance that is ever shown. */
export function chance(text: string): number {
  const n = Number(text);
  if (!(n >= 0.01 && n <= 0.95)) throw new InvalidArgumentError('It must be a number from 0.01 to 0.95.');
  return n;
}

/** A parser for whole numbers within bounds; anything else is a usage error. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return n;
  };
}

/** For options that may be given again. */
export const several = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A parser for files and folders. It refuses an empty name, which would mean the current folder. */
export function path(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; name a file or a folder.');
  return text;
}

/** The same for a repeatable argument. */
export const paths = (text: string, earlier: readonly string[] | undefined): string[] => [
  ...(earlier ?? []),
  path(text),
];

/** @throws HashlensError for anything but filters, and for filters that cannot be read */
export function readWhere(where: string): Filter[] {
  const { terms, filters, notices } = parseQuery(where);
  const [wrong] = notices;
  if (wrong) throw new HashlensError('bad-argument', wrong.message);
  if (terms.length > 0 || filters.length === 0) {
    const keys = Object.values(filterKeys).join(' ');
    throw new HashlensError('bad-argument', `--where takes filters only: ${keys}.`);
  }
  return filters;
}
