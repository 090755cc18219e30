import type { PlanColumn } from '../../core/plan.ts';
import { lakeViews } from '../../engine/query/lakeViews.ts';
import { openLake } from '../../engine/query/openLake.ts';
import { duckType, ident, text } from '../../engine/sql.ts';
import type { Platform } from '../../platform/ports.ts';

/** A row: what must be equal to the letter, and what nearly. */
interface GoldenRow {
  readonly exact: string;
  readonly near: readonly (number | null)[];
}

const NEAR = 1e-9;

/** All values as text of the declared type, doubles as numbers. */
const select = (columns: readonly PlanColumn[]) =>
  columns
    .map(({ name, type }) => {
      const typed = `CAST(${ident(name)} AS ${duckType(type)})`;
      const value = type === 'double' ? typed : `CAST(${typed} AS VARCHAR)`;
      return `${value} AS ${ident(name)}`;
    })
    .join(', ');

const read = async (
  folder: string,
  setup: readonly string[],
  from: string,
  columns: readonly PlanColumn[],
): Promise<GoldenRow[]> => {
  const reader = await openLake(folder, setup);
  try {
    const { rows } = await reader.query(
      `SELECT ${select(columns)} FROM ${from}`,
    );
    return rows.map((row) => {
      const isDouble = (i: number) => columns[i]?.type === 'double';
      return {
        exact: JSON.stringify(row.filter((_, i) => !isDouble(i))),
        near: row.filter((_, i) => isDouble(i)) as (number | null)[],
      };
    });
  } finally {
    reader.close();
  }
};

/** The rows of a published table, as its readers get them. */
export const publishedRows = async (
  platform: Platform,
  lake: string,
  pipeline: string,
  table: string,
  columns: readonly PlanColumn[],
): Promise<GoldenRow[]> => {
  const state = await platform.catalog.read(pipeline);
  const views = lakeViews([state], (key) => `${lake}/${key}`);
  return read(lake, views, `${ident(pipeline)}.${ident(table)}`, columns);
};

/** The rows of a CSV file with just these columns; empty means NULL. */
export const expectedRows = (
  file: string,
  columns: readonly PlanColumn[],
): Promise<GoldenRow[]> => {
  const types = columns.map(({ name }) => `${text(name)}: 'VARCHAR'`);
  const from =
    `read_csv(${text(file)}, auto_detect = false, header = true, ` +
    `delim = ',', quote = '"', escape = '"', columns = {${types.join(', ')}})`;
  return read(file.slice(0, file.lastIndexOf('/')), [], from, columns);
};

const isNear = (a: number | null, b: number | null) =>
  a === b ||
  (a !== null &&
    b !== null &&
    Math.abs(a - b) <= NEAR * Math.max(Math.abs(a), Math.abs(b)));

/**
 * What distinguishes two multisets of rows: those without a partner, by their
 * side. Doubles need only be near.
 */
export const differences = (
  found: readonly GoldenRow[],
  expected: readonly GoldenRow[],
): { readonly missing: string[]; readonly unexpected: string[] } => {
  const open = Map.groupBy(expected, ({ exact }) => exact);
  const unexpected: string[] = [];
  for (const row of found) {
    const partners = open.get(row.exact) ?? [];
    const at = partners.findIndex(({ near }) =>
      near.every((value, i) => isNear(value, row.near[i] ?? null)),
    );
    if (at >= 0) partners.splice(at, 1);
    else unexpected.push(`${row.exact} ${JSON.stringify(row.near)}`);
  }
  const missing = [...open.values()].flatMap((rows) =>
    rows.map(({ exact, near }) => `${exact} ${JSON.stringify(near)}`),
  );
  return { missing, unexpected };
};
