// Words of texts with separated thousands are made again by the next index job: 3.000 is found as 3000.
const affected = (text: string): string =>
  `${text} GLOB '*[0-9][ .,' || char(0x27, 0x60, 0xB4, 0x2BC, 0x2018, 0x2019, 0xA0, 0x2009, 0x202F) || '][0-9][0-9][0-9]*'`;

export const sql = `
  INSERT OR IGNORE INTO photo_text_outdated
    SELECT photo_id FROM captions WHERE ${affected('text')}
    UNION SELECT pt.photo_id FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id WHERE ${affected('t.name')}
    UNION SELECT photo_id FROM ocr_texts WHERE ${affected('text')};
`;
