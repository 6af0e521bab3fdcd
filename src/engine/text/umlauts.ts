// Spellings of German umlauts on keyboards without them.

const written: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** Two letters that stand for an umlaut; not the ends of `Frau-en`, `neue`, `Quelle`, where each is a letter. */
const replacement = /(?<![aeqäöü])(?:ae|oe|ue)/gu;

/**
 * The other spelling of a lower-case text with umlauts or with the two letters that stand for them: `müller` -> `mueller`,
 * `mueller` -> `müller`. Null where it has neither. Only a guess (`michael`), for words that no text has.
 */
export function otherUmlauts(text: string): string | null {
  const plain = text.normalize('NFC').toLowerCase();
  const spelt = plain.replace(/[äöü]/gu, (letter) => written[letter] ?? letter);
  if (spelt !== plain) return spelt;
  const umlauts = { ae: 'ä', oe: 'ö', ue: 'ü' };
  const other = plain.replace(replacement, (pair) => umlauts[pair as keyof typeof umlauts]);
  return other === plain ? null : other;
}
