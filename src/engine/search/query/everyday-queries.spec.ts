// Everyday queries in English and German and how they are read. Each line has a query, then behind the arrow its terms, `-` for
// subtracted ones, and the days, months and years (`@`) it names. A line without an arrow is taken as its words.
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { formatQuery, parseQuery } from '../../../shared/query/grammar.ts';
import { openStore } from '../../store/database.ts';
import type { WrittenPeriod } from '../../text/written-dates.ts';
import { matchWords } from './text-terms.ts';

const dates = `
  Sommer 20 Grad
  fall 20 meters
  winter 10 km
  winter 10km run
  Winter 30 cm Schnee
  summer 35 degrees
  summer 35°
  Sommer 35 Grad im Schatten
  summer 95 fahrenheit
  spring 15 minutes
  Frühling 12 Uhr
  summer 10 am
  Sommer 19 => Sommer 19 | @2019
  Sommer '19 => Sommer '19 | @2019
  Sommer ’19 => Sommer ’19 | @2019
  summer '19 at my parents' house => summer '19 at my parents' house | @2019
  summer ’19 at my parents’ house => summer ’19 at my parents’ house | @2019
  summer '19 and winter '20 => summer '19 and winter '20 | @2019 | @2020
  summer 98 beach => summer 98 beach | @1998
  Sommer 98 Italien => Sommer 98 Italien | @1998
  Christmas 98 => Christmas 98 | @1998
  Weihnachten 15 => Weihnachten 15 | @2015
  Easter 2015 => Easter 2015 | @2015
  Ostern 15 in Rom => Ostern 15 in Rom | @2015
  summer 2019 => summer 2019 | @2019
  summer of 2019 => summer of 2019 | @2019
  Sommer im Jahr 2019 => Sommer im Jahr 2019 | @2019
  summer 20 euro
  fall 20 feet
  fall 20 ft
  summer 50 mph
  spring 50%
  spring 20 percent off
  Sommer 20 Jahre alt
  summer 20 years ago
  Herbst 3 Tage
  Jan 5 Jahre alt
  Jan 5 years old
  Jan 5 => Jan 5 | @-1-5
  Jan, 5 Jahre
  Jan 5. Geburtstag
  Jan 5th birthday => Jan 5th birthday | @-1-5
  April 3 months old
  May 10 months
  June 2 weeks old
  June 5 km run
  August 30 Grad
  August 35 Grad
  August 98 => August 98 | @1998-8 | @1998
  March 10 miles
  march 20 km
  May 5 => May 5 | @-5-5
  May 5 birthday party => May 5 birthday party | @-5-5
  July 4 fireworks => July 4 fireworks | @-7-4
  4th of July => 4th of July | @-7-4
  July 4th => July 4th | @-7-4
  the 4th of July parade => the 4th of July parade | @-7-4
  24 December => 24 December | @-12-24
  24. Dezember => 24. Dezember | @-12-24
  am 24.12. => am 24.12. | @-12-24
  24.12. => 24.12. | @-12-24
  1. Mai Demo => 1. Mai Demo | @-5-1
  3. Oktober => 3. Oktober | @-10-3
  5. Mai 2012 => 5. Mai 2012 | @2012-5-5
  5 May 2012 => 5 May 2012 | @2012-5-5
  May 5, 2012 => May 5, 2012 | @2012-5-5
  May 5th, 2012 => May 5th, 2012 | @2012-5-5
  12/24/2012 => 12/24/2012 | @2012-12-24
  24/12/2012 => 24/12/2012 | @2012-12-24
  4/5/2012 => 4/5/2012 | @2012-5-4 | @2012-4-5
  2012-12-24 => 2012-12-24 | @2012-12-24
  May 2012 => May 2012 | @2012-5 | @2012
  Mai 2012 => Mai 2012 | @2012-5 | @2012
  Dezember 98 => Dezember 98 | @1998-12 | @1998
  may 10 people fit in a car
  Will and May
  April and June
  Mark, 5
  Rose 3
  Jan and 5 dogs
  Anna May 2012 => Anna May 2012 | @2012-5 | @2012
  Theresa May
  May I pet the dog
  August 20 Uhr
  24. Dezember 20 Uhr => 24. Dezember 20 Uhr | @-12-24
  24. Dezember 18 Uhr => 24. Dezember 18 Uhr | @-12-24
  December 24 10 am => December 24 10 am | @-12-24
  Dec 24 10 pm => Dec 24 10 pm | @-12-24
  24.12. 18 Uhr => 24.12. 18 Uhr | @-12-24
  24.12.12 => 24.12.12 | @2012-12-24
  1.5 km
  1.5. => 1.5. | @-5-1
  2.5 Liter
  3.5.12 => 3.5.12 | @2012-5-3
  v1.2.3
  10.30 Uhr
  10:30
  um 10:30
  10:30 am
  at 10 am
  um 10
  um 10 Uhr im Park
  at 5 o'clock
  5 o’clock tea
  16:9
  1:18 model car
  ratio 3:2
  score 2:1
  Sommer 19 am Meer => Sommer 19 am Meer | @2019
  Weihnachten 24. Dezember 18 Uhr => Weihnachten 24. Dezember 18 Uhr | @-12-24
  Urlaub 14 Tage am See
  vacation 10 days
  Silvester 99 => Silvester 99 | @1999
  Silvester 99/00
  Neujahr 2000 => Neujahr 2000 | @2000
  Halloween 31 October => Halloween 31 October | @-10-31
  Will Smith
  Summer Smith
  Jan und 3 Kinder
  Juni 3 Kinder
  1. Advent
  1. Mai 1. Klasse => 1. Mai 1. Klasse | @-5-1
  f/2.8
  50 mm
  12.05 Uhr
  10.10.10 => 10.10.10 | @2010-10-10
  555-1234
  10-12 people
  2012-2014
  3/4 time
  98 people, summer 98 => 98 people, summer 98 | @1998
  12 friends in summer 12 => 12 friends in summer 12 | @2012
  summer 20 pounds
  Sommer 20 €
  June 20, 5 pm => June 20, 5 pm | @-6-20
  4th of July, 10 pm => 4th of July, 10 pm | @-7-4
  October 31 at 8 pm => October 31 at 8 pm | @-10-31
  Sommer 2019 20 Grad => Sommer 2019 20 Grad | @2019
  summer 19 20 degrees => summer 19 20 degrees | @2019
  5 PM in the park
  Dezember 24 => Dezember 24 | @-12-24
  Dezember 24, 2012 => Dezember 24, 2012 | @2012-12-24
  Mai 5 Kinder im Garten
  Juni 12 => Juni 12 | @-6-12
  24.12
  am 24.12 in Rom => am 24.12 in Rom | @-12-24
  ab 24.12 € im Laden
`;

const numbers = `
  3 dogs
  two dogs
  5 Kinder
  10 Downing Street
  No 10 Downing Street
  No. 10
  no. 5
  No. 5 Chanel
  Chanel No 5
  Nr. 5
  Hausnummer 12
  Hauptstraße 12
  5th Avenue
  Route 66
  Highway 61
  Bus 42
  iPhone 12
  Boeing 747
  Gleis 9 3/4
  50%
  20 €
  $20
  €20 note
  -20 Grad => -20 | Grad
  -5°C
  +49 170 => 49 | 170
  18. Geburtstag
  18th birthday
  Oma 80
  80. Geburtstag von Oma
  C++
  R2-D2
  T-34
  24/7
  9/11
  1/2
  2x4
  4x4
  100m sprint
  1,000 people
  1.000 Menschen
  90s
  '90s
  the '90s
  80er
  80er Jahre
  in the nineties
  1990s
  '90s party in '98 => '90s party in '98 | @1998
`;

const quotes = `
  rock 'n' roll
  rock ’n’ roll
  rock’n’roll
  fish 'n' chips
  'n'
  don't
  dogs' toys
  the boys' and girls' room
  my parents' house and my friends' dog
  'tis the season
  Hans' Hund
  Hans' und Fritz' Garten
  'nen Hund
  geht's
  wie geht's
  O'Connor
  l'été
  "grand canyon"
  'grand canyon' => "grand canyon"
  ‘grand canyon’ => "grand canyon"
  „grand canyon“ => "grand canyon"
  “grand canyon” => "grand canyon"
  'summer of '69' => "summer of '69"
  5' 10"
  5'10" man
  6" pizza
  12" vinyl and 7" single
  the 'best' dog
  'best dog' in town => "best dog" | in town
  "best => "best"
  the dog "Rex" => the dog | "Rex"
  Jan’s 5th birthday
  'the grand canyon' at dawn => "the grand canyon" | at dawn
  '98 World Cup => '98 World Cup | @1998
  Oma's '98 Garten => Oma's '98 Garten | @1998
  class of '05 => class of '05 | @2005
  class of ’05 => class of ’05 | @2005
`;

const negations = `
  not my dog => -dog
  nicht mein Hund => -hund
  no dog without leash => dog | leash
  dog without leash => dog | -leash
  nothing but dogs => dogs
  nichts als Hunde => Hunde
  nur Hunde => Hunde
  only dogs
  no one => -people
  nobody => -people
  niemand => -people
  no people => -people
  keine Leute => -leute
  keine Menschen am Strand => am Strand | -menschen
  beach no people => beach | -people
  no people on the beach => on the beach | -people
  can't swim
  won't stop
  isn't he cute
  ain't no sunshine => ain't | -sunshine
  don't worry
  kein Schnee mehr => -schnee
  nicht mehr
  no longer young => -young
  no more pictures => -pictures
  not only dogs but also cats => dogs cats
  not only dogs => dogs
  nicht nur Hunde sondern auch Katzen => Hunde Katzen
  nicht nur Hunde, sondern auch Katzen => Hunde, Katzen
  without a doubt => -doubt
  ohne Zweifel => -zweifel
  no doubt
  not bad => -bad
  no problem
  no way => -way
  no parking
  no smoking sign
  no entry sign
  not dogs but cats => cats | -dogs
  nicht Hunde sondern Katzen => Katzen | -hunde
  kein Hund, sondern eine Katze => eine Katze | -hund
  neither dogs nor cats => -dogs | -cats
  weder Hund noch Katze => -hund | -katze
  weder Hund noch Katze am Strand => am Strand | -hund | -katze
  all dogs except Rex => all dogs | -rex
  alle Hunde außer Rex => alle Hunde | -rex
  alles außer Hunde => -hunde
  everything but dogs => -dogs
  not a single dog => -dog
  kein einziger Hund => -hund
  not without my daughter => daughter
  nicht ohne meine Tochter => Tochter
  no beach without people => beach | people
  kein Strand ohne Leute => strand | Leute
  never without a hat => hat
  Mann ohne Hut => Mann | -hut
  Frau ohne Brille am Strand => Frau am Strand | -brille
  cat not on the sofa => cat | -sofa
  child not smiling => child | -smiling
  not smiling => -smiling
  nicht lachend => -lachend
  whether or not
  or not
  to be or not to be
  why not
  not yet
  noch nicht
  not at all
  gar nicht
  not quite
  knot
  no
  not
  ohne
  ohne Ende => -ende
  nothing
  nothing else
  no name
  no-name
  Casino No. 1
  Dr. No
  James Bond Dr No
  James Bond 007
  no, the dog
  dogs, no cats => dogs, | -cats
  dogs no cats no people => dogs | -cats | -people
  dogs without cats or people => dogs | -cats | -people
  Hunde ohne Katzen und Leute => Hunde | -katzen | -leute
  dogs without cats but with people => dogs with people | -cats
  Hunde ohne Katzen aber mit Leuten => Hunde mit Leuten | -katzen
  dog with no collar => dog | -collar
  a dog that is not black => a dog that is | -black
  a dog that isn't black => a dog that | -black
  ein Hund, der nicht schwarz ist => ein Hund, der | -schwarz
  non-smoker
  nonstop
  unhappy
  not happy => -happy
  a house with no windows and a red door => a house and a red door | -windows
  sunset without clouds => sunset | -clouds
  Sonnenuntergang ohne Wolken => Sonnenuntergang | -wolken
  no dogs allowed
  Hunde verboten
  nicht schlecht => -schlecht
  no idea
  forget me not
  forget-me-not
  Vergissmeinnicht
  No Man's Land
  no man's land
  Home Alone
  the dog has no name
  Strand aber keine Leute => Strand | -leute
  dogs but not cats => dogs | -cats
  Hunde und keine Katzen => Hunde | -katzen
  Haus ohne Fenster und eine rote Tür => Haus und eine rote Tür | -fenster
  man without a hat and a coat => man | -hat | -coat
  no dogs except Rex => Rex
  keine Hunde außer Rex => Rex
  keine Hunde außer Rex und Bello => Rex | Bello
  everyone but Tom => -tom
  alle außer Tom => -tom
  nobody but Anna => Anna
  niemand außer Anna => Anna
  a bird that can't fly => a bird that | -fly
  girl who doesn't smile => girl who | -smile
  Dr No poster
  Beach No People => Beach | -people
  BEACH NO PEOPLE => BEACH | -people
  no cycling sign
  Rauchen nicht gestattet
  dogs not allowed
  no sign of rain => -sign of rain
  isn't it lovely
  nur zwei Hunde => zwei Hunde
  Nur und Anna
  nothing but the sea => the sea
  nichts außer Meer => Meer
  nicht nur
  not only
  keine 10 Meter => -10 meter
  kein Hund und keine Katze => -hund | -katze
  no dog, no cat => -dog | -cat
  not a dog without a leash => dog | leash
  no more rain => -rain
  dogs not cats => dogs | -cats
  not Anna but Tom => Tom | -anna
  Anna, not Tom => Anna, | -tom
  Anna ohne Tom mit Hund => Anna mit Hund | -tom
  photos without me => -me
  pictures with no people => -people
  everything without people => -people
  a photo without a dog => -dog
  there are no people => -people
  there is no dog in it => -dog
  photos that do not show people => -people
  photos of Will without Tom => photos of Will | -tom
  Will without Tom => Will | -tom
  ein Foto ohne Hund => -hund
  alle Bilder ohne Hund => -hund
  es gibt keine Leute => -leute
  il n'y a pas de chien => -chien
  fotos sin perros => -perros
  foto senza cani => -cani
  foto's zonder honden => -honden
  no dogs, cats or horses => -dogs | -cats | -horses
  no dogs, cats, or horses => -dogs | -cats | -horses
  no dogs, or cats => -dogs | -cats
  no dogs, cats, horses or cows on the beach => on the beach | -dogs | -cats | -horses | -cows
  no dogs, a red door => a red door | -dogs
  no dogs, cats and a red door => cats and a red door | -dogs
  no people, just cats or dogs => just cats or dogs | -people
  beach without people, sunset and palm trees => beach sunset and palm trees | -people
  ohne Hunde, Katzen und Pferde => -hunde | -katzen | -pferde
  Anna ohne Tom, Mia und Lena => Anna | -tom | -mia | -lena
  Park ohne Hunde, Katzen und Pferde am See => Park am See | -hunde | -katzen | -pferde
  nie ohne Anna, Tom und Max => Anna | Tom | Max
  neither dogs, cats nor horses => -dogs | -cats | -horses
  strand zonder honden, katten of paarden => strand | -honden | -katten | -paarden
  playa sin perros, gatos o caballos => playa | -perros | -gatos | -caballos
  beach (no people) => beach | -people
  (no people) beach => -people | beach
  Lena (without Tom) => Lena | -tom
  (red car no people) beach => red car | -people | beach
  dog, never in water => dog, | -water
  dog never wearing a collar => dog | -collar
  never mind
  never ending story
  pas de chien => -chien
  plage, pas de chiens => plage, | -chiens
  pas d'enfants sur la plage => sur la plage | -enfants
  pas de deux
  minus dog => -dog
  dog minus leash => dog | -leash
  minus 10 degrees
  minus zehn Grad
  beach, no people please => beach, | -people
  all but the dog => -dog
  No Doubt concert
  sin perros => -perros
  Sin perros => -perros
  sin nadie => -people
  Sin City
  sin city poster
  film Sin City poster
  bez ludzi => -ludzi
  bez psa na plaży => na plaży | -psa
  sem pessoas na praia => na praia | -pessoas
  Sem Müller
  Sem playing
  sem image of a cell
  Fotos von Inga
  Inga am Strand
  inga hundar => -hundar
  ingen hund => -hund
  orang utan baby
  cachorro no parque
  praia no Brasil
  no Brasil
  playa, no perros => playa, | -perros
  não na praia => -praia
  praia, não pessoas => praia, | -pessoas
  nenhum cão => -cão
  pas sur la plage => -plage
  pas à pas
  ni chien ni chat => -chien | -chat
  non al mare => -mare
  non people
  non smoking area
  spiaggia ma niente cani => spiaggia | -cani
  niet op het strand => -strand
  no hay perros => -perros
  no hay bales => -hay bales
  пляж без людей => пляж | -людей
  without Al => -al
  anything other than dogs => -dogs
  cats instead of dogs => cats | -dogs
  beach with out people => beach | -people
  man w/out hat => man | -hat
  person not wearing a hat => person | -hat
  no one in sight => -people
  no people in the background => -people
  no dogs at all => -dogs
  keine Menschen zu sehen => -menschen
  Fotos, auf denen keine Menschen zu sehen sind => -menschen
  photos that have no people => -people
  photos not of dogs => -dogs
  not photos of dogs => -dogs
  anything but dogs => -dogs
  not for sale
  Mai 2012 ohne Anna => Mai 2012 | -anna | @2012-5 | @2012
`;

const linesOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const [typed = '', reading] = line.trim().split(' => ');
      return [typed, reading ?? typed];
    });

function read(typed: string): string {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const { fullText, texts } = store;
  const periods = new Set<string>();
  const takenOn = ({ year, month, day }: WrittenPeriod) => {
    periods.add(`@${[year ?? '', month, day].filter((part) => part !== null).join('-')}`);
    return [];
  };
  const parts = parseQuery(typed).terms.map((term) => {
    if (term.kind === 'photo') throw new Error('no query here has a photo');
    if (term.kind === 'text') matchWords({ fullText, texts, takenOn }, term.text);
    return `${term.weight < 0 ? '-' : ''}${term.kind === 'phrase' ? `"${term.text}"` : term.text}`;
  });
  return [...parts, ...periods].join(' | ');
}

describe('reads as a person means them', () => {
  it.each(linesOf(dates))('seasons, months, days and hours: %s', (typed, reading) => {
    expect(read(typed)).toBe(reading);
  });

  it.each(linesOf(numbers))('other numbers: %s', (typed, reading) => {
    expect(read(typed)).toBe(reading);
  });

  it.each(linesOf(quotes))('apostrophes and quotation marks: %s', (typed, reading) => {
    expect(read(typed)).toBe(reading);
  });

  it.each(linesOf(negations))('negations: %s', (typed, reading) => {
    expect(read(typed)).toBe(reading);
  });
});

it.each(linesOf(negations))(
  'says how it reads the negation in “%s”, and writes it so that it is read the same',
  (typed, reading) => {
    const { terms, filters, notices } = parseQuery(typed);
    expect(notices.length > 0).toBe(reading !== typed);
    expect(parseQuery(formatQuery({ terms, filters }))).toMatchObject({ terms, notices: [] });
  },
);
