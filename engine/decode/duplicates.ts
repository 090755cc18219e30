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
 * A SELECT of one value: how many rows share their key with another and would
 * have to go. A key with a NULL is no key.
 */
export const countRepeated = (
  relation: string,
  used: string,
  columns: readonly string[],
): string => {
  const keys = columns.map(ident).join(', ');
  const known = columns.map((c) => `${ident(c)} IS NOT NULL`).join(' AND ');
  return (
    'SELECT coalesce(sum(n - 1), 0)::BIGINT FROM (SELECT count(*) AS n ' +
    `FROM ${relation} WHERE ${used} AND ${known} GROUP BY ${keys})`
  );
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
