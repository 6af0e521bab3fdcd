// Packed copies of codes, in blocks of 4096 ids. A million rows take SQLite's binding 3 to 6 s to hand over one by one,
// 245 packed blocks 11 ms. Codes stay one row each, so that foreign keys hold.
export const sql = `
  -- One row a block that has or had codes. Stamps are random numbers, new at each change: a copy or an index made under
  -- another stamp is out of date, whichever process or cascade made the change.
  CREATE TABLE code_blocks (
    kind TEXT NOT NULL,
    block INTEGER NOT NULL,
    model_id TEXT NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    codes_stamp INTEGER NOT NULL,
    rows_stamp INTEGER NOT NULL,
    PRIMARY KEY (kind, block, model_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX code_blocks_model ON code_blocks(model_id);

  -- Copies of whole blocks: ids as 32-bit numbers, ascending, and their codes in the same order.
  CREATE TABLE packed_codes (
    kind TEXT NOT NULL,
    block INTEGER NOT NULL,
    model_id TEXT NOT NULL,
    codes_stamp INTEGER NOT NULL,
    ids BLOB NOT NULL,
    codes BLOB NOT NULL,
    PRIMARY KEY (kind, block, model_id),
    FOREIGN KEY (kind, block, model_id) REFERENCES code_blocks ON DELETE CASCADE
  ) STRICT;

  -- The few photos that are gone are what loading leaves out.
  CREATE INDEX photos_gone ON photos(id) WHERE NOT present;

  INSERT INTO code_blocks SELECT 'photo', block, model_id, random(), random()
    FROM (SELECT DISTINCT photo_id >> 12 AS block, model_id FROM photo_codes);
  CREATE TRIGGER photo_codes_added AFTER INSERT ON photo_codes BEGIN
    INSERT INTO code_blocks VALUES ('photo', NEW.photo_id >> 12, NEW.model_id, random(), random())
    ON CONFLICT DO UPDATE SET codes_stamp = random(), rows_stamp = random();
  END;
  CREATE TRIGGER photo_codes_changed AFTER UPDATE ON photo_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('photo', NEW.photo_id >> 12, NEW.model_id);
  END;
  CREATE TRIGGER photo_codes_removed AFTER DELETE ON photo_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('photo', OLD.photo_id >> 12, OLD.model_id);
  END;
  INSERT INTO code_blocks SELECT 'caption', block, model_id, random(), random()
    FROM (SELECT DISTINCT caption_id >> 12 AS block, model_id FROM caption_codes);
  CREATE TRIGGER caption_codes_added AFTER INSERT ON caption_codes BEGIN
    INSERT INTO code_blocks VALUES ('caption', NEW.caption_id >> 12, NEW.model_id, random(), random())
    ON CONFLICT DO UPDATE SET codes_stamp = random(), rows_stamp = random();
  END;
  CREATE TRIGGER caption_codes_changed AFTER UPDATE ON caption_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('caption', NEW.caption_id >> 12, NEW.model_id);
  END;
  CREATE TRIGGER caption_codes_removed AFTER DELETE ON caption_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('caption', OLD.caption_id >> 12, OLD.model_id);
  END;
  INSERT INTO code_blocks SELECT 'tag', block, model_id, random(), random()
    FROM (SELECT DISTINCT tag_id >> 12 AS block, model_id FROM tag_codes);
  CREATE TRIGGER tag_codes_added AFTER INSERT ON tag_codes BEGIN
    INSERT INTO code_blocks VALUES ('tag', NEW.tag_id >> 12, NEW.model_id, random(), random())
    ON CONFLICT DO UPDATE SET codes_stamp = random(), rows_stamp = random();
  END;
  CREATE TRIGGER tag_codes_changed AFTER UPDATE ON tag_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('tag', NEW.tag_id >> 12, NEW.model_id);
  END;
  CREATE TRIGGER tag_codes_removed AFTER DELETE ON tag_codes BEGIN
    UPDATE code_blocks SET codes_stamp = random(), rows_stamp = random() WHERE (kind, block, model_id) = ('tag', OLD.tag_id >> 12, OLD.model_id);
  END;
  CREATE TRIGGER photos_present AFTER UPDATE OF present ON photos WHEN NEW.present <> OLD.present BEGIN
    UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'photo' AND block = NEW.id >> 12;
    UPDATE code_blocks SET rows_stamp = random()
      WHERE kind = 'caption' AND block IN (SELECT id >> 12 FROM captions WHERE photo_id = NEW.id);
    UPDATE code_blocks SET rows_stamp = random()
      WHERE kind = 'tag' AND block IN (SELECT tag_id >> 12 FROM photo_tags WHERE photo_id = NEW.id);
  END;
  CREATE TRIGGER photo_tags_added AFTER INSERT ON photo_tags BEGIN
    UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'tag' AND block = NEW.tag_id >> 12;
  END;
  CREATE TRIGGER photo_tags_removed AFTER DELETE ON photo_tags BEGIN
    UPDATE code_blocks SET rows_stamp = random() WHERE kind = 'tag' AND block = OLD.tag_id >> 12;
  END;
`;
