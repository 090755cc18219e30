import { type Client, escapeIdentifier } from 'pg';
import type { TableChange } from './loaded.ts';
import {
  createIndex,
  createTable,
  indexName,
  pieceCondition,
  tableName,
} from './tableSql.ts';

/** Privileges as the server names them; nothing else goes into a GRANT. */
const PRIVILEGE = /^[A-Z]+$/;

interface Grant {
  readonly grantee: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

/**
 * Whether a person has added something that would go with the table: a view
 * upon it, an index, a policy, a trigger, a comment, rights to single columns.
 */
const HAS_MORE = `
  SELECT c.relrowsecurity
    OR EXISTS (SELECT FROM pg_depend d WHERE d.refobjid = c.oid
      AND d.classid IN ('pg_rewrite'::regclass, 'pg_policy'::regclass,
        'pg_publication_rel'::regclass))
    OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid)
    OR EXISTS (SELECT FROM pg_constraint k
      WHERE c.oid IN (k.conrelid, k.confrelid))
    OR EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND x.relname <> $2)
    OR EXISTS (SELECT FROM pg_description t
      WHERE t.objoid = c.oid AND t.classoid = 'pg_class'::regclass)
    OR EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS more
  FROM pg_class c WHERE c.oid = $1::regclass`;

const GRANTS = `
  SELECT CASE WHEN g.grantee <> 0 THEN pg_get_userbyid(g.grantee) END
      AS grantee, g.privilege_type AS privilege, g.is_grantable AS grantable
  FROM pg_class c, aclexplode(c.relacl) g
  WHERE c.oid = $1::regclass AND g.grantee <> c.relowner`;

const grantSql = (name: string, { grantee, privilege, grantable }: Grant) => {
  if (!PRIVILEGE.test(privilege)) return [];
  const to = grantee === null ? 'PUBLIC' : escapeIdentifier(grantee);
  const option = grantable ? ' WITH GRANT OPTION' : '';
  return [`GRANT ${privilege} ON ${name} TO ${to}${option}`];
};

/** Puts the staged table in the place of the old one, with its privileges. */
const exchange = async (
  client: Client,
  live: string,
  staged: string,
  schema: string,
) => {
  const { rows } = await client.query<Grant>(GRANTS, [live]);
  await client.query(`DROP TABLE ${live}`);
  await client.query(
    `ALTER TABLE ${staged} SET SCHEMA ${escapeIdentifier(schema)}`,
  );
  for (const grant of rows.flatMap((row) => grantSql(live, row)))
    await client.query(grant);
};

/** Replaces the rows of some pieces; the table stays, and all that hangs on it. */
const replaceRows = async (
  client: Client,
  live: string,
  staged: string,
  { table, load, remove }: TableChange,
) => {
  for (const piece of [...load, ...remove])
    await client.query(
      `DELETE FROM ${live} WHERE ${pieceCondition(table, piece)}`,
    );
  const columns = table.columns.map(({ name }) => escapeIdentifier(name));
  await client.query(
    `INSERT INTO ${live} (${columns}) SELECT ${columns} FROM ${staged}`,
  );
};

/**
 * Moves one staged table to where its readers are: within a transaction, that
 * all tables share.
 */
export const swap = async (
  client: Client,
  schema: string,
  staging: string,
  change: TableChange,
): Promise<void> => {
  const { table, isNew, exists } = change;
  const live = tableName(schema, table.name);
  const staged = tableName(staging, table.name);
  if (!exists) {
    // Made here, and not moved here: so it gets the schema's own defaults.
    await client.query(createTable(live, table));
    const index = createIndex(live, table);
    if (index) await client.query(index);
    return replaceRows(client, live, staged, change);
  }
  const isWhole = isNew || table.partitionBy.length === 0;
  const { rows } = await client.query<{ more: boolean }>(HAS_MORE, [
    live,
    indexName(table.name),
  ]);
  if (isWhole && (isNew || !rows[0]?.more))
    return exchange(client, live, staged, schema);
  return replaceRows(client, live, staged, change);
};
