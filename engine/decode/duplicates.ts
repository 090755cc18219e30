import type { PlanSource } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { ident } from '../sql.ts';

const BITS = 1_000_000_000n;

/** Whether a bitmap of the range is small, for the number of its rows. */
export const fitsBitmap = (
  [low, high]: readonly [bigint, bigint],
  rows: number,
): boolean => high - low < BITS && high - low < 64n * BigInt(rows);

/**
 * How many rows of a relation share their key with another and would have to
 * go. A key with a NULL is no key.
 */
export const countRepeated = async (
  db: Database,
  from: string,
  columns: readonly string[],
): Promise<number> => {
  const keys = columns.map(ident).join(', ');
  const known = columns.map((c) => `${ident(c)} IS NOT NULL`).join(' AND ');
  const { extra } = await db.row(
    `SELECT coalesce(sum(n - 1), 0)::BIGINT AS extra FROM ` +
      `(SELECT count(*) AS n FROM ${from} WHERE ${known} GROUP BY ${keys})`,
  );
  return Number(extra);
};

/**
 * Makes a table of the `_row` of every row that loses: of the rows with one
 * key the newest stays, and among those the one with the greatest place.
 */
export const findLosers = async (
  db: Database,
  source: PlanSource,
  relation: string,
  used: string,
): Promise<string> => {
  const { key = [], newest } = source.oneRowPer ?? {};
  const keys = key.map(ident).join(', ');
  const known = key.map((c) => `${ident(c)} IS NOT NULL`).join(' AND ');
  const order = newest ? `${ident(newest)} DESC NULLS LAST, ` : '';
  const losers = ident(`_${source.name}_losers`);
  await db.run(
    `CREATE TEMP TABLE ${losers} AS SELECT _row FROM (SELECT _row, ` +
      `row_number() OVER (PARTITION BY ${keys} ORDER BY ${order}_row DESC) ` +
      `AS place FROM ${relation} SEMI JOIN (SELECT ${keys} FROM ${relation} ` +
      `WHERE ${used} AND ${known} GROUP BY ${keys} HAVING count(*) > 1) ` +
      `USING (${keys}) WHERE ${used}) WHERE place > 1`,
  );
  return losers;
};
