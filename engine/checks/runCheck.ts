import type { Check, CheckRule } from '../../core/check.ts';
import { checkSql } from '../../core/checkSql.ts';
import { CheckError } from '../../core/errors.ts';
import type { PlanColumn } from '../../core/plan.ts';
import type { Database, Row } from '../database.ts';
import { countRepeated, isContained } from '../decode/duplicates.ts';
import type { EngineInput } from '../input.ts';
import type { CheckResult } from '../output.ts';
import { ident } from '../sql.ts';

interface Finding {
  readonly badRows: number;
  readonly detail?: string;
}

const SHOWN = 3;

const showRow = (row: Row) =>
  Object.entries(row)
    .map(
      ([name, value]) =>
        `${name}=${value instanceof Date ? value.toISOString().slice(0, 10) : value}`,
    )
    .join(' ');

const rowCountFinding = (
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

const freshnessFinding = async (
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

/** What a check may compare with, besides its relation's rows. */
export interface CheckContext {
  readonly db: Database;
  readonly input: Pick<EngineInput, 'period' | 'published'>;
  /** The columns of each relation. */
  readonly columns: ReadonlyMap<string, readonly PlanColumn[]>;
  readonly rows: ReadonlyMap<string, number>;
  /** Partition columns by table: they have one value in a run. */
  readonly constant: ReadonlyMap<string, ReadonlySet<string>>;
}

const isWhole = (
  { columns }: CheckContext,
  relation: string,
  column: string | undefined,
) => {
  const found = columns.get(relation)?.find(({ name }) => name === column);
  return found?.type === 'int' || found?.type === 'bigint';
};

const find = async (check: Check, context: CheckContext): Promise<Finding> => {
  const { db, input, rows } = context;
  const { relation, rule } = check;
  if (rule.kind === 'rowCount')
    return rowCountFinding(
      rule,
      rows.get(relation) ?? 0,
      input.published[relation]?.rows,
    );
  if (rule.kind === 'freshness')
    return freshnessFinding(db, relation, rule, input.period.last);
  if (rule.kind === 'unique') {
    const constant = context.constant.get(relation);
    const varying = rule.columns.filter((column) => !constant?.has(column));
    if (
      varying.length > 0 &&
      (await countRepeated(
        db,
        ident(relation),
        varying,
        isWhole(context, relation, varying[0]),
      )) === 0
    )
      return { badRows: 0 };
  }
  if (
    rule.kind === 'references' &&
    isWhole(context, relation, rule.column) &&
    isWhole(context, rule.target, rule.targetColumn) &&
    (await isContained(
      db,
      [relation, rule.column],
      [rule.target, rule.targetColumn],
    ))
  )
    return { badRows: 0 };
  const sql = checkSql(relation, rule);
  if (!sql) return { badRows: 0 };
  const { n } = await db.row(`SELECT count(*) AS n FROM (${sql})`);
  if (Number(n) === 0) return { badRows: 0 };
  const sample = await db.rows(`SELECT * FROM (${sql}) LIMIT ${SHOWN}`);
  return { badRows: Number(n), detail: sample.map(showRow).join('; ') };
};

/** Judges one check on what was written. Bad rows are counted and shown. */
export const runCheck = async (
  check: Check,
  context: CheckContext,
): Promise<CheckResult> => {
  const { name, relation, severity } = check;
  const { badRows, detail } = await find(check, context).catch(
    (cause: unknown) => {
      throw new CheckError(
        `check "${name}" could not be run: ${(cause as Error).message}`,
        { table: relation },
        { cause },
      );
    },
  );
  return {
    check: name,
    relation,
    severity,
    passed: badRows === 0,
    badRows,
    ...(detail !== undefined && { detail }),
  };
};
