import { randomUUID } from 'node:crypto';
import type { CatalogState, CatalogTable } from '../../core/catalog.ts';
import { type EngineLimits, openDatabase } from '../database.ts';
import { lakeViews } from '../query/lakeViews.ts';
import { ident } from '../sql.ts';

/** How many rows of a table differ. */
export interface RowChanges {
  /** `key`: rows are told apart by the key; `row`: as a whole, with repeats. */
  readonly by: 'key' | 'row';
  readonly added: number;
  readonly removed: number;
  /** Rows of the same key with other values; 0 where there is no key. */
  readonly changed: number;
  /** Of the changed rows: how many have another value, by column. */
  readonly columns: Readonly<Record<string, number>>;
}

/** The same table before and after: the same column names mean the same. */
export interface TablePair {
  readonly before: CatalogTable | undefined;
  readonly after: CatalogTable | undefined;
  /** Empty where rows have no key, or had another one. */
  readonly key: readonly string[];
}

const rowsOf = (table: CatalogTable | undefined) =>
  (table?.partitions ?? []).reduce((sum, { rows }) => sum + rows, 0);

/** Snapshots that both sides share are the same rows, and need no reading. */
const without = (
  table: CatalogTable | undefined,
  other: CatalogTable | undefined,
): CatalogTable | undefined => {
  const shared = new Set(other?.partitions.map(({ location }) => location));
  return (
    table && {
      ...table,
      partitions: table.partitions.filter(
        ({ location }) => !shared.has(location),
      ),
    }
  );
};

const shared = (before: CatalogTable, after: CatalogTable): Compared[] =>
  before.columns.flatMap(({ name, type }) => {
    const now = after.columns.find((column) => column.name === name);
    return now ? [{ name, isCast: now.type !== type }] : [];
  });

/** A value that can be compared with one of another type: by its text. */
const value = (of: string, { name, isCast }: Compared) =>
  isCast ? `CAST(${of}${ident(name)} AS VARCHAR)` : `${of}${ident(name)}`;

interface Compared {
  readonly name: string;
  readonly isCast: boolean;
}

/** No column of a definition has a name with a blank. */
const THERE = '"is there"';

const countsByKey = (
  key: readonly string[],
  columns: readonly Compared[],
  [before, after]: Sides,
): { readonly sql: string; readonly names: readonly string[] } => {
  const test = (column: Compared, operator: string) =>
    `${value('o.', column)} ${operator} ${value('n.', column)}`;
  const others = columns.filter(({ name }) => !key.includes(name));
  const differs = others.map((column) => test(column, 'IS DISTINCT FROM'));
  const on = columns
    .filter(({ name }) => key.includes(name))
    .map((column) => test(column, 'IS NOT DISTINCT FROM'));
  const both = `o.${THERE} AND n.${THERE}`;
  const counts = [
    `count(*) FILTER (o.${THERE} IS NULL) AS added`,
    `count(*) FILTER (n.${THERE} IS NULL) AS removed`,
    `count(*) FILTER (${both} AND (${differs.join(' OR ') || 'false'})) ` +
      'AS changed',
    ...differs.map((is, i) => `count(*) FILTER (${both} AND ${is}) AS c${i}`),
  ];
  const sql =
    `SELECT ${counts.join(', ')} ` +
    `FROM (SELECT *, true AS ${THERE} FROM ${before}) o FULL JOIN ` +
    `(SELECT *, true AS ${THERE} FROM ${after}) n ON ${on.join(' AND ')}`;
  return { sql, names: others.map(({ name }) => name) };
};

const countsByRow = (
  columns: readonly Compared[],
  [before, after]: Sides,
): string => {
  const list = columns.map((column) => value('', column)).join(', ');
  const less = (a: string, b: string) =>
    `(SELECT count(*) FROM (SELECT ${list} FROM ${a} ` +
    `EXCEPT ALL SELECT ${list} FROM ${b}))`;
  return `SELECT ${less(after, before)} AS added, ${less(before, after)} AS removed`;
};

/** The relations of the rows before and after. */
type Sides = readonly [before: string, after: string];

const state = (database: string, table: CatalogTable): CatalogState => ({
  database,
  version: 0,
  run: '',
  tables: { t: table },
  watermarks: {},
});

/**
 * Compares the rows of a table with those that it would have, over the columns
 * that both have.
 * @param local gives the path on this machine of a key of the lake.
 */
export const compareTable = async (
  pair: TablePair,
  local: (key: string) => string,
  limits: EngineLimits,
): Promise<RowChanges> => {
  const before = without(pair.before, pair.after);
  const after = without(pair.after, pair.before);
  const columns = before && after ? shared(before, after) : [];
  const hasKey = pair.key.every(
    (k) => !before || !after || columns.some(({ name }) => name === k),
  );
  const by = pair.key.length > 0 && hasKey ? 'key' : 'row';
  const none = { by, changed: 0, columns: {} } as const;
  if (
    !before ||
    !after ||
    rowsOf(before) === 0 ||
    rowsOf(after) === 0 ||
    columns.length === 0
  )
    return { ...none, added: rowsOf(after), removed: rowsOf(before) };
  const db = await openDatabase(limits);
  // All connections share one database.
  const id = randomUUID();
  const schemas = [`before ${id}`, `after ${id}`] as const;
  const sides = schemas.map((name) => `${ident(name)}.t`) as [string, string];
  try {
    const states = [state(schemas[0], before), state(schemas[1], after)];
    for (const statement of lakeViews(states, local)) await db.run(statement);
    if (by === 'row') {
      const found = await db.row(countsByRow(columns, sides));
      const [added, removed] = [Number(found.added), Number(found.removed)];
      return { ...none, added, removed };
    }
    const { sql, names } = countsByKey(pair.key, columns, sides);
    const found = await db.row(sql);
    const counts = names.map((name, i): [string, number] => [
      name,
      Number(found[`c${i}`]),
    ]);
    return {
      by,
      added: Number(found.added),
      removed: Number(found.removed),
      changed: Number(found.changed),
      columns: Object.fromEntries(counts.filter(([, n]) => n > 0)),
    };
  } finally {
    for (const name of schemas)
      await db.run(`DROP SCHEMA IF EXISTS ${ident(name)} CASCADE`);
    db.close();
  }
};
