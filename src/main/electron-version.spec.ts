import { expect, it } from 'vitest';
import { otherElectron } from './electron-version.ts';

it('names both versions when the running Electron is not the one of releases, and nothing when it is', () => {
  expect(otherElectron('33.2.1', '45.4.1')).toEqual({ running: '33.2.1', released: '45.4.1' });
  expect(otherElectron('45.4.1', '45.4.1')).toBeNull();
});
