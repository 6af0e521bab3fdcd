// Words that do not describe a photo: English stop words, and function words of other languages.

/**
 * Words without a visual meaning, and words that people put around a search ("show me photos of ..."). Only the first
 * halves of contractions are listed, because `tokenize` removes their endings.
 */
const stopWords: ReadonlySet<string> = new Set(
  `a about above across after again against all almost along already also although always am among an and another any
  anything are around as at away b back be became because become been before behind being below beneath beside besides
  between beyond both but by c came can cannot come comes coming could d did do does doing done down during e each either
  else enough etc even ever every everything f few find for found from front full further g gave get gets getting give
  given gives giving go goes going gone got h had happen happened has have having he hence her here hers herself him
  himself his how however i if in including indeed inside instead into is it its itself j just k keep kind l last least
  less let like look looked looking looks lot lots m made make makes making many may maybe me mean might mine more most
  much must my myself n near nearby neither never next no none nor not nothing now o of off often on once one only onto
  or other others otherwise our ours ourselves out outside over own p part per perhaps please put q quite r rather really
  s said same saw say says see seem seems seen several shall she should show showing shows since so some something
  sometimes somewhere soon still such t take taken takes taking than that the their theirs them themselves then there
  these they thing things this those though through throughout thus to together too took toward towards u under until up
  upon us use used uses using v very via w want wanted was way we went were what whatever when where whether which while
  who whom whose why will with within without would x y yes yet you your yours yourself z
  image images photo photos photograph photographs pic pics picture pictures snapshot snapshots shot shots jpg jpeg png`
    .split(/\s+/)
    .filter(Boolean),
);

/** Whether a token is a stop word. The starter's table contains no stop words. */
export function isStopWord(token: string): boolean {
  return stopWords.has(token) || token.endsWith("n't");
}

/** German words without a visual meaning, but for those that mean something in English, such as "war" and "man". */
const german = `aber als alle alles auch auf aus bei beim bis da damit dann das dass daß dein deine dem den denn der des dich die dies
  diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines entweder er es etwas euch euer für gegen habe
  haben hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer ins ist ja jede jedem jeden jeder jedes jetzt
  kein keine keinem keinen keiner mein meine meinem meinen meiner mich mir mit nach neben nicht noch nur ob oder ohne sehr sein
  seine seinem seinen seiner seit sich sie sind sondern über um und uns unser unsere unserem unseren unserer unter vom von vor
  waren weil wenn wie wieder wir wird wo wurde wurden zu zum zur zwischen`;
/** The same of Spanish, French, Italian, Portuguese and Dutch, but for those that are words or names elsewhere ("la", "no", "van"). */
const others = `con de del el en las los para por una uno unos unas et avec aux chez dans des du le les sous sur une della delle dei di gli
  il lo nel nella sul sulla ao aos com das dos em nas nos ou um uma bij een het met naar voor`;
/** Words of these languages that people put around a search: "Bilder von Lena", "zeige mir Lena". */
const searches = `bild bilder foto fotos fotografie fotografien aufnahme aufnahmen zeig zeige such suche finde bitte imagen imágenes
  fotografía fotografías muestra muéstrame cherche montre trouve immagine immagini fotografia mostra mostrami cerca imagem imagens
  mostre afbeelding afbeeldingen zoek 照片 相片 图片 圖片 的 写真 画像 の 사진`;
const foreign: ReadonlySet<string> = new Set(`${german} ${others} ${searches}`.split(/\s+/));
/** Function words of these that are also English words or parts of names: "Los Angeles", "die cast". */
const ambiguous: ReadonlySet<string> = new Set(
  'als am da das dann del den der des die dies dir dos du con com en es het in las les los met per so um was cerca mostra'.split(
    ' ',
  ),
);

/** Whether a token shows that a text is in another language: "mit", "ohne", "avec". */
export const isForeignFunctionWord = (token: string): boolean =>
  foreign.has(token) && !ambiguous.has(token) && !isStopWord(token);

/** Whether a token says nothing about a photo in a text of any of these languages. */
export const isFunctionWord = (token: string): boolean => isStopWord(token) || foreign.has(token);

/** Words that people put around a search. They carry no meaning there, even if they are also tags. */
const wrapping: ReadonlySet<string> = new Set(
  `find from get give image images let like look looking photo photos photograph photographs pic pics picture pictures please
  see show showing shot shots snapshot snapshots some the want with and for are was jpg jpeg png`.split(/\s+/),
);

export const wrapsSearch = (token: string): boolean => wrapping.has(token);
