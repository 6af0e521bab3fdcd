// Options and argument parsers several commands share.
import { InvalidArgumentError, Option } from 'commander';

/** `--json`, as every command has it. */
export const jsonOption = () => new Option('--json', 'print machine-readable results on stdout');

/** A parser for whole numbers within bounds; anything else is wrong usage. */
export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return n;
  };
}
