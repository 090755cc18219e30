import { TableError } from '../../core/errors.ts';
import type { Database } from '../database.ts';

/** A node of the engine's own syntax tree, as it serialises it. */
interface Node {
  readonly [key: string]: unknown;
}

const isDistinct = (modifier: unknown) =>
  (modifier as Node).type === 'DISTINCT_MODIFIER';

/** `SELECT DISTINCT a` is `SELECT a … GROUP BY a`, and is told as that. */
const groupDistinct = (node: Node): Node => {
  const modifiers = node.modifiers as readonly unknown[] | undefined;
  const list = node.select_list as readonly Node[] | undefined;
  if (!list || !modifiers?.some(isDistinct)) return node;
  return {
    ...node,
    modifiers: modifiers.filter((modifier) => !isDistinct(modifier)),
    group_expressions: list.map((item) => ({ ...item, alias: '' })),
    group_sets: [list.map((_, i) => i)],
  };
};

/** The engine calls `count(*)` by a name of its own, and some by `main.`. */
const nameFunction = (node: Node): Node =>
  node.class === 'FUNCTION'
    ? {
        ...node,
        schema: '',
        ...(node.function_name === 'count_star' && { function_name: 'count' }),
      }
    : node;

const rewrite = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewrite);
  if (value === null || typeof value !== 'object') return value;
  if (JSON.isRawJSON(value)) return value;
  const entries = Object.entries(value).map(([k, v]) => [k, rewrite(v)]);
  return nameFunction(groupDistinct(Object.fromEntries(entries)));
};

/** Numbers keep their text: 3.0 is not 3, and positions have 20 digits. */
const exact = (
  _: string,
  value: unknown,
  { source }: { readonly source?: string },
): unknown =>
  typeof value === 'number' && source !== undefined
    ? JSON.rawJSON(source)
    : value;

const parse = JSON.parse as (text: string, reviver: typeof exact) => Node;

/**
 * A SELECT as the engine reads it, written in full: names that are words of the
 * grammar quoted, DISTINCT as the GROUP BY that it stands for.
 * @throws TableError where it does not parse.
 */
export const canonicalSql = async (
  db: Database,
  sql: string,
): Promise<string> => {
  const quoted = `'${sql.replaceAll("'", "''")}'`;
  const { tree } = await db.row(
    `SELECT json_serialize_sql(${quoted}::VARCHAR) AS tree`,
  );
  const parsed = parse(String(tree), exact);
  if (parsed.error) throw new TableError(String(parsed.error_message));
  const json = JSON.stringify(rewrite(parsed)).replaceAll("'", "''");
  const { text } = await db.row(
    `SELECT json_deserialize_sql('${json}'::JSON) AS text`,
  );
  return String(text);
};
