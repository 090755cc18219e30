import { setTimeout as sleep } from 'node:timers/promises';

/** Names that a statement leaves out. */
export type Session = { catalog?: string; schema?: string };
/** A result's column; `type` is Trino's, such as `decimal(14,2)`. */
export type ResultColumn = { name: string; type: string };

/** A part of a result, as Trino's client protocol has it. */
export type Page = {
  nextUri?: string;
  columns?: ResultColumn[];
  data?: unknown[][];
  error?: { message: string; errorName: string; errorType: string };
};

/** Takes a page that has rows, and the text that it came as. */
export type TakePage = (page: Page, text: string) => void | Promise<void>;

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

const ask = async (url: string, init: RequestInit): Promise<string> => {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok) return text;
    // The protocol: these mean "again a little later", all else is final.
    if (![429, 502, 503, 504].includes(response.status) || attempt > 50) {
      throw new Error(`Trino answered ${response.status}: ${text}`);
    }
    await sleep(100);
  }
};

const runOnce = async (
  url: string,
  sql: string,
  headers: Record<string, string>,
  take: TakePage,
): Promise<ResultColumn[]> => {
  let columns: ResultColumn[] = [];
  const first = new URL('/v1/statement', url).href;
  let text = await ask(first, { method: 'POST', headers, body: sql });
  for (;;) {
    const page = JSON.parse(text) as Page;
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
    if (page.data?.length) await take(page, text);
    if (page.nextUri === undefined) return columns;
    text = await ask(page.nextUri, { headers });
  }
};

/**
 * Runs one SQL statement (no final semicolon), hands the pages of its result
 * over as they come and gives its columns.
 *
 * Throws a TrinoError with Trino's error name, message and the first line of
 * the SQL.
 */
export async function runPages(
  url: string,
  sql: string,
  { catalog = 'hive', schema }: Session,
  take: TakePage,
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
