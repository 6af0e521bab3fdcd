// Words around a search that name no thing: in "there are no people in it", only "no people" says what is asked for.

/** Words that a frame has at least one of: words for photos, for all things, and for their being there. */
const cores = new Set(
  (
    'photo photos photograph photographs picture pictures image images pic pics shot shots snapshot snapshots ' +
    'foto fotos fotografie fotografien bild bilder aufnahme aufnahmen imagen imágenes immagine immagini imagem imagens ' +
    "foto's afbeelding afbeeldingen billede billeder zdjęcie zdjęcia " +
    'everything all anything alles alle allen tout tous toutes todo todos todas tutto tutti tutte ' +
    'sight view frame background hintergrund fond fondo sfondo ' +
    "there there's gibt gibt's dort hay n'y c'è er"
  ).split(' '),
);
/** Words that a frame may have beside these. None of them is also a name, such as "Will". */
const others = new Set(
  (
    'a an the this that these those some any every each which who where with of in on it them me my our i is are was were be do does ' +
    'has have having contain contains containing include includes including feature features featuring depict depicts depicting ' +
    'taken show shows showing find see want search please just only ' +
    'ein eine einen einem einer der die das den dem des denen worauf worin enthalten zeigen diese dieses dieser wo auf mit von vom aus im in es ihm ihnen da ist sind ' +
    'zeig zeige mir mich bitte finde suche jedes jede jeder meine meiner unsere nur ' +
    'un une le la les l de des du mes nos où avec dans il y a ce qui montre moi ' +
    'una unos unas el los las del con mis en donde ' +
    'uno lo gli i di delle dei con ci sono nel che um uma os as do da com het een met van op zijn waar en et et'
  ).split(' '),
);

const ofLetters = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu;

/** Whether words have no meaning of their own beside what a query subtracts: "pictures with", "there are", "ein Foto". */
export function isFrame(words: readonly string[]): boolean {
  const plain = words.flatMap((word) => word.toLowerCase().replaceAll('’', "'").match(ofLetters) ?? []);
  return plain.some((word) => cores.has(word)) && plain.every((word) => cores.has(word) || others.has(word));
}
