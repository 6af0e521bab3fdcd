// Rows for re-ranking: shared features and real outputs, float16. Things coded before get theirs on the next index run;
// until then search computes them. No foreign key can follow a composed key (model number in the upper half, id in the
// lower); triggers remove a row with its code or its model.
export const sql = `
  CREATE TABLE vector_sets (
    id INTEGER PRIMARY KEY,
    model_id TEXT NOT NULL UNIQUE REFERENCES models(id) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE photo_vectors (key INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TRIGGER photo_vectors_code_changed AFTER UPDATE ON photo_codes BEGIN
    DELETE FROM photo_vectors
      WHERE key = (SELECT (id << 32) | OLD.photo_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER photo_vectors_code_removed AFTER DELETE ON photo_codes BEGIN
    DELETE FROM photo_vectors
      WHERE key = (SELECT (id << 32) | OLD.photo_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER photo_vectors_model_removed AFTER DELETE ON vector_sets BEGIN
    DELETE FROM photo_vectors WHERE key BETWEEN OLD.id << 32 AND (OLD.id << 32) | 4294967295;
  END;
  CREATE TABLE caption_vectors (key INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TRIGGER caption_vectors_code_changed AFTER UPDATE ON caption_codes BEGIN
    DELETE FROM caption_vectors
      WHERE key = (SELECT (id << 32) | OLD.caption_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER caption_vectors_code_removed AFTER DELETE ON caption_codes BEGIN
    DELETE FROM caption_vectors
      WHERE key = (SELECT (id << 32) | OLD.caption_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER caption_vectors_model_removed AFTER DELETE ON vector_sets BEGIN
    DELETE FROM caption_vectors WHERE key BETWEEN OLD.id << 32 AND (OLD.id << 32) | 4294967295;
  END;
  CREATE TABLE tag_vectors (key INTEGER PRIMARY KEY, row BLOB NOT NULL) STRICT;
  CREATE TRIGGER tag_vectors_code_changed AFTER UPDATE ON tag_codes BEGIN
    DELETE FROM tag_vectors
      WHERE key = (SELECT (id << 32) | OLD.tag_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER tag_vectors_code_removed AFTER DELETE ON tag_codes BEGIN
    DELETE FROM tag_vectors
      WHERE key = (SELECT (id << 32) | OLD.tag_id FROM vector_sets WHERE model_id = OLD.model_id);
  END;
  CREATE TRIGGER tag_vectors_model_removed AFTER DELETE ON vector_sets BEGIN
    DELETE FROM tag_vectors WHERE key BETWEEN OLD.id << 32 AND (OLD.id << 32) | 4294967295;
  END;
`;
