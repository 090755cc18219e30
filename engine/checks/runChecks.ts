import type { Check } from '../../core/check.ts';
import { badRowCondition, checkSql } from '../../core/checkSql.ts';
import { CheckError } from '../../core/errors.ts';
import type { PlanColumn } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { EngineInput } from '../input.ts';
import type { CheckResult } from '../output.ts';
import { ident } from '../sql.ts';
import { Bitmaps } from './bitmaps.ts';
import {
  type Finding,
  freshnessFinding,
  rowCountFinding,
  showBadRows,
} from './findings.ts';

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

/** Above so many rows a bitmap is worth the look for its bounds. */
const MANY = 100_000;

const isWhole = (
  { columns }: CheckContext,
  relation: string,
  column: string | undefined,
) => {
  const found = columns.get(relation)?.find(({ name }) => name === column);
  return found?.type === 'int' || found?.type === 'bigint';
};

const failed = (check: Check, cause: unknown) =>
  new CheckError(
    `check "${check.name}" could not be run: ${(cause as Error).message}`,
    { table: check.relation },
    { cause },
  );

/** Whether a check on many rows is passed, where bitmaps can tell. */
const passesByBitmap = async (
  { relation, rule }: Check,
  context: CheckContext,
  bitmaps: Bitmaps,
): Promise<boolean> => {
  if ((context.rows.get(relation) ?? 0) < MANY) return false;
  if (rule.kind === 'unique') {
    const constant = context.constant.get(relation);
    const varying = rule.columns.filter((column) => !constant?.has(column));
    const [column] = varying;
    return (
      varying.length === 1 &&
      column !== undefined &&
      isWhole(context, relation, column) &&
      bitmaps.isUnique(relation, column)
    );
  }
  if (rule.kind !== 'references') return false;
  const { column, target, targetColumn } = rule;
  return (
    isWhole(context, relation, column) &&
    isWhole(context, target, targetColumn) &&
    bitmaps.isContained([relation, column], [target, targetColumn])
  );
};

const measure = async (
  { relation, rule }: Check,
  { db, input, rows }: CheckContext,
): Promise<Finding | undefined> => {
  if (rule.kind === 'rowCount') {
    const before = input.published[relation]?.rows;
    return rowCountFinding(rule, rows.get(relation) ?? 0, before);
  }
  return rule.kind === 'freshness'
    ? freshnessFinding(db, relation, rule, input.period.last)
    : undefined;
};

/** The bad rows of many checks, counted by one statement. */
const countAll = async (
  db: Database,
  checks: readonly { readonly check: Check; readonly sql: string }[],
): Promise<number[]> => {
  if (checks.length === 0) return [];
  const byRow = Map.groupBy(checks, ({ check }) =>
    badRowCondition(check.rule) ? check.relation : '',
  );
  const counts = [...byRow].flatMap(([relation, group]) =>
    relation === ''
      ? group.map(({ check, sql }) => ({
          of: [check],
          sql: `SELECT [count(*)] AS n FROM (${sql})`,
        }))
      : [
          {
            of: group.map(({ check }) => check),
            sql: `SELECT [${group
              .map(
                ({ check }) =>
                  `count(*) FILTER ((${badRowCondition(check.rule)}) IS TRUE)`,
              )
              .join(', ')}] AS n FROM ${ident(relation)}`,
          },
        ],
  );
  const rows = await db.rows(
    counts
      .map(({ sql }, i) => `SELECT ${i} AS i, n FROM (${sql})`)
      .join(' UNION ALL '),
  );
  const found = new Map<Check, number>();
  for (const { i, n } of rows)
    for (const [at, check] of (counts[Number(i)]?.of ?? []).entries())
      found.set(check, Number((n as bigint[])[at]));
  return checks.map(({ check }) => found.get(check) ?? 0);
};

/** One by one, to name the check that cannot be run. */
const countEach = async (
  db: Database,
  checks: readonly { readonly check: Check; readonly sql: string }[],
): Promise<number[]> => {
  const counts: number[] = [];
  for (const { check, sql } of checks) {
    const row = await db
      .row(`SELECT count(*) AS n FROM (${sql})`)
      .catch((cause: unknown) => {
        throw failed(check, cause);
      });
    counts.push(Number(row.n));
  }
  return counts;
};

/**
 * Judges checks on what was written. Bad rows are counted, and the first shown.
 * @throws CheckError that names the check that cannot be run.
 */
export const runChecks = async (
  checks: readonly Check[],
  context: CheckContext,
): Promise<CheckResult[]> => {
  const { db } = context;
  const bitmaps = new Bitmaps(db);
  const findings = new Map<Check, Finding>();
  const open: { check: Check; sql: string }[] = [];
  for (const check of checks) {
    const sql = checkSql(check.relation, check.rule);
    try {
      const measured = await measure(check, context);
      const isPassed =
        !measured && (await passesByBitmap(check, context, bitmaps));
      if (sql && !measured && !isPassed) open.push({ check, sql });
      else findings.set(check, measured ?? { badRows: 0 });
    } catch (cause) {
      throw failed(check, cause);
    }
  }
  const counts = await countAll(db, open).catch(() => countEach(db, open));
  for (const [i, { check, sql }] of open.entries()) {
    const badRows = counts[i] ?? 0;
    const detail = badRows > 0 ? await showBadRows(db, sql) : undefined;
    findings.set(check, {
      badRows,
      ...(detail !== undefined && { detail }),
    });
  }
  return checks.map((check) => {
    const { badRows = 0, detail } = findings.get(check) ?? {};
    return {
      check: check.name,
      relation: check.relation,
      severity: check.severity,
      passed: badRows === 0,
      badRows,
      ...(detail !== undefined && { detail }),
    };
  });
};
