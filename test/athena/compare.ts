import { rm } from 'node:fs/promises';
import { engineFaults, type TypedColumn, tableFaults } from './columns.ts';
import { differenceOf } from './difference.ts';
import { columnsOf, type Engine } from './engine.ts';
import { query, spool } from './query.ts';
import { ident, trinoType } from './sql.ts';

/** One SELECT, and what it has to agree with. */
export type Statement = {
  readonly pipeline: string;
  /** Where it is from, such as `sql/loans.sql`. */
  readonly what: string;
  readonly trino: { readonly sql: string; readonly schema: string };
  /** The SELECT on the engine that has the same rows. */
  readonly engine: { readonly sql: string; readonly schema: string };
  /** A table's columns: Trino's result becomes these, as the engine's did. */
  readonly declared?: readonly TypedColumn[];
};

/** What came of a statement; without faults both engines agree. */
export type Verdict = {
  readonly statement: Statement;
  /** Trino's rows. */
  readonly rows: number;
  readonly faults: readonly string[];
};

/** Trino's result as the declared columns. @throws Error where it cannot be. */
const asDeclared = async (
  url: string,
  { trino, declared }: Statement,
): Promise<string> => {
  if (declared === undefined) return trino.sql;
  // On the first line, so that Trino's line numbers are the file's.
  const from = `FROM (${trino.sql}\n) AS t`;
  const empty = `SELECT * ${from} LIMIT 0`;
  const { columns } = await query(url, empty, { schema: trino.schema });
  const faults = tableFaults(columns, declared);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const list = declared.map(
    ({ name, type }) =>
      `CAST(${ident(name)} AS ${trinoType(type)}) AS ${ident(name)}`,
  );
  return `SELECT ${list.join(', ')} ${from}`;
};

const judge = (
  url: string,
  engine: Engine,
  statement: Statement,
  file: string,
): Promise<Omit<Verdict, 'statement'>> => {
  const { sql, schema } = statement.engine;
  return engine.within(schema, async (connection) => {
    const columns = await columnsOf(connection, sql);
    const trinoSql = await asDeclared(url, statement);
    const session = { schema: statement.trino.schema };
    const found = await spool(url, trinoSql, session, file);
    const { rows } = found;
    let faults = engineFaults(found.columns, columns);
    if (faults.length === 0)
      faults = await differenceOf(connection, sql, columns, { file, rows });
    return { rows, faults };
  });
};

/**
 * Runs a statement on Trino and on the engine and compares the rows. `file` is
 * for Trino's meanwhile.
 */
export async function compare(
  url: string,
  engine: Engine,
  statement: Statement,
  file: string,
): Promise<Verdict> {
  try {
    return { statement, ...(await judge(url, engine, statement, file)) };
  } catch (error) {
    const faults = (error as Error).message.split('\n');
    return { statement, rows: 0, faults };
  } finally {
    await rm(file, { force: true });
  }
}
