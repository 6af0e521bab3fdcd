// Texts without a declared character set: decoded correctly, or refused.
import { describe, expect, it } from 'vitest';
import { encodeAs } from '../../../test/support/encode.ts';
import { decodeUndeclared } from './charset.ts';

describe('text without a declared character set', () => {
  it('is ISO-2022-JP where it has its escapes, and unknown where these lead to nothing', () => {
    const bytes = (text: string) => Buffer.from(text, 'latin1');
    expect(decodeUndeclared(bytes('a \u001B$B8$\u001B(B'))).toEqual({ text: 'a 犬', charset: 'iso-2022-jp' });
    expect(decodeUndeclared(bytes('\u001B$B\u00FF\u00FF\u001B(B'))).toBeNull();
    expect(decodeUndeclared(bytes('\u001B[1m red'))?.charset).toBe('utf-8');
  });

  it.each([
    ['gbk', '海边的日落'],
    ['gbk', '北京'],
    ['gbk', '家庭聚会，在奶奶家'],
    ['gbk', '图片,说明\na.jpg,海边的日落\nb.jpg,一只猫'],
    ['big5', '海邊的日落'],
    ['big5', '奶奶和貓'],
    ['shift_jis', '海辺の夕日'],
    ['shift_jis', '東京タワー'],
    ['shift_jis', 'おばあちゃん'],
    ['shift_jis', '京都'],
    ['euc-jp', '東京タワー'],
    ['euc-kr', '해변의 일몰'],
    ['euc-kr', '할머니'],
    ['windows-1251', 'Привет из Москвы'],
    ['windows-1251', 'Бабушка'],
    ['windows-1251', 'a.jpg,Закат у моря\nb.jpg,Кот'],
    ['koi8-r', 'Бабушка'],
    ['windows-1250', 'Příliš žluťoučký kůň úpěl'],
    ['windows-1250', 'Dzień dobry, zażółć gęślą jaźń'],
    ['windows-1250', 'Łódź'],
    ['windows-1250', 'Budapest, őszi erdő'],
    ['iso-8859-2', 'Zachód słońca nad morzem, ścieżka w lesie'],
    ['iso-8859-2', 'Święta u babci'],
    ['iso-8859-2', 'Łódź'],
    ['iso-8859-2', 'Dječji rođendan, kuća, mačka'],
    ['windows-1250', 'Tűzijáték Budapesten'],
    ['windows-1250', 'Babička a děti v zahradě'],
    ['windows-1250', 'Wakacje nad morzem, łódź i żaglówka'],
    ['windows-1257', 'Vasaros atostogos prie jūros'],
    ['windows-1257', 'Gimtadienis, vaikai žaidžia'],
    ['windows-1257', 'Jāņi, ugunskurs, bērni'],
    ['windows-1254', 'Deniz kenarında yaz tatili'],
    ['windows-1254', 'Doğum günü, çocuklar, şeker'],
    ['iso-8859-7', 'Άνοιξη στην Αθήνα'],
    ['iso-8859-6', 'عطلة الصيف على البحر'],
    ['windows-1252', 'Noël'],
    ['windows-1252', 'Grandma’s house'],
    ['windows-1252', 'Anna’s'],
    ['windows-1252', 'We don’t know – “Anna’s” cat'],
    ['windows-1252', 'naïve'],
    ['windows-1252', 'maïs'],
    ['windows-1252', '½ marathon'],
    ['windows-1252', 'Ørsted'],
    ['windows-1252', 'août à la plage'],
    ['windows-1252', 'Nyfödd älg på ängen'],
    ['windows-1252', 'Avó e o avô no salão'],
    ['iso-8859-2', 'Ľubica a Peťo v lese'],
    ['windows-1253', 'Παραλία'],
    ['windows-1254', 'İstanbul güneş'],
    ['windows-1255', 'שבת שלום לכולם'],
    ['windows-1255', 'שקיעה בים'],
    ['windows-1255', 'חתונה של דנה'],
    ['windows-1255', 'a.jpg,כלב רץ\nb.jpg,יום הולדת'],
    ['windows-1251', 'крст'],
    ['koi8-r', 'НОВЫЙ ГОД'],
    ['windows-1256', 'الشاطئ الجميل'],
    ['windows-1257', 'Rīgas jūras līcis'],
    ['windows-874', 'ชายหาด'],
    ['windows-1252', 'Käfer'],
    ['windows-1252', 'Grüße aus Köln'],
    ['windows-1252', 'café'],
    ['windows-1252', 'été à la plage'],
    ['windows-1252', 'la plage à Noël, c’était bien'],
    ['windows-1252', 'niño'],
    ['windows-1252', 'São Paulo'],
    ['windows-1252', 'Årets bästa semester'],
    ['windows-1252', 'Køb ærø på'],
    ['windows-1252', 'Reykjavík, Ísland'],
    ['windows-1252', '“quoted” – dash'],
    ['windows-1252', 'Größe: 5 € – „schön“'],
    ['windows-1252', 'photo © Anna Müller 2019'],
    ['windows-1252', 'Temperatur 20°C'],
    ['windows-1252', 'Dušan Žižek, Šárka'],
    ['windows-1252', 'La col·lecció d’œuvres, “naïve”'],
    ['windows-1252', 'work–life, Paris–Rome and the Rhein–Main area'],
    ['windows-1252', 'Øresund, ÅNGSTRÖM, É'],
    ['macintosh', 'Café à Genève'],
    ['macintosh', 'café'],
    ['macintosh', 'Grüße aus München'],
    ['macintosh', 'Mädchen mit Hut'],
    ['macintosh', 'Größe'],
    ['macintosh', 'L’été — “beau”'],
    ['macintosh', 'Crème brûlée chez Zoë'],
    ['macintosh', 'naïve'],
    ['macintosh', 'image,caption\na.jpg,Été à la plage\nb.jpg,Une forêt'],
    ['iso-8859-5', 'Москва'],
    ['iso-8859-5', 'Мама на озере'],
    ['ibm866', 'Мама на озере'],
    ['ibm866', 'Закат'],
    ['ibm866', 'Анна'],
    ['iso-8859-5', 'дети'],
    ['x-mac-cyrillic', 'Бабушка'],
    ['x-mac-cyrillic', 'Новый год'],
    ['koi8-u', 'дідусь і бабуся'],
    ['windows-1251', 'Ђурђевдан'],
    ['windows-1252', 'garçon'],
    ['windows-1252', 'où est le chat?'],
    ['windows-1252', 'pájaro'],
    ['windows-1254', 'İstanbul'],
  ])('in %s is read: %s', (charset, text) => {
    expect(decodeUndeclared(encodeAs(charset, text))?.text).toBe(text);
  });

  it.each(['Zürich', 'Grüße aus Köln'])('in UTF-16 is read without a mark: %s', (text) => {
    expect(decodeUndeclared(Buffer.from(text, 'utf16le'))?.text).toBe(text);
    expect(decodeUndeclared(Buffer.from(text, 'utf16le').swap16())?.text).toBe(text);
  });

  it.each(['\uFEFFa', '海边'])('in UTF-8 and marked UTF-16 is read as it is: %j', (text) => {
    const plain = text.replace('\uFEFF', '');
    expect(decodeUndeclared(Buffer.from(text))).toEqual({ text: plain, charset: 'utf-8' });
    expect(decodeUndeclared(Buffer.from(`\uFEFF${plain}`, 'utf16le'))?.text).toBe(plain);
  });

  it.each([
    ['too short to say', encodeAs('gbk', '猫咪')],
    ['two Chinese letters that are valid UTF-8', encodeAs('gbk', '小猫')],
    ['one letter', encodeAs('big5', '貓')],
    ['a word of Hungary or Estonia', encodeAs('windows-1250', 'esküvő')],
    // 0x96 is a dash of Windows and an ñ of the Macintosh.
    ['a dash or a letter', Buffer.from('El ni\u0096o en la playa', 'latin1')],
    // Café à Genève in code page 850, München in 850.
    ['a set of MS-DOS', Buffer.from('Caf\u0082 \u0085 Gen\u008Ave', 'latin1')],
    ['a set of MS-DOS, in one word', Buffer.from('M\u0081nchen', 'latin1')],
    ['a set of MS-DOS, taken for Japanese', Buffer.from('Gr\u0081\u00E1e aus K\u0094ln', 'latin1')],
    // Straße, Ausflug nach Österreich, Göteborg, Midsommar på ön, château in code page 850.
    ['letters of MS-DOS that Windows has, too', Buffer.from('Stra\u00E1e', 'latin1')],
    ['a sign before a word, a letter of MS-DOS', Buffer.from('Ausflug nach \u0099sterreich', 'latin1')],
    ['MS-DOS, taken for the Macintosh', Buffer.from('G\u0094teborg', 'latin1')],
    ['quotation marks without counterparts, letters of MS-DOS', Buffer.from('Midsommar p\u0086 \u0094n', 'latin1')],
    ['a sign within a word, a letter of MS-DOS', Buffer.from('ch\u0083teau', 'latin1')],
    // Schöner Tag, corazón of the Macintosh.
    ['a letter of the Macintosh, another of Windows', Buffer.from('sch\u009Aner Tag', 'latin1')],
    ['a dash within a word, a letter of the Macintosh', Buffer.from('coraz\u0097n', 'latin1')],
    ['rare letters of Korea, Russian in another set', encodeAs('iso-8859-5', 'Анна')],
    ['Thai without the order of its letters, Russian in another set', encodeAs('iso-8859-5', 'Дед')],
    ['Arabic between signs', Buffer.from([0x89, 0x8c, 0x83, 0x84, 0x20, 0x81, 0x82, 0x8f])],
    ['two letters of phonetics, two of China', encodeAs('gbk', '雪山')],
    ['one letter of Africa, one of Japan', encodeAs('euc-jp', '猫')],
    // ağaç of MS-DOS's Turkish set, Győr and děti of its Central European one.
    ['letters that no language of the set has together', Buffer.from('a\u00A7a\u0087', 'latin1')],
    ['a letter where no language has it', Buffer.from('Gy\u008Br', 'latin1')],
    ['a sign beside a letter, taken for the Macintosh', Buffer.from('\u00FC\u0097d\u0090', 'latin1')],
    ['Greek without an accent, Hebrew', encodeAs('windows-1255', 'כלב רץ')],
    ['Greek without an accent, Russian in capitals', encodeAs('koi8-r', 'МОСКВА')],
    ['a Spanish question without its end, a letter of Poland', encodeAs('windows-1250', 'żaglówka')],
    ['a sign before a letter, a letter of China', encodeAs('big5', '婚禮')],
    ['one letter of Japan, two of the Macintosh', encodeAs('shift_jis', '海')],
  ])('is unknown where it is %s', (_, bytes) => {
    expect(decodeUndeclared(bytes)).toBeNull();
  });
});
