// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0019-folded-scripts.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('7f9d7a2efbec006c'));

it('has the words of photos made again whose texts are in scripts with points and digits of their own', () => {
  const db = schemaAt(18);
  addPhotos(db, 1, 2, 3, 4, 5);
  db.exec(`INSERT INTO captions (photo_id, source, text) VALUES (1, 'xmp', 'שָׁלוֹם'), (2, 'xmp', 'Łódź 日落');
    INSERT INTO tags (id, name) VALUES (1, 'मुंबई २०१९');
    INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (3, 1, 'xmp');
    INSERT INTO photo_people (photo_id, name, source) VALUES (4, 'أحمد', 'xmp'); DELETE FROM photo_text_stale`);
  upTo(db, 19);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale ORDER BY 1')).toEqual([1, 3, 4]);
});
