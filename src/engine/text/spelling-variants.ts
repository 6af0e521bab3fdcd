// British and American spellings of a word: "neighbour" and "neighbor", "grey" and "gray".

/** -our, in American English -or. */
const withOur =
  'arbour armour behaviour candour clamour colour endeavour favour fervour flavour glamour harbour honour humour labour misbehaviour ' +
  'neighbour odour parlour rancour rigour rumour saviour savour splendour tumour valour vapour vigour watercolour';
/** -re, in American English -er. */
const withRe =
  'amphitheatre calibre centimetre centre fibre kilometre litre lustre meagre metre millimetre ochre sabre sceptre sombre spectre theatre';
const others =
  'aeroplane/airplane aluminium/aluminum analogue/analog archaeology/archeology archaeologist/archeologist artefact/artifact axe/ax ' +
  'barbecue/barbeque catalogue/catalog chequered/checkered chilli/chili cosy/cozy defence/defense doughnut/donut ' +
  'draught/draft encyclopaedia/encyclopedia gaol/jail grey/gray jewellery/jewelry kerb/curb licence/license mediaeval/medieval ' +
  'mould/mold moustache/mustache mum/mom mummy/mommy offence/offense omelette/omelet plough/plow programme/program pyjamas/pajamas ' +
  'racquet/racket sceptic/skeptic snowplough/snowplow sulphur/sulfur tyre/tire waggon/wagon whisky/whiskey woollen/woolen ' +
  'yoghurt/yogurt saint/st sankt/st';
const endings = [
  '',
  's',
  'ed',
  'ing',
  'er',
  'ers',
  'ful',
  'able',
  'hood',
  'hoods',
  'less',
  'ite',
  'ites',
  'man',
  'men',
];

let known: ReadonlyMap<string, readonly string[]> | null = null;

/** The spellings by words, made for the first query: few starts of the engine search. */
const variants = (): ReadonlyMap<string, readonly string[]> => (known ??= table());

function table(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (word: string, other: string) => found.set(word, [...(found.get(word) ?? []), other]);
  const listed = [
    ...withOur.split(' ').map((word) => [word, word.replace('our', 'or')]),
    ...withRe.split(' ').map((word) => [word, word.replace(/re$/, 'er')]),
    ...others.split(' ').map((pair) => pair.split('/')),
  ];
  for (const [british = '', american = ''] of listed) {
    add(british, american);
    add(american, british);
  }
  return found;
}

/** A word of two or more syllables whose l is doubled before an ending in British English alone: "traveller". */
const doubledL = /^(.*[aeiou][^aeiou]+[aeiou])(ll?)(ed|er|ers|ing|ist|ists|ous)$/;
const izing = /^(.{4,})([sz])(e|ed|es|er|ers|ing|ation|ations)$/;

/** Spellings of a lower-case word in other English; none are guaranteed to be words. */
export function otherSpellings(word: string): string[] {
  const found = endings.flatMap((ending) => {
    if (!word.endsWith(ending)) return [];
    return (variants().get(word.slice(0, word.length - ending.length)) ?? []).map((other) => other + ending);
  });
  const [, stem, l, ending] = doubledL.exec(word) ?? [];
  if (stem !== undefined && ending !== undefined) found.push(stem + (l === 'l' ? 'll' : 'l') + ending);
  const [, root, letter, rest] = izing.exec(word) ?? [];
  if (root !== undefined && rest !== undefined && /[iy]$/.test(root))
    found.push(root + (letter === 's' ? 'z' : 's') + rest);
  return [...new Set(found)].filter((other) => other !== word);
}
