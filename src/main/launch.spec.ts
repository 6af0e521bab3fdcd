// The library named on the command line.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryArgument } from './launch.ts';

describe('libraryArgument', () => {
  it('finds the library in either spelling, among other arguments', () => {
    expect(libraryArgument(['electron', '--no-sandbox', '/app', '--library', '/photos/lib'])).toBe('/photos/lib');
    expect(libraryArgument(['hashlens', '--library=/photos/my lib', '--inspect=0'])).toBe('/photos/my lib');
  });

  it('makes a relative library absolute', () => {
    expect(libraryArgument(['hashlens', '--library', 'lib'])).toBe(path.resolve('lib'));
  });

  it('takes nothing for a library that is not one', () => {
    expect(libraryArgument(['hashlens'])).toBeNull();
    expect(libraryArgument(['hashlens', '--library'])).toBeNull();
    expect(libraryArgument(['hashlens', '--library='])).toBeNull();
    expect(libraryArgument(['hashlens', '--library', '--inspect'])).toBeNull();
  });
});
