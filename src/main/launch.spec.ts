// Library given on the command line.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryArgument } from './launch.ts';

describe('libraryArgument', () => {
  it('finds the library in either spelling, among other arguments', () => {
    expect(libraryArgument(['electron', '--no-sandbox', '/app', '--library', '/photos/lib'])).toEqual({
      library: '/photos/lib',
    });
    expect(libraryArgument(['hashlens', '--library=/photos/my lib', '--inspect=0'])).toEqual({
      library: '/photos/my lib',
    });
  });

  it('makes a relative library absolute', () => {
    expect(libraryArgument(['hashlens', '--library', 'lib'])).toEqual({ library: path.resolve('lib') });
  });

  it('is the person’s own without the option', () => {
    expect(libraryArgument(['hashlens'])).toEqual({ library: null });
  });

  it.each([['--library'], ['--library='], ['--library', ''], ['--library', ' '], ['--library', '--inspect']])(
    'takes %s for no folder',
    (...given) => {
      expect(libraryArgument(['hashlens', ...given])).toBe('unnamed');
    },
  );
});
