// The check of a real machine and library in German: the window knows each name and detail, down to the reasons of self-tests.
import { expect, it } from 'vitest';
import { keptTextIn } from '../../src/language/engine-texts.ts';
import { testEngine } from '../support/engine.ts';
import { inGerman } from '../support/german.ts';

it('every check of this machine that has no error has a German name and detail', async () => {
  const checks = await testEngine().api['library.doctor']({});
  expect(checks.length).toBeGreaterThan(7);
  await inGerman(() => {
    const english = checks.flatMap(({ name, detail, code }) => {
      // These are the same in every language: names, and the version of Node.
      const isName = name === 'Node' || name === 'Encoder';
      const texts = [...(isName ? [] : [name]), ...(code !== undefined || name === 'Node' ? [] : [detail])];
      return texts.filter((text) => keptTextIn(text) === null);
    });
    expect(english).toEqual([]);
  });
});
