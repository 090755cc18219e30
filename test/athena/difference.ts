import type { DuckDBConnection } from '@duckdb/node-api';
import { ident, text } from '../../engine/sql.ts';
import { kindOf, type TypedColumn } from './columns.ts';
import { type Row, withoutNear } from './nearRows.ts';

/** Beyond this many rows that differ nobody looks for near ones. */
const MANY = 20_000;
const SHOWN = 3;
/** Doubles may differ by this share: sums depend on their order. */
const TOLERANCE = 1e-9;

// Far beyond the size at which Trino ends a page.
const PAGE_BYTES = 256 << 20;

const column = (i: number) => ident(`c${i}`);

/** Microseconds become milliseconds as they do when Trino reads them. */
const comparable = (value: string, type: string): string =>
  kindOf(type) === 'timestamp'
    ? `make_timestamp_ms(CAST(floor((epoch_us(${value}) + 500) / 1000) ` +
      'AS BIGINT))'
    : value;

const engineSelect = (sql: string, columns: readonly TypedColumn[]) => {
  const names = columns.map((_, i) => column(i)).join(', ');
  const list = columns.map(
    ({ type }, i) => `${comparable(column(i), type)} AS ${column(i)}`,
  );
  return `SELECT ${list.join(', ')} FROM (${sql}\n) AS q(${names})`;
};

/** The rows of spooled pages, cell by cell from text to the engine's type. */
const trinoSelect = (file: string, columns: readonly TypedColumn[]) => {
  const list = columns.map(
    ({ type }, i) =>
      `${comparable(`CAST(cells[${i + 1}] AS ${type})`, type)} AS ${column(i)}`,
  );
  return (
    `SELECT ${list.join(', ')} FROM (SELECT unnest(data) AS cells ` +
    `FROM read_json(${text(file)}, format = 'newline_delimited', ` +
    `columns = {data: 'VARCHAR[][]'}, maximum_object_size = ${PAGE_BYTES}))`
  );
};

const show = (row: Row, columns: readonly TypedColumn[]) =>
  columns.map(({ name }, i) => `${name}=${row[i] ?? 'NULL'}`).join(' ');

const readDifference = async (connection: DuckDBConnection) => {
  const rowsOf = async (sql: string) =>
    (await connection.runAndReadAll(sql)).getRows();
  const [totals = []] = await rowsOf(
    'SELECT coalesce(sum(n) FILTER (n > 0), 0)::BIGINT, ' +
      'coalesce(-sum(n) FILTER (n < 0), 0)::BIGINT FROM difference',
  );
  const [missing = 0, extra = 0] = totals.map(Number);
  const some = async (test: string) =>
    (await rowsOf(
      `SELECT CAST(COLUMNS('^c') AS VARCHAR) FROM (SELECT * FROM difference ` +
        `WHERE ${test} ORDER BY ALL), range(abs(n)::BIGINT) LIMIT ${MANY}`,
    )) as Row[];
  return {
    missing: { total: missing, rows: await some('n > 0') },
    extra: { total: extra, rows: await some('n < 0') },
  };
};

/**
 * Compares a SELECT's rows with Trino's, as multisets: the same values as often,
 * in whatever order. Both have the columns given; the connection gets a
 * temporary table.
 *
 * Gives one line that counts the rows which differ and a line for each of the
 * first of them; nothing when there are none.
 */
export async function differenceOf(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly TypedColumn[],
  spooled: { readonly file: string; readonly rows: number },
): Promise<string[]> {
  const names = columns.map((_, i) => column(i)).join(', ');
  const found =
    spooled.rows === 0
      ? ''
      : ` UNION ALL SELECT *, -1 FROM (${trinoSelect(spooled.file, columns)})`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE difference AS SELECT ${names}, sum(n) AS n ` +
      `FROM (SELECT *, 1 AS n FROM (${engineSelect(sql, columns)})${found}) ` +
      `GROUP BY ${names} HAVING sum(n) <> 0`,
  );
  let { missing, extra } = await readDifference(connection);
  if (Math.max(missing.total, extra.total) <= MANY) {
    const doubles = columns.map(({ type }) => kindOf(type) === 'double');
    const left = withoutNear(missing.rows, extra.rows, doubles, TOLERANCE);
    missing = { total: left.missing.length, rows: left.missing };
    extra = { total: left.extra.length, rows: left.extra };
  }
  if (missing.total + extra.total === 0) return [];
  const lines = (who: string, rows: readonly Row[]) =>
    rows.slice(0, SHOWN).map((row) => `only ${who}: ${show(row, columns)}`);
  return [
    `${missing.total} rows are the engine's alone, ${extra.total} Trino's`,
    ...lines('the engine', missing.rows),
    ...lines('Trino', extra.rows),
  ];
}
