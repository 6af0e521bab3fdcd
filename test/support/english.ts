// Tests read English, whatever language the machine speaks.
import { setLanguage } from '../../src/language/language.ts';

setLanguage('en');
