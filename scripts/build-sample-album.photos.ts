// The photos of the sample album: where each comes from, who made it, under which licence, and how it is described.

export const licences = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'CC-BY-2.0': 'https://creativecommons.org/licenses/by/2.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC-BY-SA-3.0': 'https://creativecommons.org/licenses/by-sa/3.0/',
  'CC-BY-SA-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'public domain': 'https://creativecommons.org/publicdomain/mark/1.0/',
};

/** The Debian packages: the folder that a photo's `path` is relative to, and where author and licence are stated. */
export const packages = {
  'endless-sky-data': {
    root: 'usr/share/games/endless-sky/images/land',
    stated: 'the package’s `copyright` file, by file name',
  },
  'gcompris-qt-data': {
    root: 'usr/share/gcompris-qt/rcc',
    stated: 'the `README` beside each image, in the same Qt resource file',
  },
  'lomiri-wallpapers-16.04': {
    root: 'usr/share/backgrounds',
    stated: 'the package’s `copyright` file, by file name',
  },
  'palapeli-data': {
    root: 'usr/share/palapeli/collection',
    stated: 'the `.desktop` file beside each photo',
  },
  'python3-skimage': {
    root: 'usr/lib/python3/dist-packages/skimage/data',
    stated: '`_fetchers.py` beside the photos',
  },
  'python3-sklearn': {
    root: 'usr/lib/python3/dist-packages/sklearn/datasets/images',
    stated: '`README.txt` beside the photo',
  },
};

export interface SamplePhoto {
  /** Path in the album. The extension picks the format: jpg, png or webp. */
  file: string;
  from: Source;
  title: string;
  author: string;
  licence: keyof typeof licences;
  link?: string;
  /** Changes made before the photo was packaged, where the package records them. */
  changed?: string;
  captions: string[];
  tags: string[];
  /** Place of the captions: all in `captions.txt` or in a text file beside the photo, or else the first one here. */
  captionsIn?: 'list' | 'text' | 'embedded' | 'photo.jpg.xmp' | 'photo.xmp';
  /** The way in which the tags, and an embedded caption, are written into the photo. A photo with a sidecar has them only there. */
  embed?: 'iptc' | 'xmp' | 'both';
  /** Stores the pixels turned, with the EXIF orientation that turns them back. */
  turned?: boolean;
  /** Keeps the date of the shot, which the source file states. */
  keepDate?: boolean;
}

export interface Source {
  package: keyof typeof packages;
  path: string;
  /** For a Qt resource file: the path of the image inside it. */
  entry?: string;
}

const commons = (name: string) => `https://commons.wikimedia.org/wiki/File:${name}`;
const endlessSky = (path: string): Source => ({ package: 'endless-sky-data', path });
const lomiri = (path: string): Source => ({ package: 'lomiri-wallpapers-16.04', path });
const palapeli = (path: string): Source => ({ package: 'palapeli-data', path });
const skimage = (path: string): Source => ({ package: 'python3-skimage', path });
const gcompris = (activity: string, image: string): Source => ({
  package: 'gcompris-qt-data',
  path: `${activity}.rcc`,
  entry: `/gcompris/src/activities/${activity}/resource/${image}`,
});

export const photos: SamplePhoto[] = [
  {
    file: 'animals/dolphin-underwater.jpg',
    from: gcompris('erase', 'dolphin.webp'),
    title: 'Eilat Dolphin Reef (3)',
    author: 'טל שמע',
    licence: 'CC-BY-SA-4.0',
    link: commons('Eilat_Dolphin_Reef_(3).jpg'),
    changed: 'cropped, sharpened, a few spots removed',
    captions: [
      'A dolphin swimming up towards the light.',
      'Dolphin in deep blue water, with light from above.',
      'A single dolphin under the sea.',
    ],
    tags: ['animal', 'dolphin', 'water', 'sea', 'underwater'],
    embed: 'xmp',
  },
  {
    file: 'animals/german-shepherd.jpg',
    from: gcompris('explore_farm_animals', 'animals/dog.webp'),
    title: 'German-shepherd-4040871920. (2)',
    author: 'Hans Kemperman',
    licence: 'public domain',
    link: commons('German-shepherd-4040871920._(2).jpg'),
    captions: [
      'A German shepherd standing in dry grass with its tongue out.',
      'A dog out for a walk in the field.',
      'Big brown and black dog with pointed ears.',
    ],
    tags: ['animal', 'dog', 'pet', 'grass'],
  },
  {
    file: 'animals/horse-and-mountains.jpg',
    from: gcompris('erase', 'horse.webp'),
    title: 'Zaniskari Horse in Ladakh',
    author: 'Eatcha',
    licence: 'CC-BY-SA-4.0',
    link: commons('Zaniskari_Horse_in_Ladakh.jpg'),
    changed: 'cropped, sharpened',
    captions: [
      'A brown horse with a blond mane in front of snowy mountains.',
      'Horse standing on a wide plain in Ladakh.',
      'A shaggy pony, all alone under the mountains.',
    ],
    tags: ['animal', 'horse', 'mountain', 'snow', 'grass'],
    captionsIn: 'embedded',
    embed: 'iptc',
  },
  {
    file: 'animals/kingfisher.jpg',
    from: gcompris('erase', 'kingfisher.webp'),
    title: 'Eisvogel kingfisher',
    author: 'Frank-2.0',
    licence: 'CC0-1.0',
    link: commons('Eisvogel_kingfisher.jpg'),
    changed: 'cropped, sharpened',
    captions: [
      'A kingfisher sitting on a mossy branch.',
      'Small bird with a blue back and an orange belly.',
      'Colourful bird with a long, pointed beak.',
    ],
    tags: ['animal', 'bird', 'kingfisher', 'branch'],
    embed: 'xmp',
  },
  {
    file: 'animals/kitten-on-fence.jpg',
    from: gcompris('erase', 'kitten.webp'),
    title: 'A posing kitten (Flickr)',
    author: 'GalgenTX',
    licence: 'CC-BY-2.0',
    link: commons('A_posing_kitten_(Flickr).jpg'),
    changed: 'cropped, colours adjusted, sharpened',
    captions: [
      'A ginger kitten looking over a wooden board in the garden.',
      'Orange kitten resting its paws on the wood.',
      'A tiny cat posing for the camera, outdoors.',
    ],
    tags: ['animal', 'cat', 'kitten', 'pet', 'garden'],
    captionsIn: 'photo.jpg.xmp',
  },
  {
    file: 'animals/kitten-with-wool.jpg',
    from: gcompris('explore_farm_animals', 'animals/cat.webp'),
    title: 'Spielendes Kätzchen',
    author: 'Loliloli',
    licence: 'public domain',
    link: commons('Spielendes_K%C3%A4tzchen.JPG'),
    captions: [
      'A kitten playing with a ball of wool on a pink blanket.',
      'White and tabby kitten lying on its side, hugging the yarn.',
      'The cat has stolen my knitting wool again.',
      'Cat on pink cloth with a colourful ball of yarn.',
    ],
    tags: ['animal', 'cat', 'kitten', 'pet', 'toy'],
  },
  {
    file: 'animals/red-panda.jpg',
    from: gcompris('erase', 'red_panda.webp'),
    title: 'Red Panda (30324056733)',
    author: 'Mathias Appel',
    licence: 'CC0-1.0',
    link: commons('Red_Panda_(30324056733).jpg'),
    changed: 'cropped, sharpened',
    captions: [
      'A red panda climbing over a branch.',
      'Red panda with white ears and a striped face, close up.',
      'Fluffy reddish animal in a tree with green leaves behind.',
    ],
    tags: ['animal', 'red panda', 'tree', 'branch', 'wildlife'],
  },
  {
    file: 'animals/scarlet-macaw.jpg',
    from: gcompris('explore_world_animals', 'animals/scarlet_macaw.webp'),
    title: 'Scarlet macaw at Cougar Mountain Zoological Park',
    author: 'Dcoetzee',
    licence: 'CC0-1.0',
    link: commons('Scarlet_macaw_at_Cougar_Mountain_Zoological_Park.jpg'),
    captions: [
      'A scarlet macaw at the zoo.',
      'Red parrot with yellow and blue wings on a wooden perch.',
      'Big colourful parrot, seen from the side.',
    ],
    tags: ['animal', 'bird', 'parrot', 'zoo', 'red'],
  },
  {
    file: 'animals/sheep-on-a-hill.jpg',
    from: gcompris('explore_farm_animals', 'animals/sheep.webp'),
    title: 'Sheep (33625876592)',
    author: 'Rob Mitchell',
    licence: 'CC0-1.0',
    link: commons('Sheep_(33625876592).jpg'),
    captions: [
      'A woolly sheep standing on a green slope.',
      'Sheep looking straight at me.',
      'White sheep in the grass, not shorn yet.',
    ],
    tags: ['animal', 'sheep', 'farm', 'grass'],
    embed: 'xmp',
  },
  {
    file: 'animals/spaniels-at-the-window.jpg',
    from: lomiri('friends_by_Aitzol_Berasategi.jpg'),
    title: 'friends',
    author: 'Aitzol Berasategi',
    licence: 'CC-BY-4.0',
    captions: [
      'Two brown spaniels looking out of a wooden house.',
      'Two dogs leaning over the wooden boards, curious about who comes.',
      'Brown dogs with long ears at the window.',
    ],
    tags: ['animal', 'dog', 'pet', 'house', 'window'],
    turned: true,
  },
  {
    file: 'animals/swan-family.jpg',
    from: gcompris('erase', 'swans.webp'),
    title: 'Mute swans (Cygnus olor) and cygnets',
    author: 'Charles J. Sharp',
    licence: 'CC-BY-SA-4.0',
    link: commons('Mute_swans_(Cygnus_olor)_and_cygnets.jpg'),
    changed: 'cropped, sharpened',
    captions: [
      'A family of swans on dark water.',
      'Two white swans with their young swimming between them.',
      'Swans and cygnets mirrored in the lake.',
    ],
    tags: ['animal', 'bird', 'swan', 'water', 'lake'],
    embed: 'both',
  },
  {
    file: 'animals/tabby-cat-close-up.png',
    from: skimage('chelsea.png'),
    title: 'Chelsea the cat',
    author: 'Stéfan van der Walt',
    licence: 'CC0-1.0',
    captions: [
      'Close-up of a tabby cat with green eyes.',
      'Chelsea the cat, nose and whiskers.',
      'The face of a ginger striped cat indoors.',
    ],
    tags: ['animal', 'cat', 'pet', 'portrait'],
    embed: 'xmp',
  },
  {
    file: 'food-and-flowers/bee-on-aster.jpg',
    from: palapeli('european-honey-bee.jpg'),
    title: 'European honey bee extracts nectar',
    author: 'John Severns',
    licence: 'public domain',
    link: commons('European_honey_bee_extracts_nectar.jpg'),
    captions: [
      'A honey bee collecting nectar from a purple aster.',
      'Bee on a purple flower with a yellow centre.',
      'Macro shot of a bee in the garden.',
    ],
    tags: ['animal', 'insect', 'flower', 'garden', 'macro'],
    keepDate: true,
  },
  {
    file: 'food-and-flowers/butterfly-on-flower.jpg',
    from: gcompris('erase', 'butterfly.webp'),
    title: 'Parantica aglea at Nayikayam Thattu',
    author: 'Jee & Rani Nature Photography',
    licence: 'CC-BY-SA-4.0',
    link: commons('Parantica_aglea_at_Nayikayam_Thattu.jpg'),
    changed: 'rescaled non-linearly, cropped, sharpened',
    captions: [
      'A black and white butterfly on a small purple flower.',
      'Butterfly with spotted wings drinking nectar.',
      'Spotted butterfly in front of a soft green background.',
    ],
    tags: ['animal', 'insect', 'butterfly', 'flower', 'macro'],
    embed: 'xmp',
  },
  {
    file: 'food-and-flowers/citrus-slices.jpg',
    from: palapeli('citrus-fruits.jpg'),
    title: 'Citrus fruits',
    author: 'US Department of Agriculture',
    licence: 'public domain',
    link: commons('Citrus_fruits.jpg'),
    captions: [
      'Slices of orange, lemon, lime and grapefruit on a white background.',
      'Thin citrus slices, lit from behind.',
      'Fresh fruit cut into round slices.',
    ],
    tags: ['food', 'fruit', 'orange', 'colourful'],
  },
  {
    file: 'food-and-flowers/coffee-cup.jpg',
    from: skimage('coffee.png'),
    title: 'Coffee cup',
    author: 'Rachel Michetti',
    licence: 'CC0-1.0',
    captions: [
      'A cup of espresso on a red saucer.',
      'Coffee break: a small cup with a spoon on a wooden table.',
      'Espresso in a red and white cup.',
    ],
    tags: ['food', 'drink', 'coffee', 'table'],
    captionsIn: 'photo.xmp',
  },
  {
    file: 'food-and-flowers/dandelions.jpg',
    from: lomiri('seeding_by_Clements_Engelhardt.jpg'),
    title: 'seeding',
    author: 'Clemens Engelhardt',
    licence: 'CC0-1.0',
    captions: [
      'Dandelion clocks in a meadow, with the low sun behind them.',
      'White dandelion heads, lit by the sun from behind.',
      'A field full of dandelions gone to seed.',
    ],
    tags: ['flower', 'grass', 'meadow', 'sunset'],
    captionsIn: 'text',
  },
  {
    file: 'food-and-flowers/fig-in-a-bowl.jpg',
    from: lomiri('Picture_0B_by_freespace.jpg'),
    title: 'Picture 0B',
    author: 'Trevor “Freespace”',
    licence: 'CC-BY-4.0',
    captions: [
      'Half a fig in an orange bowl.',
      'A ripe fig, cut open, in a bright bowl on grey concrete.',
      'Red fruit in the sun with a hard shadow.',
    ],
    tags: ['food', 'fruit', 'fig', 'bowl', 'colourful'],
    embed: 'xmp',
  },
  {
    file: 'people-and-things/astronaut.jpg',
    from: skimage('astronaut.png'),
    title: 'Astronaut Eileen Collins',
    author: 'NASA',
    licence: 'public domain',
    captions: [
      'Portrait of an astronaut in an orange space suit.',
      'Astronaut Eileen Collins, smiling, with a model of the space shuttle.',
      'A woman in a space suit beside her helmet and an American flag.',
    ],
    tags: ['people', 'woman', 'portrait', 'space', 'astronaut'],
    embed: 'both',
  },
  {
    file: 'people-and-things/drum-festival-at-night.jpg',
    from: gcompris('explore_world_music', 'music/japan.webp'),
    title: 'Agidaiko03',
    author: 'takami torao',
    licence: 'public domain',
    link: commons('Agidaiko03.jpg'),
    captions: [
      'Drums set up in a square for a Japanese summer festival at night.',
      'Night festival with lanterns, food stalls and big drums.',
      'People watching the drums in the warm light of the lanterns.',
    ],
    tags: ['people', 'music', 'drum', 'festival', 'night'],
  },
  {
    file: 'people-and-things/mariachi-band.jpg',
    from: gcompris('explore_world_music', 'music/mexico.webp'),
    title: 'Wikipedia 10 Guadalajara – Mariachi',
    author: 'Elidealista',
    licence: 'CC0-1.0',
    link: commons('Wikipedia_10_Guadalajara_-_Mariachi.jpg'),
    captions: [
      'A mariachi band playing in Guadalajara.',
      'Laughing musicians with guitars and trumpets.',
      'Young people in black suits making music together.',
    ],
    tags: ['people', 'music', 'guitar', 'trumpet'],
  },
  {
    file: 'people-and-things/orchestra.jpg',
    from: gcompris('explore_world_music', 'music/orchestra.webp'),
    title: 'Orchestra of the 18th Century',
    author: 'ABC Informática',
    licence: 'public domain',
    link: commons('Orchestra_of_the_18th_Century.jpg'),
    captions: [
      'An orchestra on stage, seen from behind the conductor.',
      'Musicians in black with their violins on a big stage.',
      'Classical concert in front of rows of red seats.',
    ],
    tags: ['people', 'music', 'concert', 'violin', 'stage'],
    captionsIn: 'embedded',
    embed: 'both',
  },
  {
    file: 'people-and-things/paintbrushes.jpg',
    from: lomiri('Picture_1A_by_freespace.jpg'),
    title: 'Picture 1A',
    author: 'Trevor “Freespace”',
    licence: 'CC-BY-4.0',
    captions: [
      'Paintbrushes full of bright paint.',
      'Blue, pink and green brushes in the studio.',
      'A bunch of used brushes, close up.',
    ],
    tags: ['things', 'art', 'paint', 'colourful'],
    captionsIn: 'photo.xmp',
  },
  {
    file: 'people-and-things/photographer-with-tripod.jpg',
    from: skimage('camera.png'),
    title: 'Camera',
    author: 'Lav Varshney',
    licence: 'CC0-1.0',
    captions: [
      'A photographer looking through a camera on a tripod.',
      'Black and white photo of a man in a dark coat with a camera.',
      'Man taking pictures on a lawn, with a city in the background.',
    ],
    tags: ['people', 'man', 'camera', 'black and white', 'city'],
  },
  {
    file: 'people-and-things/rail-yard-at-night.jpg',
    from: endlessSky('industrial0-iridium.jpg'),
    title: 'industrial0',
    author: '@Iridium Ore',
    licence: 'CC-BY-SA-4.0',
    captions: [
      'Goods trains in a rail yard at night.',
      'Long rows of railway wagons beside a brightly lit plant.',
      'Trains, tracks and silos under a dark sky.',
    ],
    tags: ['vehicle', 'train', 'night', 'industry'],
  },
  {
    file: 'people-and-things/rocket-on-the-pad.jpg',
    from: skimage('rocket.jpg'),
    title: 'Launch photo of DSCOVR on Falcon 9',
    author: 'SpaceX',
    licence: 'public domain',
    link: 'https://www.flickr.com/photos/spacexphotos/16511594820/',
    captions: [
      'A rocket on the launch pad at dusk.',
      'White rocket between tall towers, waiting for its launch.',
      'Space rocket under a dark blue evening sky.',
    ],
    tags: ['vehicle', 'rocket', 'space', 'sky', 'night'],
    captionsIn: 'text',
  },
  {
    file: 'places/autumn-meadow.jpg',
    from: lomiri('aitzgorri_by_Aitzol_Berasategi.jpg'),
    title: 'aitzgorri',
    author: 'Aitzol Berasategi',
    licence: 'CC-BY-4.0',
    captions: [
      'A green meadow with autumn trees and a grey mountain behind.',
      'Orange larches below the rocks, in autumn.',
      'Autumn colours at the foot of the mountain.',
    ],
    tags: ['mountain', 'forest', 'autumn', 'grass', 'sky'],
  },
  {
    file: 'places/beach-and-cliffs.jpg',
    from: endlessSky('myrabella1.jpg'),
    title: 'myrabella1',
    author: 'Myrabella',
    licence: 'CC-BY-SA-3.0',
    link: 'https://commons.wikimedia.org/wiki/User:Myrabella',
    changed: 'cropped and edited',
    captions: [
      'Waves rolling onto a sandy beach, with cliffs in the haze.',
      'A quiet beach with a hazy blue sky.',
      'The sea on a bright day, with a dark block standing in the water.',
    ],
    tags: ['beach', 'sea', 'water', 'sky'],
  },
  {
    file: 'places/bridge-at-night.jpg',
    from: palapeli('cincinnati-bridge.jpg'),
    title: 'Roebling Suspension Bridge in Cincinnati',
    author: 'Derek Jensen',
    licence: 'public domain',
    link: commons('Cincinnati-roebling-suspension-bridge.jpg'),
    captions: [
      'A suspension bridge lit up at night.',
      'The Roebling bridge in Cincinnati, its lights mirrored in the river.',
      'City lights on the water under an old stone bridge.',
    ],
    tags: ['bridge', 'city', 'night', 'water', 'river'],
  },
  {
    file: 'places/castle-on-a-hill.webp',
    from: gcompris('explore_monuments', 'germany/neuschwansteinCastle.webp'),
    title: 'Neuschwanstein Castle (532850)',
    author: 'cameralends',
    licence: 'CC0-1.0',
    link: commons('Neuschwanstein_Castle_(532850).jpg'),
    captions: [
      'Neuschwanstein Castle above the forest.',
      'A white castle with many towers on a wooded hill.',
      'Fairy-tale castle, with lakes and fields far below.',
    ],
    tags: ['building', 'castle', 'forest', 'sky'],
    captionsIn: 'embedded',
    embed: 'xmp',
  },
  {
    file: 'places/city-skyline-at-dusk.jpg',
    from: endlessSky('mfield1.jpg'),
    title: 'mfield1',
    author: 'Matthew Field',
    licence: 'CC-BY-SA-3.0',
    link: 'https://commons.wikimedia.org/wiki/User:Mfield',
    changed: 'cropped and edited',
    captions: [
      'City skyline at dusk, with thousands of lit windows.',
      'High-rise buildings in front of dark mountains.',
      'Tower blocks at night, above a marina full of boats.',
    ],
    tags: ['city', 'night', 'building', 'mountain', 'sky'],
    embed: 'both',
  },
  {
    file: 'places/eiffel-tower.jpg',
    from: gcompris('explore_monuments', 'france/eiffelTower.webp'),
    title: 'Eiffel Tower 20051010',
    author: 'Tognopop',
    licence: 'public domain',
    link: commons('Eiffel_Tower_20051010.jpg'),
    captions: [
      'The Eiffel Tower on a clear day.',
      'Paris: the Eiffel Tower, seen across the park.',
      'Paris in fine weather: blue sky, not a single cloud.',
    ],
    tags: ['city', 'building', 'tower', 'sky', 'travel'],
  },
  {
    file: 'places/forest-stream.jpg',
    from: lomiri('life_by_Aitzol_Berasategi.jpg'),
    title: 'life',
    author: 'Aitzol Berasategi',
    licence: 'CC-BY-4.0',
    captions: [
      'A stream running over rocks in the forest.',
      'Little waterfalls between the trees.',
      'A brook in the woods, like "stone stairs" for the water.',
    ],
    tags: ['forest', 'water', 'tree', 'waterfall'],
    embed: 'xmp',
  },
  {
    file: 'places/mountain-lake.jpg',
    from: endlessSky('myrabella8.jpg'),
    title: 'myrabella8',
    author: 'Myrabella',
    licence: 'CC-BY-SA-3.0',
    link: 'https://commons.wikimedia.org/wiki/User:Myrabella',
    changed: 'cropped and edited',
    captions: [
      'A rocky peak mirrored in a mountain lake.',
      'Blue lake high up in the mountains in summer.',
      'A clear lake below a big summit.',
    ],
    tags: ['mountain', 'lake', 'water', 'sky', 'hiking'],
    captionsIn: 'embedded',
    embed: 'xmp',
  },
  {
    file: 'places/mountain-path.jpg',
    from: lomiri('picosdeeuropa_by_Aitzol_Berasategi.jpg'),
    title: 'picosdeeuropa',
    author: 'Aitzol Berasategi',
    licence: 'CC-BY-4.0',
    captions: [
      'A path leading up to steep grey mountains.',
      'Hiking in the Picos de Europa, with snow left between the rocks.',
      'Trail over a grassy slope under a deep blue sky.',
    ],
    tags: ['mountain', 'snow', 'sky', 'hiking', 'grass'],
  },
  {
    file: 'places/pagoda-above-the-lake.jpg',
    from: { package: 'python3-sklearn', path: 'china.jpg' },
    title: 'china',
    author: 'danielbuechele',
    licence: 'CC-BY-2.0',
    link: 'https://www.flickr.com/photos/danielbuechele/6061409035/',
    captions: [
      'A Chinese pagoda with coloured roofs above a lake.',
      'Old temple tower among the trees, with hazy water behind.',
      'Red and green tower in China.',
    ],
    tags: ['building', 'tower', 'lake', 'water', 'travel'],
  },
  {
    file: 'places/sandy-beach.jpg',
    from: endlessSky('beach12-harro.jpg'),
    title: 'beach12',
    author: '@harro.eu',
    licence: 'CC-BY-SA-4.0',
    captions: [
      'An empty sandy beach under heavy clouds.',
      'Wide beach with seaweed and a little stream running to the sea.',
      'Grey day at the seaside, nobody around.',
    ],
    tags: ['beach', 'sea', 'water', 'sky', 'cloud'],
    embed: 'xmp',
  },
  {
    file: 'places/sunset-over-the-sea.jpg',
    from: endlessSky('sea10-sfiera.jpg'),
    title: 'sea10',
    author: 'Chris Pickel',
    licence: 'CC-BY-SA-4.0',
    captions: [
      'Sunset over the open sea.',
      'Pink and orange clouds above dark water.',
      'The last light of the day on the horizon.',
    ],
    tags: ['sea', 'water', 'sky', 'sunset', 'cloud'],
    keepDate: true,
  },
  {
    file: 'places/winter-sunset.jpg',
    from: endlessSky('dmottl4.jpg'),
    title: 'dmottl4',
    author: 'Dmitry A. Mottl',
    licence: 'CC-BY-SA-3.0',
    link: 'https://commons.wikimedia.org/wiki/User:Dmottl',
    changed: 'cropped and edited',
    captions: [
      'A low sun over a snowy hillside.',
      'Fir trees in the snow, with the sun just above the horizon.',
      'Warm light on cold snow, far up in the hills.',
    ],
    tags: ['snow', 'mountain', 'sunset', 'tree', 'sky'],
  },
];
