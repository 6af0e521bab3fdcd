import { expect, it } from 'vitest';
import { inGerman } from '../../test/support/german.ts';
import { messageText, problemText } from './problems.ts';

const engine = {
  code: 'engine-stopped',
  message: 'The search engine ended before it could answer: it was ended by SIGKILL.',
} as const;

it('says in English what the engine says', () => {
  expect(problemText(engine)).toBe(engine.message);
});

it('translates into German a message of a known form, with its values and its reason', () =>
  inGerman(() => {
    expect(problemText(engine)).toBe(
      'Der Suchdienst endete, bevor er antworten konnte: er wurde durch SIGKILL beendet.',
    );
    expect(
      problemText({
        code: 'offline',
        message: 'The folder /a (b), c does not answer; check its disk or network connection.',
      }),
    ).toBe('Der Ordner /a (b), c antwortet nicht; prüfen Sie sein Laufwerk oder die Netzwerkverbindung.');
  }));

it('says in German what the code of any other error means, with the engine’s message as details', () =>
  inGerman(() => {
    expect(problemText({ code: 'too-large', message: 'Too much.' })).toBe('Die Datei ist zu groß. (Too much.)');
  }));

it('translates into German a message without a code by its form, and leaves one of an unknown form in English', () =>
  inGerman(() => {
    expect(messageText('it ended with exit code 3')).toBe('er endete mit Exit-Code 3');
    expect(messageText('it was struck by lightning')).toBe('it was struck by lightning');
    expect(messageText('Too much.', 'too-large')).toBe('Die Datei ist zu groß. (Too much.)');
  }));
