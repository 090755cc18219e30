import { engineFaults, type TypedColumn, tableFaults } from './columns.ts';
import type { Engine } from './engine.ts';
import { Multiset, withoutNear } from './multiset.ts';
import { query, stream } from './query.ts';
import {
  engineKey,
  keySelect,
  type Layout,
  layoutOf,
  showKey,
  trinoKey,
} from './rowKeys.ts';
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
  readonly rows: number;
  readonly faults: readonly string[];
};

const TOLERANCE = 1e-9;
const SHOWN = 3;

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

const differenceFaults = (rows: Multiset, layout: Layout): string[] => {
  const { missing, extra } = withoutNear(
    rows.difference(),
    layout.exact.length,
    TOLERANCE,
  );
  if (missing.length + extra.length === 0) return [];
  const show = (who: string, keys: readonly string[]) =>
    keys.slice(0, SHOWN).map((key) => `only ${who}: ${showKey(key, layout)}`);
  return [
    `${missing.length} rows are the engine's alone, ${extra.length} Trino's`,
    ...show('the engine', missing),
    ...show('Trino', extra),
  ];
};

const judge = async (
  url: string,
  engine: Engine,
  statement: Statement,
): Promise<Omit<Verdict, 'statement'>> => {
  const { sql, schema } = statement.engine;
  const columns = await engine.columns(sql, schema);
  const layout = layoutOf(columns);
  const trinoSql = await asDeclared(url, statement);
  const multiset = new Multiset();
  let rows = 0;
  const engineKeyOf = engineKey(layout);
  await engine.rows(keySelect(sql, layout), schema, (row) => {
    multiset.add(engineKeyOf(row));
    rows += 1;
  });
  const trinoKeyOf = trinoKey(layout);
  const session = { schema: statement.trino.schema };
  const found = await stream(url, trinoSql, session, (some) => {
    for (const row of some) multiset.remove(trinoKeyOf(row));
  });
  const faults = engineFaults(found, columns);
  if (faults.length > 0) return { rows, faults };
  return { rows, faults: differenceFaults(multiset, layout) };
};

/** Runs a statement on Trino and on the engine and compares the rows. */
export async function compare(
  url: string,
  engine: Engine,
  statement: Statement,
): Promise<Verdict> {
  try {
    return { statement, ...(await judge(url, engine, statement)) };
  } catch (error) {
    const faults = (error as Error).message.split('\n');
    return { statement, rows: 0, faults };
  }
}
