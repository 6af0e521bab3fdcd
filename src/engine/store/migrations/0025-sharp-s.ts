// The words of texts in photos with a B that may be ß are made again by the next index job.
export const sql = `
  INSERT OR IGNORE INTO photo_text_outdated SELECT photo_id FROM ocr_texts WHERE text GLOB '*[a-zäöüß]B*';
`;
