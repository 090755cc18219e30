import type { CheckRule } from '../../core/check.ts';
import type { Database, Row } from '../database.ts';
import { ident } from '../sql.ts';

/** What a check found: how many bad rows, and what they are. */
export interface Finding {
  readonly badRows: number;
  readonly detail?: string;
}

const SHOWN = 3;

const showValue = (value: unknown) =>
  value instanceof Date ? value.toISOString().slice(0, 10) : value;

const showRow = (row: Row) =>
  Object.entries(row)
    .map(([name, value]) => `${name}=${showValue(value)}`)
    .join(' ');

/** The first bad rows of a check, for its message. */
export const showBadRows = async (
  db: Database,
  sql: string,
): Promise<string> => {
  const sample = await db.rows(`SELECT * FROM (${sql}) LIMIT ${SHOWN}`);
  return sample.map(showRow).join('; ');
};

/** @param before the rows that are published now, if there are any. */
export const rowCountFinding = (
  rule: Extract<CheckRule, { kind: 'rowCount' }>,
  rows: number,
  before: number | undefined,
): Finding => {
  const { min, max, maxDrop } = rule;
  if (min !== undefined && rows < min)
    return { badRows: 1, detail: `${rows} rows, expected at least ${min}` };
  if (max !== undefined && rows > max)
    return { badRows: 1, detail: `${rows} rows, expected at most ${max}` };
  if (maxDrop !== undefined && before && rows < before * (1 - maxDrop))
    return {
      badRows: 1,
      detail: `${rows} rows after ${before}: a drop beyond ${maxDrop}`,
    };
  return { badRows: 0 };
};

/** @param lastDay the last day of the run's period. */
export const freshnessFinding = async (
  db: Database,
  relation: string,
  rule: Extract<CheckRule, { kind: 'freshness' }>,
  lastDay: string,
): Promise<Finding> => {
  const { late, newest } = await db.row(
    `SELECT max(${ident(rule.column)})::VARCHAR AS newest, ` +
      `coalesce(max(${ident(rule.column)}) < TIMESTAMP '${lastDay} 00:00:00' ` +
      `+ INTERVAL 1 DAY - INTERVAL ${rule.within} SECOND, true) AS late ` +
      `FROM ${ident(relation)}`,
  );
  return late
    ? {
        badRows: 1,
        detail:
          `the newest ${rule.column} is ${newest ?? 'missing'}, more ` +
          `than ${rule.within} s before the end of ${lastDay}`,
      }
    : { badRows: 0 };
};
