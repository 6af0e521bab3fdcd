// Set-up of all tests: the sentences of the window are compiled.
import { compileMessages } from '../../scripts/messages.ts';

export default compileMessages;
