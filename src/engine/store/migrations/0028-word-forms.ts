// Words of all photos are made again by the next index job: their stems have changed.
export const sql = `
  INSERT OR IGNORE INTO photo_text_outdated SELECT id FROM photos;
`;
