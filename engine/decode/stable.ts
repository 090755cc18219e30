import type { Database } from '../database.ts';
import { text } from '../sql.ts';
import { type Node, nodesBelow, statementsOf } from '../syntaxTree.ts';

/**
 * Whether conditions say the same of a row whenever they are asked: they name
 * these columns alone, and no function such as `random()` or `now()`.
 */
export const areStable = async (
  db: Database,
  conditions: readonly string[],
  columns: readonly string[],
): Promise<boolean> => {
  if (conditions.length === 0) return true;
  const sql = `SELECT ${conditions.map((one) => `(${one})`).join(', ')}`;
  const statements = await statementsOf(db, sql);
  if (statements.length === 0) return false;
  const nodes = nodesBelow(statements);
  const own = new Set(columns.map((name) => name.toLowerCase()));
  const isForeign = ({ class: kind, column_names: names }: Node) =>
    kind === 'COLUMN_REF' &&
    !own.has(String((names as string[]).at(-1)).toLowerCase());
  if (nodes.some((node) => node.class === 'SUBQUERY' || isForeign(node)))
    return false;
  const named = nodes.flatMap((node) =>
    node.class === 'FUNCTION' ? [text(String(node.function_name))] : [],
  );
  if (named.length === 0) return true;
  const { unstable } = await db.row(
    'SELECT count(*) AS unstable FROM duckdb_functions() WHERE ' +
      `function_name IN (${named}) AND stability IS DISTINCT FROM 'CONSISTENT'`,
  );
  return Number(unstable) === 0;
};
