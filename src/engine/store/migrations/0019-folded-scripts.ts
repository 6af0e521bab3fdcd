// Words of Hebrew, Arabic and Indic texts are made again: vowel points, forms of letters and digits no longer tell them apart.
const affected = (text: string): string =>
  // From Hebrew to Burmese, Khmer's digits, soft hyphens and joiners.
  `${text} GLOB '*[' || char(0x590) || '-' || char(0x109F) || char(0x17E0) || '-' || char(0x1819) || char(0xAD, 0x200D, 0x2060) || ']*'`;

export const sql = `
  INSERT OR IGNORE INTO photo_text_stale
    SELECT photo_id FROM captions WHERE ${affected('text')}
    UNION SELECT pt.photo_id FROM photo_tags pt JOIN tags t ON t.id = pt.tag_id WHERE ${affected('t.name')}
    UNION SELECT photo_id FROM photo_people WHERE ${affected('name')}
    UNION SELECT p.id FROM photos p JOIN folders d ON d.id = p.folder_id
      WHERE ${affected("concat_ws(' ', d.path, p.path, p.camera, p.place, p.position_place)")};
`;
