import { expect, it } from 'vitest';
import { formatsToMake } from './formats.ts';

it('makes the deb after the AppImage, whose list of files it is added to, in whatever order they are wanted', () => {
  expect(formatsToMake('linux', [])).toEqual(['dir', 'AppImage', 'deb']);
  expect(formatsToMake('linux', ['deb', 'AppImage', 'deb'])).toEqual(['AppImage', 'deb']);
});

it('names the formats of the system where another one is wanted', () => {
  expect(() => formatsToMake('darwin', ['dmg', 'deb'])).toThrow('deb is not made here; choose from dir, dmg.');
});
