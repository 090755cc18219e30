import type { Database } from './database.ts';
import { text } from './sql.ts';

/** A node of the engine's own syntax tree, as it serialises it. */
export interface Node {
  readonly class?: string;
  readonly type?: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object';

/** A value's nodes, itself and all below it. */
export const nodesBelow = (value: unknown): Node[] =>
  isNode(value)
    ? [value, ...Object.values(value).flatMap((one) => nodesBelow(one))]
    : [];

/** The statements of a text; none where it is no SELECT. */
export const statementsOf = async (
  db: Database,
  sql: string,
): Promise<readonly Node[]> => {
  const { tree } = await db.row(
    `SELECT json_serialize_sql(${text(sql)}) AS tree`,
  );
  return JSON.parse(String(tree)).statements ?? [];
};
