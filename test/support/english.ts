// Tests read English, in any language of the machine.
import { setLanguage } from '../../src/language/language.ts';

setLanguage('en');
