// Set-up of the tests in a coverage run: writes counts after each file, because Vitest ends its workers with a
// signal.
import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

afterAll(() => takeCoverage());
