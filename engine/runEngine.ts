import { mkdirSync } from 'node:fs';
import { type Check, unique } from '../core/check.ts';
import { TributaryError, within } from '../core/errors.ts';
import type { Plan, PlanTable } from '../core/plan.ts';
import type { Table } from '../core/table.ts';
import { runChecks } from './checks/runChecks.ts';
import { type Database, openDatabase } from './database.ts';
import { type PreparedBeside, prepareBeside } from './decode/prepareSource.ts';
import type { EngineInput, LandedFile } from './input.ts';
import type {
  CheckResult,
  EngineOutput,
  SourceRows,
  WrittenTable,
} from './output.ts';
import { text } from './sql.ts';
import { FewValues } from './tables/fewValues.ts';
import { writeTable } from './tables/writeTable.ts';

/** The one row that every SELECT can join: what the run is for. */
export const runRelation = (input: {
  readonly run: string;
  readonly date: string;
  readonly period: EngineInput['period'];
}): string =>
  `SELECT ${text(input.run)} AS run_id, DATE ${text(input.date)} AS run_date, ` +
  `DATE ${text(input.period.first)} AS period_first, ` +
  `DATE ${text(input.period.last)} AS period_last, ` +
  `${Number(input.period.first.slice(0, 4))} AS run_year, ` +
  `${Number(input.period.first.slice(5, 7))} AS run_month`;

/** A declared key is checked, whether or not the definition says so again. */
export const keyChecks = (plan: Plan): Check[] =>
  plan.tables.flatMap((table: PlanTable) => {
    const isChecked = plan.checks.some(
      ({ relation, rule }) =>
        relation === table.name &&
        rule.kind === 'unique' &&
        rule.columns.join() === table.key.join(),
    );
    return table.key.length === 0 || isChecked
      ? []
      : [unique({ name: table.name } as Table, table.key as never[])];
  });

const isForSource = (plan: Plan, check: Check) =>
  plan.sources.some(({ name }) => name === check.relation);

/** A quarantine check has done its work when the source was prepared. */
const quarantineResult = (
  check: Check,
  sources: readonly SourceRows[],
): CheckResult => {
  const rows = sources.find(({ source }) => source === check.relation);
  const badRows = rows?.reasons[check.name] ?? 0;
  return {
    check: check.name,
    relation: check.relation,
    severity: check.severity,
    passed: badRows === 0,
    badRows,
  };
};

const reconcile = (rows: SourceRows): CheckResult => {
  const { landed, used, dropped, duplicates, quarantined } = rows;
  const sum = used + dropped + duplicates + quarantined;
  return {
    check: 'rows add up',
    relation: rows.source,
    severity: 'fail',
    passed: landed === sum,
    badRows: Math.abs(landed - sum),
    detail:
      `${landed} landed = ${used} used + ${dropped} dropped + ` +
      `${duplicates} duplicates + ${quarantined} quarantined`,
  };
};

const runAll = async (
  db: Database,
  input: EngineInput,
  preparing: Promise<SourceRows>[],
): Promise<EngineOutput> => {
  const { plan } = input;
  const tables: WrittenTable[] = [];
  await db.run(`CREATE TEMP VIEW run AS ${runRelation(input)}`);
  const texts = new Map<string, PreparedBeside['texts']>();
  for (const source of plan.sources) {
    const files = input.sources[source.name] ?? [];
    const prepared = await prepareBeside(db, source, files, {
      period: input.period,
      checks: plan.checks,
      workDir: input.workDir,
    });
    preparing.push(prepared.rows);
    texts.set(source.name, prepared.texts);
  }
  const fewValues = new FewValues(db, input, texts);
  for (const table of plan.tables)
    tables.push(await writeTable(db, table, input, fewValues));

  const sources = await Promise.all(preparing);
  const context = {
    db,
    input,
    columns: new Map(
      [...plan.sources, ...plan.tables].map((r) => [r.name, r.columns]),
    ),
    rows: new Map([
      ...sources.map(({ source, used }): [string, number] => [source, used]),
      ...tables.map(({ table, rows }): [string, number] => [table, rows]),
    ]),
    constant: new Map(
      plan.tables.map((t) => [t.name, new Set(Object.keys(t.partitionBy))]),
    ),
  };
  const all = [...plan.checks, ...keyChecks(plan)];
  const isAside = (check: Check) =>
    check.severity === 'quarantine' && isForSource(plan, check);
  const judged = await runChecks(
    all.filter((check) => !isAside(check)),
    context,
  );
  const checks = [
    ...sources.map(reconcile),
    ...all.filter(isAside).map((check) => quarantineResult(check, sources)),
    ...judged,
  ];
  return { sources, tables, checks };
};

/** The engine gives so many rows of a table to one thread. */
const ROWS_OF_A_THREAD = 122_880;
/** Files of text are shared out by their bytes. */
const BYTES_OF_A_THREAD = 32 << 20;

/** Whether none of what is read is large enough for several threads. */
const isSmall = ({ sources, published }: EngineInput): boolean => {
  const sum = (files: readonly LandedFile[], of: 'records' | 'bytes') =>
    files.reduce((total, file) => total + file[of], 0);
  return (
    Object.values(sources).every(
      (files) =>
        sum(files, 'records') <= ROWS_OF_A_THREAD &&
        sum(files, 'bytes') <= BYTES_OF_A_THREAD,
    ) && Object.values(published).every(({ rows }) => rows <= ROWS_OF_A_THREAD)
  );
};

/** The engine's advice is about settings that nobody has here. */
const outOfMemory = (error: unknown): unknown =>
  error instanceof Error && /Out of Memory Error/.test(error.message)
    ? new TributaryError(
        'the engine needs more memory than it may use: raise --memory, or run ' +
          'fewer pipelines at once (--parallel 1)',
        {},
        { cause: error },
      )
    : error;

/**
 * Runs one plan on landed files: decodes, sets aside, makes the tables in
 * order, writes them below the work folder and checks what was written. It
 * publishes nothing.
 * @throws TributaryError with the pipeline's name where the input or the SQL is
 *   not as declared. Checks that fail do not throw: see the output.
 */
export const runEngine = async (input: EngineInput): Promise<EngineOutput> => {
  mkdirSync(input.workDir, { recursive: true });
  const db = await openDatabase(input.limits, isSmall(input));
  const preparing: Promise<SourceRows>[] = [];
  try {
    return await runAll(db, input, preparing);
  } catch (error) {
    throw within(outOfMemory(error), { pipeline: input.plan.pipeline });
  } finally {
    // Rejects are looked up beside, and would outlive the work folder.
    await Promise.allSettled(preparing);
    db.close();
  }
};
