// English words that do not describe a photo.

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

/** Words that people put around a search. They carry no meaning there, even if they are also tags. */
const wrapping: ReadonlySet<string> = new Set(
  `find from get give image images let like look looking photo photos photograph photographs pic pics picture pictures please
  see show showing shot shots snapshot snapshots some the want with and for are was jpg jpeg png`.split(/\s+/),
);

export const wrapsSearch = (token: string): boolean => wrapping.has(token);
