import { open } from 'node:fs/promises';
import {
  type Page,
  type ResultColumn,
  runPages,
  type Session,
} from './pages.ts';

export { TrinoError } from './pages.ts';

/** A whole result. */
export type Result = { columns: ResultColumn[]; rows: unknown[][] };

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

const convert = (value: unknown, type: string): unknown => {
  if (value === null) return null;
  if (type === 'bigint') return BigInt(value as number | bigint);
  // NaN and the infinities have no JSON form and come as text.
  if (type === 'double' || type === 'real') return Number(value);
  return value;
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
  session: Session = {},
): Promise<Result> {
  const raw: unknown[][] = [];
  const columns = await runPages(url, sql, session, (_, text) => {
    for (const row of parseExact(text, exact).data ?? []) raw.push(row);
  });
  const rows = raw.map((row) =>
    row.map((cell, i) => convert(cell, columns[i]?.type ?? '')),
  );
  return { columns, rows };
}

/** A result whose pages lie in a file, as they came and a line each. */
export type Spooled = { columns: ResultColumn[]; rows: number };

/**
 * Runs one SQL statement as `query` does, but leaves its rows in a file: many
 * rows are dealt with much faster by whoever reads that file.
 */
export async function spool(
  url: string,
  sql: string,
  session: Session,
  path: string,
): Promise<Spooled> {
  const file = await open(path, 'w');
  try {
    let rows = 0;
    const columns = await runPages(url, sql, session, async (page, text) => {
      rows += page.data?.length ?? 0;
      await file.write(`${text.trimEnd()}\n`);
    });
    return { columns, rows };
  } finally {
    await file.close();
  }
}
