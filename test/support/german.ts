// What a German reads.
import { setLanguage } from '../../src/language/language.ts';

/** Runs the check in German, and goes back to English after it. */
export async function inGerman(check: () => void | Promise<void>): Promise<void> {
  setLanguage('de');
  try {
    await check();
  } finally {
    setLanguage('en');
  }
}
