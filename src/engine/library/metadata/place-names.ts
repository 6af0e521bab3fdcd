// Names of well-known towns in other languages, where GeoNames has one name only.
import { present } from '../../../shared/at.ts';

/** GeoNames' name and country, then `language=name`. */
const table = `
Rome IT de=Rom it=Roma es=Roma pt=Roma pl=Rzym nl=Rome sv=Rom da=Rom cs=Řím
Milan IT de=Mailand it=Milano es=Milán pt=Milão nl=Milaan pl=Mediolan
Florence IT de=Florenz it=Firenze es=Florencia pt=Florença pl=Florencja
Venice IT de=Venedig it=Venezia fr=Venise es=Venecia pt=Veneza nl=Venetië pl=Wenecja sv=Venedig
Naples IT de=Neapel it=Napoli es=Nápoles pt=Nápoles nl=Napels pl=Neapol
Turin IT it=Torino es=Turín pt=Turim nl=Turijn pl=Turyn
Genoa IT de=Genua it=Genova fr=Gênes es=Génova pt=Génova nl=Genua pl=Genua
Munich DE de=München it=Monaco di Baviera es=Múnich nl=München pl=Monachium sv=München da=München
Nuremberg DE de=Nürnberg fr=Nuremberg it=Norimberga es=Núremberg nl=Neurenberg pl=Norymberga
Köln DE en=Cologne fr=Cologne it=Colonia es=Colonia nl=Keulen pl=Kolonia
Vienna AT de=Wien fr=Vienne es=Viena pt=Viena nl=Wenen pl=Wiedeń sv=Wien da=Wien cs=Vídeň
Zürich CH en=Zurich fr=Zurich it=Zurigo es=Zúrich
Genève CH en=Geneva de=Genf it=Ginevra es=Ginebra nl=Genève pl=Genewa
Basel CH fr=Bâle it=Basilea es=Basilea nl=Bazel pl=Bazylea
Bern CH fr=Berne it=Berna es=Berna pl=Berno
Paris FR it=Parigi es=París nl=Parijs pl=Paryż cs=Paříž
Nice FR de=Nizza it=Nizza es=Niza nl=Nice pl=Nicea
Strasbourg FR de=Straßburg it=Strasburgo es=Estrasburgo nl=Straatsburg
London GB fr=Londres it=Londra es=Londres pt=Londres nl=Londen pl=Londyn cs=Londýn
Edinburgh GB fr=Édimbourg it=Edimburgo es=Edimburgo pl=Edynburg
Brussels BE de=Brüssel fr=Bruxelles it=Bruxelles es=Bruselas nl=Brussel pl=Bruksela
Antwerpen BE en=Antwerp fr=Anvers it=Anversa es=Amberes
Brugge BE en=Bruges fr=Bruges de=Brügge es=Brujas
The Hague NL de=Den Haag fr=La Haye nl=Den Haag es=La Haya it=L’Aia pl=Haga
Copenhagen DK de=Kopenhagen da=København fr=Copenhague es=Copenhague nl=Kopenhagen sv=Köpenhamn pl=Kopenhaga
Gothenburg SE de=Göteborg sv=Göteborg fr=Göteborg nl=Göteborg
Prague CZ de=Prag cs=Praha it=Praga es=Praga pt=Praga nl=Praag pl=Praga sv=Prag
Warsaw PL de=Warschau pl=Warszawa fr=Varsovie it=Varsavia es=Varsovia nl=Warschau
Krakow PL en=Kraków de=Krakau pl=Kraków fr=Cracovie it=Cracovia es=Cracovia
Kraków PL en=Krakow de=Krakau fr=Cracovie it=Cracovia es=Cracovia
Gdańsk PL en=Gdansk de=Danzig it=Danzica
Budapest HU it=Budapest pl=Budapeszt cs=Budapešť
Moscow RU de=Moskau ru=Москва fr=Moscou it=Mosca es=Moscú nl=Moskou pl=Moskwa
Saint Petersburg RU de=Sankt Petersburg ru=Санкт-Петербург fr=Saint-Pétersbourg es=San Petersburgo
Kyiv UA de=Kiew uk=Київ fr=Kiev pl=Kijów
Lisbon PT de=Lissabon pt=Lisboa fr=Lisbonne es=Lisboa it=Lisbona nl=Lissabon pl=Lizbona
Porto PT es=Oporto
Seville ES de=Sevilla es=Sevilla fr=Séville it=Siviglia pl=Sewilla
Barcelona ES fr=Barcelone it=Barcellona
Athens GR de=Athen el=Αθήνα fr=Athènes it=Atene es=Atenas nl=Athene pl=Ateny
Istanbul TR tr=İstanbul es=Estambul pl=Stambuł
Cairo EG de=Kairo fr=Le Caire it=Il Cairo es=El Cairo nl=Caïro pl=Kair
Jerusalem IL fr=Jérusalem it=Gerusalemme es=Jerusalén he=ירושלים
Beijing CN de=Peking zh=北京 fr=Pékin it=Pechino es=Pekín nl=Peking pl=Pekin
Shanghai CN zh=上海 es=Shanghái pl=Szanghaj
Hong Kong HK zh=香港
Tokyo JP de=Tokio ja=東京 es=Tokio nl=Tokio pl=Tokio
Kyoto JP ja=京都 es=Kioto pl=Kioto
Osaka JP ja=大阪
Seoul KR ko=서울 es=Seúl pl=Seul
Singapore SG de=Singapur fr=Singapour es=Singapur zh=新加坡
Bangkok TH th=กรุงเทพฯ
Mexico City MX de=Mexiko-Stadt es=Ciudad de México fr=Mexico it=Città del Messico
Havana CU de=Havanna es=La Habana fr=La Havane it=L’Avana
New York City US de=New York fr=New York es=Nueva York it=New York`;

let names: ReadonlyMap<string, ReadonlyMap<string, string>> | null = null;

function read(): Map<string, ReadonlyMap<string, string>> {
  const towns = new Map<string, ReadonlyMap<string, string>>();
  for (const line of table.trim().split('\n')) {
    const [, town = '', country = '', rest = ''] = present(/^(.+?) ([A-Z]{2}) (.*)$/.exec(line));
    const own = [...rest.matchAll(/([a-z]{2})=(.*?)(?= [a-z]{2}=|$)/g)].map(
      ([, language = '', name = '']) => [language, name] as const,
    );
    towns.set(`${town} ${country}`, new Map(own));
  }
  return towns;
}

/** The town's name in the language; null if no different name is known. */
export function otherNames(town: string, country: string, language: string): string | null {
  names ??= read();
  return names.get(`${town} ${country}`)?.get(language.slice(0, 2).toLowerCase()) ?? null;
}
