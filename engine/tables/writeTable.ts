import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanTable } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import type { EngineInput, PublishedFiles } from '../input.ts';
import type { WrittenTable } from '../output.ts';
import { duckType, ident, list, text } from '../sql.ts';
import { checkColumns } from './checkColumns.ts';
import { explainError } from './explainError.ts';
import type { FewValues } from './fewValues.ts';
import { insidePeriod, partitionPath, partitionValues } from './partition.ts';

/**
 * Rows that a reader can skip at once, and that a writer holds in memory for
 * each of its threads: half of the default saves 60 MB and costs 2 % in size.
 */
const ROW_GROUP = 65_536;
/**
 * Distinct values of a column in a row group beyond which the writer gives up
 * on a dictionary: the default of a fifth of the rows costs a tenth of the
 * writing and saves nothing.
 */
const DICTIONARY_VALUES = 2000;

/**
 * The order of a table's rows: as declared, ties by the key, so that the same
 * rows give the same file. A partition is only sorted where it says so: it may
 * be large.
 */
const orderOf = ({ mode, sortBy, key }: PlanTable): string => {
  const isSorted = sortBy.length > 0 || mode !== 'partition';
  const columns = isSorted ? [...new Set([...sortBy, ...key])] : [];
  return columns.length ? ` ORDER BY ${columns.map(ident).join(', ')}` : '';
};

const typedColumns = (table: PlanTable) =>
  table.columns
    .map(
      ({ name, type }) =>
        `CAST(${ident(name)} AS ${duckType(type)}) AS ${ident(name)}`,
    )
    .join(', ');

/**
 * The period that a row is of, in the files of tables that are merged by it. No
 * reader names it, and no column of a table may begin so.
 */
const PERIOD = '_period';

/** Where no column says how new a row is, its run's period does. */
const isByPeriod = ({ mode, newest }: PlanTable) =>
  mode === 'merge' && newest === undefined;

/** What the files have besides the table's columns. */
const periodColumn = (table: PlanTable, value: string) =>
  isByPeriod(table) ? `, ${value} AS ${ident(PERIOD)}` : '';

/** The period of each published row; files of old may tell none. */
const publishedPeriod = async (
  db: Database,
  { files, period }: PublishedFiles,
) => {
  const { told } = await db.row(
    `SELECT count(*) > 0 AS told FROM parquet_schema(${text(files[0] ?? '')}) ` +
      `WHERE name = ${text(PERIOD)}`,
  );
  return told ? ident(PERIOD) : text(period);
};

/** The published rows, with NULL for columns that they do not have yet. */
const publishedSelect = async (
  db: Database,
  table: PlanTable,
  published: PublishedFiles,
) => {
  const had = new Set(published.columns.map(({ name }) => name));
  const columns = table.columns.map(({ name, type }) =>
    had.has(name)
      ? `CAST(${ident(name)} AS ${duckType(type)}) AS ${ident(name)}`
      : `CAST(NULL AS ${duckType(type)}) AS ${ident(name)}`,
  );
  return (
    `SELECT ${columns.join(', ')}` +
    `${periodColumn(table, await publishedPeriod(db, published))} FROM ` +
    `read_parquet(${list(published.files)}, hive_partitioning = false)`
  );
};

/**
 * The published rows and the new ones, the newest for each key. At the same
 * age the new row wins, so that a run can be repeated. Runs may so be of any
 * periods in any order.
 */
const mergedSelect = async (
  db: Database,
  table: PlanTable,
  period: string,
  published: PublishedFiles | undefined,
): Promise<string> => {
  const ofRun = periodColumn(table, text(period));
  if (!published || published.files.length === 0)
    return `SELECT *${ofRun} FROM (${table.sql.text}\n)`;
  const fresh = ident(`_${table.name}_new`);
  await db.run(
    `CREATE TEMP TABLE ${fresh} AS SELECT ${typedColumns(table)}${ofRun} ` +
      `FROM (${table.sql.text}\n)`,
  );
  const old = ident(`_${table.name}_old`);
  await db.run(
    `CREATE TEMP VIEW ${old} AS ${await publishedSelect(db, table, published)}`,
  );
  const on = table.key
    .map((k) => `o.${ident(k)} IS NOT DISTINCT FROM n.${ident(k)}`)
    .join(' AND ');
  const age = ident(table.newest ?? PERIOD);
  const newer = `(n.${age} >= o.${age} OR o.${age} IS NULL)`;
  return (
    `SELECT * FROM ${old} o WHERE NOT EXISTS ` +
    `(FROM ${fresh} n WHERE ${on} AND ${newer}) UNION ALL ` +
    `SELECT * FROM ${fresh} n WHERE NOT EXISTS ` +
    `(FROM ${old} o WHERE ${on} AND NOT coalesce(${newer}, false))`
  );
};

/**
 * Makes one table: runs its SELECT, writes its files, and leaves a view of what
 * was written under its name, so that what is checked is what is published.
 * @param fewValues makes the writing of large tables quicker.
 * @throws TableError where the SELECT fails, gives other columns than the table
 *   has, or a row outside of the run's period.
 */
export const writeTable = async (
  db: Database,
  table: PlanTable,
  input: Pick<EngineInput, 'period' | 'published' | 'workDir'>,
  fewValues?: FewValues,
): Promise<WrittenTable> => {
  const place = { table: table.name, file: table.sql.file };
  // Else a cast would make 1.5 into 2, and a column too many would go unseen.
  await checkColumns(db, table);
  const values = partitionValues(table, input.period);
  const folder = join('tables', table.name, partitionPath(values));
  const file = join(folder, 'part-0.parquet');
  const local = join(input.workDir, file);
  mkdirSync(join(input.workDir, folder), { recursive: true });
  try {
    const from =
      table.mode === 'merge'
        ? await mergedSelect(
            db,
            table,
            input.period.label,
            input.published[table.name],
          )
        : `SELECT * FROM (${table.sql.text}\n) WHERE ` +
          insidePeriod(table, values, input.period);
    const narrowed = await fewValues?.narrow(table);
    const stored = table.columns
      .filter(({ name }) => values[name] === undefined)
      .map(({ name, type }) =>
        narrowed?.columns.has(name)
          ? ident(name)
          : `CAST(${ident(name)} AS ${duckType(type)}) AS ${ident(name)}`,
      );
    if (isByPeriod(table)) stored.push(ident(PERIOD));
    const order = orderOf(table);
    // Tables are sets, and to keep the order of what was read takes memory.
    const unordered = order ? '' : 'PRESERVE_ORDER false, ';
    const { Count: rows } = await db.row(
      `COPY (${narrowed?.withSources ?? ''}` +
        `SELECT ${stored.join(', ')} FROM (${from})${order}) ` +
        `TO ${text(local)} ` +
        `(FORMAT parquet, COMPRESSION zstd, ${unordered}` +
        `ROW_GROUP_SIZE ${ROW_GROUP}, ` +
        `DICTIONARY_SIZE_LIMIT ${DICTIONARY_VALUES})`,
    );
    const columns = table.columns.map(({ name, type }) => {
      const value = values[name];
      return value === undefined
        ? ident(name)
        : `CAST(${text(value)} AS ${duckType(type)}) AS ${ident(name)}`;
    });
    await db.run(
      `CREATE TEMP VIEW ${ident(table.name)} AS SELECT ` +
        `${columns.join(', ')} FROM read_parquet(${text(local)}, ` +
        'hive_partitioning = false)',
    );
    const { size } = statSync(local);
    return {
      table: table.name,
      rows: Number(rows),
      bytes: size,
      values,
      files: [file],
    };
  } catch (error) {
    throw explainError(error, place);
  }
};
