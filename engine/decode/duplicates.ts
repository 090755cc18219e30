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
 * go. One whole-number column is counted in a bitmap, which takes a tenth of
 * the time and the memory of grouping.
 */
export const countRepeated = async (
  db: Database,
  from: string,
  columns: readonly string[],
  isWhole: boolean,
): Promise<number> => {
  const keys = columns.map(ident).join(', ');
  const known = columns.map((c) => `${ident(c)} IS NOT NULL`).join(' AND ');
  if (isWhole && columns.length === 1) {
    const { low, high, n } = await db.row(
      `SELECT min(${keys})::BIGINT AS low, max(${keys})::BIGINT AS high, ` +
        `count(${keys}) AS n FROM ${from}`,
    );
    if (low === null) return 0;
    const [first, last] = [BigInt(low as bigint), BigInt(high as bigint)];
    if (fitsBitmap([first, last], Number(n))) {
      const { kinds } = await db.row(
        `SELECT bit_count(bitstring_agg(${keys}, ${first}, ${last})) AS kinds ` +
          `FROM ${from} WHERE ${known}`,
      );
      return Number(n) - Number(kinds);
    }
  }
  const { extra } = await db.row(
    `SELECT coalesce(sum(n - 1), 0)::BIGINT AS extra FROM ` +
      `(SELECT count(*) AS n FROM ${from} WHERE ${known} GROUP BY ${keys})`,
  );
  return Number(extra);
};

/**
 * Whether every whole number of one column is found in another, told by two
 * bitmaps; `undefined` where these would be too large.
 */
export const isContained = async (
  db: Database,
  [relation, column]: readonly [string, string],
  [target, targetColumn]: readonly [string, string],
): Promise<boolean | undefined> => {
  const [value, known] = [ident(column), ident(targetColumn)];
  const { low, high, n } = await db.row(
    `SELECT min(${value})::BIGINT AS low, max(${value})::BIGINT AS high, ` +
      `count(*) AS n FROM ${ident(relation)}`,
  );
  if (low == null) return true;
  const bounds = [BigInt(low as bigint), BigInt(high as bigint)] as const;
  if (!fitsBitmap(bounds, Number(n))) return undefined;
  const range = bounds.join(', ');
  const { lost } = await db.row(
    `SELECT bit_count((SELECT bitstring_agg(${value}, ${range}) ` +
      `FROM ${ident(relation)}) & ~(SELECT bitstring_agg(${known}, ${range}) ` +
      `FROM ${ident(target)} WHERE ${known} BETWEEN ${bounds[0]} AND ` +
      `${bounds[1]})) AS lost`,
  );
  return lost == null ? undefined : Number(lost) === 0;
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
