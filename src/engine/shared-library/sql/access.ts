// Access to a shared library: roles of the server that see the folders shared with them, and nothing else.
import { HashlensError } from '../../../shared/errors.ts';
import { quotedName } from '../../store/kept-tables.ts';
import { ownsSchema, type SharedSchema } from './schema.ts';

/** A role in a statement; everybody is `PUBLIC`. */
const roleOf = (role: string): string => (role === 'public' ? 'PUBLIC' : quotedName(role));

async function isRole({ db }: SharedSchema, role: string): Promise<boolean> {
  if (role === 'public') return true;
  const [known] = await db.query(`SELECT 1 AS known FROM pg_roles WHERE rolname = $1`, [role]);
  return known !== undefined;
}

/**
 * Shares this user's folders with a role. If the user owns the schema, the role also gets the right to read the
 * tables; otherwise an administrator has granted it.
 * @param folders names of the folders; null for all
 * @returns number of folders of this library that the role sees
 */
export async function share(
  shared: SharedSchema,
  key: string,
  role: string,
  folders: readonly string[] | null,
): Promise<number> {
  const { db, schema } = shared;
  if (!(await isRole(shared, role))) {
    throw new HashlensError('not-found', `The server has no role ${role}; its administrator can make one.`);
  }
  return db.transaction(async () => {
    if (await ownsSchema(db, schema)) {
      await db.query(`GRANT USAGE ON SCHEMA ${schema} TO ${roleOf(role)}`);
      await db.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${roleOf(role)}`);
    }
    const rows = await db.query(
      `INSERT INTO ${schema}.shares (folder_id, role)
       SELECT f.id, $2 FROM ${schema}.folders f JOIN ${schema}.libraries l ON l.id = f.library_id
       WHERE l.key = $1 AND ($3::text[] IS NULL OR f.name = ANY ($3::text[]))
       ON CONFLICT (folder_id, role) DO UPDATE SET role = excluded.role RETURNING folder_id`,
      [key, role, folders],
    );
    return rows.length;
  });
}

/**
 * Withdraws this user's folders from a role. Without any left, it loses the right to read the tables. @returns their
 * number
 */
export async function unshare(
  shared: SharedSchema,
  key: string,
  role: string,
  folders: readonly string[] | null,
): Promise<number> {
  const { db, schema } = shared;
  return db.transaction(async () => {
    const rows = await db.query(
      `DELETE FROM ${schema}.shares s USING ${schema}.folders f, ${schema}.libraries l
       WHERE f.id = s.folder_id AND l.id = f.library_id AND l.key = $1 AND s.role = $2
         AND ($3::text[] IS NULL OR f.name = ANY ($3::text[])) RETURNING s.folder_id`,
      [key, role, folders],
    );
    const [left] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM ${schema}.shares WHERE role = $1`, [role]);
    if (left?.n === 0 && (await isRole(shared, role)) && (await ownsSchema(db, schema))) {
      await db.query(`REVOKE SELECT ON ALL TABLES IN SCHEMA ${schema} FROM ${roleOf(role)}`);
      await db.query(`REVOKE USAGE ON SCHEMA ${schema} FROM ${roleOf(role)}`);
    }
    return rows.length;
  });
}
