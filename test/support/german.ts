// The German window.
import { setLanguage } from '../../src/language/language.ts';

/** Runs the check in German, and switches back to English. */
export async function inGerman(check: () => void | Promise<void>): Promise<void> {
  setLanguage('de');
  try {
    await check();
  } finally {
    setLanguage('en');
  }
}
