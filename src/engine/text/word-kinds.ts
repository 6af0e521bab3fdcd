// Synonyms and narrower terms of English words for visible things: a lad is a boy, a puppy is a kind of dog.
import { stem } from './inflections.ts';

/**
 * One thing per line: its words, then after `<` its narrower terms, which may have their own lines. Only visible things
 * whose words have hardly any other meaning. Underscores join the words of a phrase.
 */
const lines = `
person human < man woman child baby teenager adult crowd people
people < family crowd audience couple
man gentleman guy bloke fellow < groom grandfather father fisherman fireman policeman businessman cowboy priest monk
woman lady < bride grandmother mother bridesmaid businesswoman actress ballerina
child kid youngster < boy girl toddler schoolboy schoolgirl
children kids
boy lad < schoolboy
girl lass < schoolgirl
baby infant newborn
toddler tot
teenager teen adolescent youth
mother mom mum mommy mummy mama
father dad daddy papa
grandmother grandma granny nana
grandfather grandpa granddad
photographer cameraman camerawoman
policeman cop police_officer
fireman firefighter
soldier trooper
singer vocalist
cyclist biker bicyclist
dog canine doggy hound < puppy terrier poodle labrador retriever spaniel beagle dachshund bulldog collie sheepdog husky greyhound chihuahua dalmatian rottweiler dobermann corgi schnauzer boxer_dog
puppy pup whelp
cat feline < kitten tabby tomcat siamese
kitten kitty
horse < pony foal stallion mare colt racehorse filly
pony < shetland_pony
cow cattle < calf bull ox heifer
sheep < lamb ram ewe
goat < kid_goat
pig hog swine < piglet
rabbit bunny hare
bird fowl < duck goose swan seagull pigeon parrot owl eagle hawk sparrow crow penguin flamingo chicken hen rooster peacock ostrich heron pelican
seagull gull
duck mallard < duckling
chicken < hen rooster chick
bear < polar_bear grizzly
monkey ape primate < gorilla chimpanzee orangutan baboon
snake serpent < python cobra viper
insect bug < butterfly bee wasp beetle dragonfly ant ladybird
ladybird ladybug
car automobile < sedan suv jeep taxi convertible limousine hatchback minivan
taxi cab
truck lorry
bicycle bike < tricycle
motorcycle motorbike < moped scooter
airplane plane aeroplane aircraft < airliner biplane
boat < canoe kayak rowboat sailboat dinghy raft speedboat gondola
ship < ferry cruise_ship
sailboat yacht
train locomotive < tram subway
sofa couch settee
tv television telly
fridge refrigerator
cellphone mobile_phone smartphone cell_phone iphone
laptop notebook_computer
camera < camcorder
ocean sea
beach seaside seashore shore
forest woods woodland
mountain < peak summit alp
river stream creek brook
lake pond
sunset sundown
sunrise dawn daybreak
street road < avenue lane highway motorway
house home < cottage cabin villa bungalow farmhouse mansion
church < cathedral chapel
castle < fortress palace
flower blossom bloom < tulip sunflower orchid
tree < oak pine birch willow
fruit < apple banana strawberry cherry grape lemon pear peach
vegetable veg < carrot broccoli tomato potato cucumber
cake < cupcake cheesecake gateau
cookie biscuit
sandwich < burger hamburger baguette
burger hamburger
drink beverage < coffee tea beer wine juice cocktail
wedding marriage
christmas xmas
vacation holiday
trousers pants < jeans
sweater pullover
handbag purse
umbrella parasol
hat cap < beret sombrero
movie film
gift present
candy sweets < lollipop
luggage baggage < suitcase
stroller pram pushchair baby_carriage
diaper nappy
sneakers trainers running_shoes
eyeglasses spectacles glasses
sidewalk pavement footpath
shop store < supermarket bakery bookshop
rock stone < boulder pebble
flashlight torch
bathtub bath_tub
rug carpet
cup mug
backyard garden yard
trash_can garbage_can dustbin
gas_station petrol_station
playground play_area
swimsuit bathing_suit < bikini
`;

interface Kinds {
  /** Synonyms. */
  readonly same: Set<string>;
  readonly narrower: Set<string>;
  readonly broader: Set<string>;
}

const plain = (word: string): string => word.replaceAll('_', ' ');
const keyOf = (word: string): string => plain(word).split(' ').map(stem).join(' ');

let table: Map<string, Kinds> | null = null;

/** The table by words, made for the first query: few starts of the engine search. */
const kinds = (): ReadonlyMap<string, Kinds> => (table ??= tableOf(lines));

function tableOf(text: string): Map<string, Kinds> {
  const found = new Map<string, Kinds>();
  const of = (word: string): Kinds => {
    const known = found.get(keyOf(word)) ?? { same: new Set(), narrower: new Set(), broader: new Set() };
    found.set(keyOf(word), known);
    return known;
  };
  for (const line of text.trim().split('\n')) {
    const [names = '', below = ''] = line.split('<').map((part) => part.trim());
    const same = names.split(' ').map(plain);
    const narrower = below.split(' ').filter(Boolean).map(plain);
    for (const name of same) {
      for (const other of same) if (keyOf(other) !== keyOf(name)) of(name).same.add(other);
      for (const word of narrower) {
        of(name).narrower.add(word);
        of(word).broader.add(name);
      }
    }
  }
  return found;
}

/** All words reached from a word, without itself. */
function reached(word: string, next: (known: Kinds) => Iterable<string>): string[] {
  const seen = new Map([[keyOf(word), word]]);
  for (const at of seen.values()) {
    const known = kinds().get(keyOf(at));
    if (known) for (const other of next(known)) if (!seen.has(keyOf(other))) seen.set(keyOf(other), other);
  }
  seen.delete(keyOf(word));
  return [...seen.values()];
}

/** Synonyms and narrower terms of `word`: dog -> hound, puppy, pup, poodle, ... */
export const synonymsAndNarrowerTerms = (word: string): string[] =>
  reached(word, ({ same, narrower }) => [...same, ...narrower]);

/** Broader terms of `word` with their synonyms: puppy -> dog, hound, ... */
export function broaderTerms(word: string): string[] {
  const same = new Set([word, ...(kinds().get(keyOf(word))?.same ?? [])]);
  const above = [...same].flatMap((name) => [...(kinds().get(keyOf(name))?.broader ?? [])]);
  return [...new Set(above.flatMap((name) => [name, ...(kinds().get(keyOf(name))?.same ?? [])]))];
}
