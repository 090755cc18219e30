import type { Connection } from 'mysql2';
import { SourceError } from '../../../core/errors.ts';
import type { PlanSource } from '../../../core/plan.ts';
import type { LandContext } from '../lander.ts';
import type { ManifestFile } from '../manifest.ts';
import { ask } from './connect.ts';
import { type Cursor, type Part, partsOf, splitsOf } from './pages.ts';
import {
  isWhole,
  quoted,
  readTableColumns,
  requireKey,
  type TableColumn,
  tableName,
} from './tableColumns.ts';

/** How far the reading of a part came. */
export interface Progress {
  readonly files: readonly ManifestFile[];
  /** Its last row, until it is done. */
  readonly after?: Cursor;
  readonly isDone: boolean;
}

/** How far a reading came: written after every page, so that it can go on. */
export interface Checkpoint {
  readonly high: string | null;
  readonly columns: readonly TableColumn[];
  readonly splits: readonly string[];
  readonly parts: Readonly<Record<string, Progress>>;
  readonly from: string;
}

/** What was read, of all parts. */
export type Landed = Pick<Checkpoint, 'from'> & Pick<Progress, 'files'>;

export interface Place {
  readonly secret: string;
  readonly table: string;
  readonly key: string;
  readonly lookback: number;
}

/** The table's column for a declared one. */
export const find = (
  { columns: declared }: PlanSource,
  columns: readonly TableColumn[],
  name: string,
): TableColumn => {
  const column = columns[declared.findIndex((c) => c.name === name)];
  if (!column)
    throw new SourceError(`"${name}" is none of the source's columns`);
  return column;
};

/** What the statements that read pages take for granted. */
const described = ({ type, isRequired, isUtf8mb4 }: TableColumn) =>
  type + (isUtf8mb4 ? ' in utf8mb4' : '') + (isRequired ? ' NOT NULL' : '');

/** @throws SourceError where the table is no longer what it was at first. */
export const requireSame = (
  before: readonly TableColumn[],
  now: readonly TableColumn[],
) => {
  for (const [i, column] of before.entries()) {
    const [was, is] = [column, now[i] ?? column].map(described);
    if (was !== is)
      throw new SourceError(
        `"${column.name}" was ${was} on the first page, and is ${is} now`,
        { column: column.name },
      );
  }
};

/** The published watermark, where only what changed since is read. */
const sinceOf = ({ source, watermark }: LandContext): string | undefined =>
  source.scope === 'changes' ? watermark : undefined;

/** Where to split a table by its keys; nowhere where it is small. */
const findSplits = async (
  connection: Connection,
  key: TableColumn,
  table: string,
  pageRows: number,
): Promise<string[]> => {
  if (!isWhole(key)) return [];
  const k = quoted(key.name);
  const [row] = await ask(
    connection,
    `SELECT CAST(min(${k}) AS CHAR) AS low, CAST(max(${k}) AS CHAR) AS high ` +
      `FROM ${tableName(table)}`,
  );
  const [low, high] = [row?.low, row?.high];
  if (low == null || high == null) return [];
  return splitsOf(BigInt(String(low)), BigInt(String(high)), pageRows);
};

/** The first look at a table: its columns, and where its newest row stands. */
export const beginReading = async (
  connection: Connection,
  context: LandContext,
  { table, key }: Place,
  from: string,
  pageRows: number,
): Promise<Checkpoint> => {
  const { source } = context;
  const columns = await readTableColumns(connection, source, table);
  const id = find(source, columns, key);
  await requireKey(connection, table, id.name);
  const watermark = quoted(find(source, columns, source.watermark ?? '').name);
  const [row] = await ask(
    connection,
    `SELECT CAST(max(${watermark}) AS CHAR) AS high FROM ${tableName(table)}`,
  );
  const high = row?.high == null ? null : String(row.high);
  const splits =
    sinceOf(context) === undefined
      ? await findSplits(connection, id, table, pageRows)
      : [];
  return { high, columns, splits, parts: {}, from };
};

export const partsFor = (
  context: LandContext,
  { table, key, lookback }: Place,
  { columns, high, splits }: Checkpoint,
  pageRows: number,
): Part[] => {
  const { source } = context;
  const since = sinceOf(context);
  return partsOf({
    source,
    table,
    columns,
    key: find(source, columns, key),
    watermark: find(source, columns, source.watermark ?? ''),
    // An empty table has none: then there is nothing below it either.
    high: high ?? '0000-01-01',
    ...(since !== undefined && { since }),
    lookback,
    pageRows,
    splits,
  });
};
