// Statements that run for each photo, compiled once.
import type { Database, Statement } from 'better-sqlite3';

export class Statements {
  readonly #db: Database;
  readonly #bySql = new Map<string, Statement<unknown[]>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** For `run`, `get` and `all`. Two concurrent calls of `iterate` need separate statements. */
  prepare<Row = unknown>(sql: string): Statement<unknown[], Row> {
    const known = this.#bySql.get(sql) ?? this.#db.prepare<unknown[]>(sql);
    this.#bySql.set(sql, known);
    return known as Statement<unknown[], Row>;
  }
}
