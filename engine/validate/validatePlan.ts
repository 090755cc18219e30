import { badRowCondition, checkSql } from '../../core/checkSql.ts';
import { DefinitionError, TributaryError } from '../../core/errors.ts';
import { periodOf } from '../../core/period.ts';
import type { Plan, PlanColumn, PlanSql } from '../../core/plan.ts';
import { type Database, openDatabase } from '../database.ts';
import { keepCondition } from '../decode/judge.ts';
import { textExpression } from '../decode/textExpression.ts';
import { runRelation } from '../runEngine.ts';
import { duckType, ident } from '../sql.ts';
import { checkColumns } from '../tables/checkColumns.ts';
import { explainError } from '../tables/explainError.ts';

const emptyTable = (name: string, columns: readonly PlanColumn[]) =>
  `CREATE OR REPLACE TEMP TABLE ${ident(name)} (${columns
    .map((column) => `${ident(column.name)} ${duckType(column.type)}`)
    .join(', ')})`;

/** Runs a step and keeps its fault, so that all faults are found at once. */
const collect = async (
  faults: string[],
  act: () => Promise<void> | void,
): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof DefinitionError) faults.push(...error.faults);
    else if (error instanceof TributaryError) faults.push(error.message);
    else throw error;
  }
};

const bind = async (
  db: Database,
  sql: string,
  place: Parameters<typeof explainError>[1],
): Promise<string[]> => {
  try {
    const rows = await db.rows(`DESCRIBE ${sql}`);
    return rows.map((row) => String(row.column_name));
  } catch (error) {
    throw explainError(error, place);
  }
};

const bindSources = async (db: Database, plan: Plan, faults: string[]) => {
  const period = periodOf(plan.period, '2000-01-31');
  for (const source of plan.sources) {
    await db.run(emptyTable(source.name, source.columns));
    const condition = keepCondition(source, period);
    for (const column of source.columns)
      await collect(faults, () => {
        textExpression('x', column);
      });
    const known = new Set(source.columns.map(({ name }) => name));
    for (const name of [
      ...(source.oneRowPer?.key ?? []),
      ...(source.oneRowPer?.newest ? [source.oneRowPer.newest] : []),
      ...(source.watermark ? [source.watermark] : []),
    ])
      if (!known.has(name))
        faults.push(`source ${source.name}: there is no column ${name}`);
    if (condition)
      await collect(faults, async () => {
        await bind(
          db,
          `SELECT 1 FROM ${ident(source.name)} WHERE ${condition}`,
          { table: source.name, file: 'pipeline.ts', column: 'keep' },
        );
      });
  }
};

/** Binds each table's SELECT to those before it. @returns what they read. */
const bindTables = async (
  db: Database,
  plan: Plan,
  faults: string[],
): Promise<Set<string>> => {
  const read = new Set<string>();
  for (const table of plan.tables) {
    await collect(faults, () => checkColumns(db, table));
    try {
      for (const name of db.connection.getTableNames(table.sql.text, false))
        read.add(name);
    } catch {
      // It does not parse: that is among the faults already.
    }
    await db.run(emptyTable(table.name, table.columns));
  }
  return read;
};

const bindChecks = async (db: Database, plan: Plan, faults: string[]) => {
  for (const { name, relation, rule } of plan.checks) {
    const condition = badRowCondition(rule);
    const sql = condition
      ? `SELECT * FROM ${ident(relation)} WHERE ${condition}`
      : checkSql(relation, rule);
    if (!sql) continue;
    await collect(faults, async () => {
      await bind(db, sql, {
        table: relation,
        file: 'pipeline.ts',
        column: `check "${name}"`,
      });
    });
  }
};

const bindReaders = async (db: Database, plan: Plan, faults: string[]) => {
  // Queries and cards see published tables alone.
  for (const { name } of plan.sources)
    await db.run(`DROP TABLE IF EXISTS ${ident(name)}`);
  await db.run('DROP VIEW IF EXISTS run');
  const readers: { sql: PlanSql; what: string; wants: string[] }[] = [
    ...plan.queries.map(({ sql, name }) => ({
      sql,
      what: `saved query ${name}`,
      wants: [],
    })),
    ...plan.dashboard.map(({ sql, title, x, y, series, label }) => ({
      sql,
      what: `card "${title}"`,
      wants: [x, y, series, label].filter((c) => c !== undefined),
    })),
  ];
  for (const { sql, what, wants } of readers)
    await collect(faults, async () => {
      const found = await bind(db, sql.text, { file: sql.file });
      for (const column of wants)
        if (!found.includes(column))
          faults.push(
            `${what}: ${sql.file} gives ${found.join(', ')}, but no ${column}`,
          );
    });
};

/**
 * Binds every SQL text of a plan to empty views of its declared columns.
 * @returns what is wrong, each with file, line, column and what was expected.
 */
export const validatePlan = async (
  plan: Plan,
  spillDir: string,
): Promise<string[]> => {
  const faults: string[] = [];
  const db = await openDatabase({ spillDir });
  try {
    await db.run(
      `CREATE TEMP VIEW run AS ${runRelation({
        run: 'validate',
        date: '2000-01-31',
        period: periodOf(plan.period, '2000-01-31'),
      })}`,
    );
    await bindSources(db, plan, faults);
    const read = await bindTables(db, plan, faults);
    for (const { relation, rule } of plan.checks) {
      read.add(relation);
      if (rule.kind === 'references') read.add(rule.target);
    }
    for (const { name } of plan.sources)
      if (!read.has(name))
        faults.push(
          `source ${name} is used by no table: use it in one of ` +
            `${plan.tables.map(({ sql }) => sql.file).join(', ')}, or remove it`,
        );
    await bindChecks(db, plan, faults);
    await bindReaders(db, plan, faults);
  } finally {
    db.close();
  }
  return faults;
};
