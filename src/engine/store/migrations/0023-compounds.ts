// Words of texts with abbreviations or compounds are made again: U.S.A. is found as USA, e-mail as email.
const affected = (text: string): string =>
  // A dot, hyphen or apostrophe inside a word.
  `${text} GLOB '*[^ ][-.' || char(0x27, 0x60, 0xB4, 0x2BC, 0x2010, 0x2011, 0x2018, 0x2019) || '][^ ]*'`;

export const sql = `
  INSERT OR IGNORE INTO photo_text_stale
    SELECT photo_id FROM captions WHERE ${affected('text')}
    UNION SELECT pt.photo_id FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id WHERE ${affected('t.name')}
    UNION SELECT photo_id FROM photo_people WHERE ${affected('name')}
    UNION SELECT id FROM photos WHERE ${affected("concat_ws(' ', place, position_place)")};
`;
