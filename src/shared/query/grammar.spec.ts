// The grammar: the meaning of each form, text and query in both directions, and that no input throws.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../test/support/any-text.ts';
import { formatQuery, parseQuery } from './grammar.ts';
import { query, type Query } from './query.ts';

const today = new Date(2024, 6, 24, 12);
const parse = (text: string) => parseQuery(text, { today });
const terms = (text: string) => parse(text).terms;
const filters = (text: string) => parse(text).filters;
const noticesOf = (text: string) => parse(text).notices.map((notice) => notice.message);

describe('terms', () => {
  it('takes words without signs as one meaning, at any place', () => {
    expect(terms('a dog  tag:x on the\tbeach')).toEqual([{ kind: 'text', text: 'a dog on the beach', weight: 1 }]);
    expect(terms('t-shirt - 24/7')).toEqual([{ kind: 'text', text: 't-shirt - 24/7', weight: 1 }]);
  });

  it('adds and subtracts, with weights', () => {
    expect(terms('+beach -people^0.5 +photo:123 -photo:7^2 (red car)')).toEqual([
      { kind: 'text', text: 'beach', weight: 1 },
      { kind: 'text', text: 'people', weight: -0.5 },
      { kind: 'photo', photoId: 123, weight: 1 },
      { kind: 'photo', photoId: 7, weight: -2 },
      { kind: 'text', text: 'red car', weight: 1 },
    ]);
  });

  it.each(['photos -people', 'all photos -people', 'Bilder -people', 'my photos -"no entry" -people'])(
    'leaves words out that name no thing beside what is subtracted: %s',
    (typed) => {
      const { terms, filters } = parseQuery(typed);
      expect(terms.filter(({ weight }) => weight > 0)).toEqual([]);
      expect(parseQuery(formatQuery({ terms, filters }))).toMatchObject({ terms });
    },
  );

  it('searches for words that name no thing where they are typed with a sign', () => {
    const { terms, filters } = parseQuery('+photos -people');
    expect(terms).toMatchObject([
      { text: 'photos', weight: 1 },
      { text: 'people', weight: -1 },
    ]);
    expect(parseQuery(formatQuery({ terms, filters })).terms).toEqual(terms);
  });

  it('keeps phrases apart, even one that is still being typed', () => {
    expect(terms('"Grand Canyon" -"no  entry" "say \\"hi\\""')).toEqual([
      { kind: 'phrase', text: 'Grand Canyon', weight: 1 },
      { kind: 'phrase', text: 'no entry', weight: -1 },
      { kind: 'phrase', text: 'say "hi"', weight: 1 },
    ]);
    expect(terms('"Grand Can')).toEqual([{ kind: 'phrase', text: 'Grand Can', weight: 1 }]);
  });

  it.each([
    '“grand canyon”',
    '„grand canyon“',
    '«grand canyon»',
    '« grand canyon »',
    '»grand canyon«',
    '”grand canyon”',
    '‚grand canyon‘',
    '《grand canyon》',
    '〝grand canyon〞',
    '❝grand canyon❞',
    '″grand canyon″',
  ])('takes %s for a phrase', (text) => {
    expect(terms(text)).toEqual([{ kind: 'phrase', text: 'grand canyon', weight: 1 }]);
    expect(terms(`dog -${text}`)).toEqual([
      { kind: 'text', text: 'dog', weight: 1 },
      { kind: 'phrase', text: 'grand canyon', weight: -1 },
    ]);
    expect(filters(`tag:${text},sea`)).toEqual([{ field: 'tag', values: ['grand canyon', 'sea'], not: false }]);
  });

  it('takes several words in single marks for a phrase, and one word for a short form', () => {
    expect(terms('‘grand canyon’ at dawn')).toEqual([
      { kind: 'phrase', text: 'grand canyon', weight: 1 },
      { kind: 'text', text: 'at dawn', weight: 1 },
    ]);
    expect(terms('rock ‘n’ roll')).toEqual([{ kind: 'text', text: 'rock ‘n’ roll', weight: 1 }]);
    expect(terms("sunset 'grand canyon' -'no entry'")).toEqual([
      { kind: 'text', text: 'sunset', weight: 1 },
      { kind: 'phrase', text: 'grand canyon', weight: 1 },
      { kind: 'phrase', text: 'no entry', weight: -1 },
    ]);
    expect(terms("'new york'^2 ‘grand canyon’^0.5")).toEqual([
      { kind: 'phrase', text: 'new york', weight: 2 },
      { kind: 'phrase', text: 'grand canyon', weight: 0.5 },
    ]);
    expect(terms("'rock'n'roll party'")).toEqual([{ kind: 'phrase', text: "rock'n'roll party", weight: 1 }]);
  });

  it.each([
    "don't jump",
    "rock'n'roll",
    "rock 'n' roll",
    "the dogs' house",
    "'70s party",
    "'dog'",
    "l'été d'Anna",
    "kids' and dogs'",
    "the '90s kids' party",
    "die '80er und Oma's Jungs'",
    "rock 'n roll'",
    "party 'til dawn at the Smiths'",
  ])('takes the marks of %s for apostrophes', (text) => {
    expect(terms(text)).toEqual([{ kind: 'text', text, weight: 1 }]);
  });

  it.each(["'grand canyon'", '‘grand canyon’', "dog 'n cats'"])(
    'writes the words %s so that they stay words',
    (text) => {
      const query = { terms: [{ kind: 'text' as const, text, weight: 1 }], filters: [] };
      expect(terms(formatQuery(query))).toEqual(query.terms);
    },
  );

  const texts = (text: string) =>
    terms(text).map((term) => (term.kind === 'photo' ? '' : `${term.weight < 0 ? '-' : ''}${term.text}`));

  it.each([
    ['beach without people', ['beach', '-people']],
    ['a dog without a leash in the park', ['a dog in the park', '-leash']],
    ['street with no cars', ['street', '-cars']],
    ['a cat not a kitten', ['a cat', '-kitten']],
    ['dog not in the snow', ['dog', '-snow']],
    ['a dog that is not on a leash in the park', ['a dog that is in the park', '-leash']],
    ['Hund nicht im Schnee', ['Hund', '-schnee']],
    ['dog not in snow and not in rain', ['dog', '-snow', '-rain']],
    ['beach without people and without dogs', ['beach', '-people', '-dogs']],
    ['dog not in the snow or on the ice', ['dog', '-snow', '-ice']],
    ['Hund nicht am Strand oder im Wasser', ['Hund', '-strand', '-wasser']],
    ['beach without people and not in the rain', ['beach', '-people', '-rain']],
    ['desk without a cup of tea', ['desk', '-cup of tea']],
    ['dog not in front of the house', ['dog', '-front of the house']],
    ['strand zonder mensen of honden', ['strand', '-mensen', '-honden']],
    ['Strand ohne Menschen und ohne Hunde', ['Strand', '-menschen', '-hunde']],
    ['beach without people or dogs', ['beach', '-people', '-dogs']],
    ['beach without people, sunset', ['beach sunset', '-people']],
    ['no people', ['-people']],
    ['beach with nobody', ['beach', '-people']],
    ['Strand ohne Menschen', ['Strand', '-menschen']],
    ['Garten, kein Hund', ['Garten,', '-hund']],
    ['plage sans personne', ['plage', '-people']],
    ['playa sin gente', ['playa', '-gente']],
    ['spiaggia senza ombrelloni', ['spiaggia', '-ombrelloni']],
    ['dog without leash -cat', ['dog', '-leash', '-cat']],
    ['not my dog', ['-dog']],
    ['nicht mein Hund', ['-hund']],
    ['Strand ohne unsere vielen Kinder', ['Strand', '-kinder']],
    ['plage sans mes enfants', ['plage', '-enfants']],
    ['beach without too many people', ['beach', '-people']],
    ['alle Tiere außer Hunden und Katzen', ['alle Tiere', '-hunden', '-katzen']],
    ['neither dogs nor cats', ['-dogs', '-cats']],
    ['Garten, weder Hund noch Katze', ['Garten,', '-hund', '-katze']],
    ["a dog that isn't on a leash", ['a dog that', '-leash']],
    ['a dog that isn’t brown', ['a dog that', '-brown']],
    ['Strand ohne Mia und Tom', ['Strand', '-mia', '-tom']],
    ['ohne Mia, Strand', ['Strand', '-mia']],
    ['Video ohne Ton', ['Video', '-ton']],
    ['not much, beach', ['beach', '-much']],
    ['sans d’ enfants', ['-enfants']],
    ['Urlaub im Mai ohne Regen', ['Urlaub im Mai', '-regen']],
    ['street nobody no cars', ['street', '-people', '-cars']],
    ['no images no text', ['-images', '-text']],
  ])('understands “%s”, and says so', (text, expected) => {
    expect(texts(text)).toEqual(expected);
    expect(noticesOf(text)[0]).toMatch(/^“.*” was taken as -/);
    expect(parse(formatQuery(parse(text)))).toMatchObject({ terms: terms(text), notices: [] });
  });

  it.each([
    ['nicht ohne Anna', ['Anna']],
    ['not without Anna', ['Anna']],
    ['Hund nicht ohne Anna', ['Hund', 'Anna']],
    ['never without my dog, beach', ['beach', 'dog']],
    ['Garten, nie ohne Anna und Tom', ['Garten,', 'Anna', 'Tom']],
    ['no photo without Anna', ['Anna']],
    ['kein Bild ohne Oma', ['Oma']],
    ['nobody without a hat', ['hat']],
    ['no one without a hat', ['hat']],
    ['nobody except Anna', ['Anna']],
    ['mai senza Anna', ['Anna']],
    ['nicht kein Hund', ['Hund']],
    ['jamais sans toi', ['toi']],
  ])('takes two negations in “%s” for none, and says so', (text, expected) => {
    expect(texts(text)).toEqual(expected);
    expect(noticesOf(text)[0]).toMatch(/^“.*” was taken as \+/);
    expect(parse(text).tokens.some(({ negative }) => negative)).toBe(false);
    expect(parse(formatQuery(parse(text)))).toMatchObject({ terms: terms(text), notices: [] });
  });

  it.each([
    'no smoking sign',
    'sin city',
    'without',
    'not',
    'dog \\without leash',
    'Sem and Anna',
    'snow',
    'know-how',
    'not for sale',
    'do not enter',
    'no more than 3 dogs',
    'not later than breakfast',
    'nicht weniger als zwei Kinder',
    'Aufzug außer Betrieb',
  ])('takes “%s” as it is', (text) => {
    expect(terms(text)).toHaveLength(1);
    expect(noticesOf(text)).toEqual([]);
  });

  it('shows negated words as such, and leaves them alone in quotation marks', () => {
    expect(parse('dog without leash').tokens.map((token) => token.negative)).toEqual([false, true, true]);
    expect(terms('"dog without leash"')).toEqual([{ kind: 'phrase', text: 'dog without leash', weight: 1 }]);
  });

  it('leaves “not” in an exact phrase, and before a conjunction, alone', () => {
    expect(terms('"not in the snow"')).toEqual([{ kind: 'phrase', text: 'not in the snow', weight: 1 }]);
    expect(terms("'not in the snow'")).toEqual([{ kind: 'phrase', text: 'not in the snow', weight: 1 }]);
    expect(texts('cute but not while asleep')).toEqual(['cute but not while asleep']);
  });

  it('leaves apostrophes and quotation marks inside a phrase alone', () => {
    expect(terms('oma’s garden "say “hi” now"')).toEqual([
      { kind: 'text', text: 'oma’s garden', weight: 1 },
      { kind: 'phrase', text: 'say “hi” now', weight: 1 },
    ]);
  });

  it('takes the meaning out of a sign behind a backslash', () => {
    expect(terms('\\-40 tag\\:x \\(a\\)')).toEqual([{ kind: 'text', text: '-40 tag:x (a)', weight: 1 }]);
  });

  it('takes an unknown key as words and says so, but not a time or an address', () => {
    expect(terms('mood:happy')).toEqual([{ kind: 'text', text: 'mood:happy', weight: 1 }]);
    expect(noticesOf('mood:happy')).toEqual(['There is no filter “mood:”, so it was taken as words.']);
    expect(noticesOf('12:30 https://example.org')).toEqual([]);
  });
});

describe('filters', () => {
  it.each([
    ['tag:beach', { field: 'tag', values: ['beach'], not: false }],
    ["tag:'New York'", { field: 'tag', values: ['New York'], not: false }],
    ["-person:'Anna O'Brien',Tom", { field: 'person', values: ["Anna O'Brien", 'Tom'], not: true }],
    ['tag:‘New York’,sea', { field: 'tag', values: ['New York', 'sea'], not: false }],
    ["tag:'90s", { field: 'tag', values: ["'90s"], not: false }],
    ["person:O'Brien", { field: 'person', values: ["O'Brien"], not: false }],
    ['-tag:"New York",sea', { field: 'tag', values: ['New York', 'sea'], not: true }],
    ['FOLDER:Italy/Rome', { field: 'folder', values: ['Italy/Rome'], not: false }],
    ['type:JPG', { field: 'type', values: ['jpeg'], not: false }],
    ['after:2019', { field: 'date', from: '2019-01-01', to: null, not: false }],
    ['before:2020-06', { field: 'date', from: null, to: '2020-06-01', not: false }],
    ['date:2019-12', { field: 'date', from: '2019-12-01', to: '2020-01-01', not: false }],
    ['date:2018..2020-02', { field: 'date', from: '2018-01-01', to: '2020-03-01', not: false }],
    ['date:today', { field: 'date', from: '2024-07-24', to: '2024-07-25', not: false }],
    ['on:07-24', { field: 'day', month: 7, day: 24, not: false }],
    ['on:yesterday', { field: 'day', month: 7, day: 23, not: false }],
    ['on:2019-02-28', { field: 'date', from: '2019-02-28', to: '2019-03-01', not: false }],
    ['-orientation:Portrait', { field: 'orientation', value: 'portrait', not: true }],
    ['size:>2mb', { field: 'size', least: 2_000_001, most: null, not: false }],
    ['size:1.5kb..3MB', { field: 'size', least: 1500, most: 3_000_000, not: false }],
    ['width:>=2000px', { field: 'width', least: 2000, most: null, not: false }],
    ['height:<800', { field: 'height', least: null, most: 799, not: false }],
    ['rating:>=4', { field: 'rating', least: 4, most: null, not: false }],
    ['rating:5', { field: 'rating', least: 5, most: 5, not: false }],
    ['-rating:0..2', { field: 'rating', least: 1, most: 2, not: true }],
    ['rating:<3', { field: 'rating', least: null, most: 2, not: false }],
    ['place:Rome,"New York"', { field: 'place', values: ['Rome', 'New York'], not: false }],
    ['Location:Rome', { field: 'place', values: ['Rome'], not: false }],
    ['has:rating', { field: 'has', what: 'rating', not: false }],
    ['-has:places', { field: 'has', what: 'place', not: true }],
    ['has:location', { field: 'has', what: 'place', not: false }],
    ['has:captions', { field: 'has', what: 'caption', not: false }],
  ])('%s', (text, expected) => {
    expect(filters(text)).toEqual([expected]);
    expect(noticesOf(text)).toEqual([]);
  });

  it.each([
    'after:soon',
    'date:2019-02-30',
    'on:13-01',
    'size:big',
    'width:2mb',
    'orientation:up',
    'has:fun',
    'rating:0',
    'rating:6',
    'rating:>5',
    'rating:<1',
    'rating:3.5',
    'rating:4..2',
    'rating:good',
    'photo:x',
  ])('says what %s should look like, and leaves it out', (text) => {
    expect(parse(text)).toMatchObject({ terms: [], filters: [], tokens: [{ kind: 'wrong' }] });
    expect(noticesOf(text)).toEqual([expect.stringMatching(/needs .*/)]);
  });

  it('says nothing of a filter that is still being typed', () => {
    expect(parse('dog tag:')).toMatchObject({
      filters: [],
      notices: [],
      tokens: [{}, { kind: 'unfinished', key: 'tag' }],
    });
  });
});

it('gives the position of each piece', () => {
  const text = '  dog -tag:"New York" "a b"^2';
  expect(parse(text).tokens.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([
    ['dog', 'word'],
    ['-tag:"New York"', 'filter'],
    ['"a b"^2', 'phrase'],
  ]);
});

const word = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 12 }).map((s) => s.replace(/\s+/g, ' ').trim());
const phrase = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' ').replace(/\s+/g, ' ').trim());
const text = fc.oneof(
  phrase,
  fc.constantFrom(
    '-a',
    '"q"',
    '“q”',
    '«q',
    '”',
    'no',
    'without',
    'a no b',
    'x not not y',
    'nobody',
    'tag:x',
    'a^2',
    '(b)',
    '\\',
    'a\\',
    '+',
    ':',
    'x:',
    '^1',
    ')(',
  ),
);
const filled = text.filter((s) => s !== '');
const weight = fc.constantFrom(1, -1, 2, -0.5, 0.25, 10, 1e-7);
const date = fc.date({ min: new Date('1800-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const day = date.map((d) => d.toISOString().slice(0, 10));
const bound = fc.oneof(fc.constant(null), fc.nat());
const not = fc.boolean();
const termOf = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: filled, weight }),
  fc.record({ kind: fc.constant('phrase' as const), text: filled, weight }),
  fc.record({ kind: fc.constant('photo' as const), photoId: fc.integer({ min: 1 }), weight }),
);
const stars = fc.integer({ min: 1, max: 5 });
const filterOf = fc.oneof(
  fc.record({
    field: fc.constantFrom('tag', 'album', 'folder', 'camera', 'place', 'text', 'word'),
    values: fc.array(filled, { minLength: 1, maxLength: 3 }),
    not,
  }),
  fc.record({ field: fc.constant('date'), from: fc.option(day), to: day, not }),
  fc.record({ field: fc.constant('date'), from: day, to: fc.constant(null), not }),
  fc.record({
    field: fc.constant('day'),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 29 }),
    not,
  }),
  fc.record({ field: fc.constantFrom('size', 'width', 'height'), least: fc.nat(), most: bound, not }),
  fc.record({ field: fc.constantFrom('size', 'width', 'height'), least: fc.constant(null), most: fc.nat(), not }),
  fc.record({
    field: fc.constant('has'),
    what: fc.constantFrom('caption', 'tag', 'date', 'camera', 'rating', 'place'),
    not,
  }),
  fc.record({ field: fc.constant('rating'), least: stars, most: fc.constant(null), not }),
  fc.record({ field: fc.constant('rating'), least: fc.constantFrom(null, 1, 2), most: fc.constantFrom(2, 3, 5), not }),
  fc.record({ field: fc.constant('orientation'), value: fc.constantFrom('portrait', 'landscape', 'square'), not }),
);

it('reads back what it writes', () => {
  fc.assert(
    fc.property(
      fc.record({ terms: fc.array(termOf, { maxLength: 6 }), filters: fc.array(filterOf, { maxLength: 5 }) }),
      (raw) => {
        const wanted: Query = query.parse(raw);
        const { terms, filters, notices } = parse(formatQuery(wanted));
        expect({ terms, filters }).toEqual(wanted);
        expect(notices).toEqual([]);
      },
    ),
    { seed: 5, numRuns: 800 },
  );
});

const hostile = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom(
      ...'+-"“„«»():^,\\. ab1><=',
      'tag:',
      'date:',
      ' no ',
      ' without ',
      'size:',
      'rating:',
      'photo:',
      '..',
    ),
    maxLength: 60,
  }),
);

it('never throws, gives what the schema allows, and covers every word with one token', () => {
  fc.assert(
    fc.property(hostile, (input) => {
      const { terms, filters, tokens, notices } = parse(input);
      expect(query.parse({ terms, filters })).toEqual({ terms, filters });
      let last = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(input.slice(last, start).replace(/[+-]/g, '').trim()).toBe('');
        last = end;
      }
      expect(last).toBeLessThanOrEqual(input.length);
      for (const { start, end } of notices) expect(start).toBeLessThanOrEqual(end);
      // Parse what was written: the result must be the same.
      expect(parse(formatQuery({ terms, filters }))).toMatchObject({ terms, filters });
    }),
    { seed: 11, numRuns: 800 },
  );
});

it('stays quick and bounded on a megabyte', () => {
  for (const unit of ['a ', '"', '(', 'tag:', '\\', '+a^', '-"x" ']) {
    const { terms, filters } = parse(unit.repeat(300_000));
    expect(query.safeParse({ terms, filters }).success).toBe(true);
  }
});
