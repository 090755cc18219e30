import { cardSql } from './cardSql.ts';
import type { Columns } from './column.ts';
import type { Pipeline } from './definePipeline.ts';
import { DefinitionError } from './errors.ts';
import { findFaults } from './findFaults.ts';
import type { Plan, PlanColumn, PlanSource, PlanSql } from './plan.ts';
import type { Form, Source } from './source.ts';

/** The SQL files of a pipeline's folder: path below it, and text. */
export type SqlFiles = Readonly<Record<string, string>>;

const planColumns = (
  columns: Columns,
  changes: Readonly<Record<string, object>> = {},
): PlanColumn[] =>
  Object.entries(columns).map(([name, column]) => ({
    name,
    ...column,
    ...changes[name],
  }));

/** As a database's rows land: exact text, with an ISO date to each time. */
const liveColumns = (columns: Columns): PlanColumn[] =>
  planColumns(columns).map((column) =>
    column.type === 'timestamp'
      ? {
          ...column,
          format: ['yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm:ss.SSSSSS'],
        }
      : column,
  );

const LIVE_CSV: Form = {
  format: 'csv',
  encoding: 'utf-8',
  separator: ',',
  quote: '"',
  unused: [],
};

const planSource = (source: Source): PlanSource => {
  const { recording, columns, live, title: _, ...rest } = source;
  return {
    ...rest,
    files: recording.files,
    form: recording.form,
    columns: planColumns(columns, recording.columns),
    ...(source.kind === 'mysql' && {
      live: { form: LIVE_CSV, columns: liveColumns(columns) },
    }),
    ...(live && {
      live: { form: live.form, columns: planColumns(columns, live.columns) },
    }),
  };
};

const planSql = (files: SqlFiles, path: string): PlanSql => {
  const stem = path.replace(/\.sql$/, '');
  const spark = files[`${stem}.spark.sql`];
  const athena = files[`${stem}.athena.sql`];
  return {
    file: path,
    text: files[path] ?? '',
    ...(spark !== undefined && { spark }),
    ...(athena !== undefined && { athena }),
  };
};

/**
 * Compiles a definition and its SQL files to a plan.
 * @throws DefinitionError with all faults that show without running any SQL.
 */
export const compile = (pipeline: Pipeline, files: SqlFiles): Plan => {
  const faults = findFaults(pipeline, files);
  if (faults.length > 0) throw new DefinitionError(pipeline.name, faults);
  const { name, title, period, schedule, sla, maxDrop, startDate, engine } =
    pipeline;
  return {
    version: 1,
    pipeline: name,
    title,
    ...(pipeline.description && { description: pipeline.description }),
    period,
    schedule,
    timezone: pipeline.timezone ?? 'UTC',
    ...(sla !== undefined && { slaSeconds: sla }),
    ...(maxDrop !== undefined && { maxDrop }),
    ...(startDate !== undefined && { startDate }),
    dependsOnPast: pipeline.dependsOnPast ?? false,
    ...(pipeline.retention && { retention: pipeline.retention }),
    ...(pipeline.destinations && {
      destinations: pipeline.destinations.map((destination) => ({
        ...destination,
        schema: destination.schema ?? name,
        tables: destination.tables ?? pipeline.tables.map((t) => t.name),
      })),
    }),
    ...(engine && { engine }),
    ...(pipeline.workers && { workers: pipeline.workers }),
    sources: pipeline.sources.map(planSource),
    tables: pipeline.tables.map(({ columns, title: _, ...table }) => ({
      ...table,
      columns: planColumns(columns),
      sql: planSql(files, `sql/${table.name}.sql`),
    })),
    checks: pipeline.checks ?? [],
    queries: (pipeline.queries ?? []).map((query) => ({
      ...query,
      sql: planSql(files, `queries/${query.name}.sql`),
    })),
    dashboard: (pipeline.dashboard ?? []).map((card) => ({
      ...card,
      sql: card.sql
        ? planSql(files, `cards/${card.sql}.sql`)
        : { file: 'pipeline.ts', text: cardSql(card) },
    })),
    ...(pipeline.filters && { filters: pipeline.filters }),
  };
};
