import { setTimeout as sleep } from 'node:timers/promises';

/** Names that a statement leaves out. */
export type Session = { catalog?: string; schema?: string };
/** A result's column; `type` is Trino's, such as `decimal(14,2)`. */
export type ResultColumn = { name: string; type: string };
/** A whole result. */
export type Result = { columns: ResultColumn[]; rows: unknown[][] };

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
const parse = JSON.parse as (text: string, reviver: typeof exact) => Page;

const ask = async (url: string, init: RequestInit): Promise<Page> => {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok) return parse(text, exact);
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
): Promise<Result> => {
  let columns: ResultColumn[] = [];
  const rows: unknown[][] = [];
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
    for (const row of page.data ?? []) {
      rows.push(row.map((cell, i) => convert(cell, columns[i]?.type ?? '')));
    }
    if (page.nextUri === undefined) return { columns, rows };
    page = await ask(page.nextUri, { headers });
  }
};

/**
 * Runs one SQL statement (no final semicolon) and gives its whole result.
 *
 * Values: bigint as `bigint`; integer, double and real as `number`; decimal as
 * a string with all its places; date 'YYYY-MM-DD'; timestamp(3)
 * 'YYYY-MM-DD HH:mm:ss.SSS' in UTC; varchar as a string; NULL as `null`.
 * Integers inside arrays, maps and rows are `bigint` only beyond 2^53.
 *
 * Throws a TrinoError with Trino's error name, message and the first line of
 * the SQL.
 */
export async function query(
  url: string,
  sql: string,
  { catalog = 'hive', schema }: Session = {},
): Promise<Result> {
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
      return await runOnce(url, sql, headers);
    } catch (error) {
      // For some seconds after the start: the node's catalogs are not yet
      // announced to itself. Nothing has run then.
      const early = (error as TrinoError).errorName === 'NO_NODES_AVAILABLE';
      if (!early || attempt >= 100) throw error;
      await sleep(100);
    }
  }
}
