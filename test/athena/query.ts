import { setTimeout as sleep } from 'node:timers/promises';

/** Names that a statement leaves out. */
export type Session = { catalog?: string; schema?: string };
/** A result's column; `type` is Trino's, such as `decimal(14,2)`. */
export type ResultColumn = { name: string; type: string };
/** A whole result. */
export type Result = { columns: ResultColumn[]; rows: unknown[][] };
/** Takes some of a result's rows; the columns are all known by then. */
export type TakeRows = (rows: unknown[][], columns: ResultColumn[]) => void;

type Page = {
  nextUri?: string;
  columns?: ResultColumn[];
  data?: unknown[][];
  error?: { message: string; errorName: string; errorType: string };
};

/** Trino refused or failed a statement; `errorName` is Trino's own. */
export class TrinoError extends Error {
  readonly errorName: string;

  constructor(errorName: string, message: string, sql: string) {
    const line = sql.trim().split('\n')[0];
    super(`${errorName}: ${message}\n  in: ${line}`);
    this.name = 'TrinoError';
    this.errorName = errorName;
  }
}

const exact = (
  _key: string,
  value: unknown,
  { source }: { source?: string },
) =>
  typeof value === 'number' &&
  !Number.isSafeInteger(value) &&
  source !== undefined &&
  /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;

// TypeScript's JSON.parse does not know the reviver's third argument yet.
const parseExact = JSON.parse as (text: string, reviver: typeof exact) => Page;

/** A reviver takes several times as long: only where it may be needed. */
const parse = (text: string): Page =>
  /\d{16}/.test(text) ? parseExact(text, exact) : JSON.parse(text);

const ask = async (url: string, init: RequestInit): Promise<Page> => {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok) return parse(text);
    // The protocol: these mean "again a little later", all else is final.
    if (![429, 502, 503, 504].includes(response.status) || attempt > 50) {
      throw new Error(`Trino answered ${response.status}: ${text}`);
    }
    await sleep(100);
  }
};

const convert = (value: unknown, type: string): unknown => {
  if (value === null) return null;
  if (type === 'bigint') return BigInt(value as number | bigint);
  // NaN and the infinities have no JSON form and come as text.
  if (type === 'double' || type === 'real') return Number(value);
  return value;
};

const runOnce = async (
  url: string,
  sql: string,
  headers: Record<string, string>,
  take: TakeRows,
): Promise<ResultColumn[]> => {
  let columns: ResultColumn[] = [];
  const first = new URL('/v1/statement', url).href;
  let page = await ask(first, { method: 'POST', headers, body: sql });
  for (;;) {
    if (page.error !== undefined) {
      throw new TrinoError(page.error.errorName, page.error.message, sql);
    }
    if (page.columns !== undefined) {
      columns = page.columns.map(({ name, type }) => ({
        name,
        // As the lake's catalogs spell it; Trino says decimal(14, 2).
        type: type.replaceAll(', ', ','),
      }));
    }
    const rows = (page.data ?? []).map((row) =>
      row.map((cell, i) => convert(cell, columns[i]?.type ?? '')),
    );
    if (rows.length > 0) take(rows, columns);
    if (page.nextUri === undefined) return columns;
    page = await ask(page.nextUri, { headers });
  }
};

/**
 * Runs one SQL statement (no final semicolon), hands its rows over as they
 * come and gives its columns, also when there is no row.
 *
 * Values: bigint as `bigint`; integer, double and real as `number`; decimal as
 * a string with all its places; date 'YYYY-MM-DD'; timestamp(3)
 * 'YYYY-MM-DD HH:mm:ss.SSS' in UTC; varchar as a string; NULL as `null`.
 * Integers inside arrays, maps and rows are `bigint` only beyond 2^53.
 *
 * Throws a TrinoError with Trino's error name, message and the first line of
 * the SQL.
 */
export async function stream(
  url: string,
  sql: string,
  { catalog = 'hive', schema }: Session,
  take: TakeRows,
): Promise<ResultColumn[]> {
  const headers: Record<string, string> = {
    'X-Trino-User': 'test',
    'X-Trino-Source': 'tributary-test',
    'X-Trino-Catalog': catalog,
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    ...(schema === undefined ? {} : { 'X-Trino-Schema': schema }),
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await runOnce(url, sql, headers, take);
    } catch (error) {
      // For some seconds after the start: the node's catalogs are not yet
      // announced to itself. Nothing has run then.
      const early = (error as TrinoError).errorName === 'NO_NODES_AVAILABLE';
      if (!early || attempt >= 100) throw error;
      await sleep(100);
    }
  }
}

/** Runs one SQL statement as `stream` does and gives its whole result. */
export async function query(
  url: string,
  sql: string,
  session: Session = {},
): Promise<Result> {
  const rows: unknown[][] = [];
  const columns = await stream(url, sql, session, (some) => {
    for (const row of some) rows.push(row);
  });
  return { columns, rows };
}
