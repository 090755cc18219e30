import { TableError } from '../../core/errors.ts';
import type { Plan, PlanCard, PlanSql } from '../../core/plan.ts';
import { isNumeric } from '../tables/checkColumns.ts';
import type { Binder } from './binder.ts';
import { collect } from './collect.ts';
import { explainFault, type Scope } from './explainFault.ts';

/** A text that is asked of the published tables alone. */
export interface Reader {
  /** `card "…"` or `saved query …`. */
  readonly what: string;
  readonly sql: PlanSql;
  readonly columns: readonly string[];
  readonly numbers: readonly string[];
}

const present = (names: readonly (string | undefined)[]) =>
  names.filter((name) => name !== undefined);

const cardReader = ({
  title,
  sql,
  x,
  y,
  series,
  label,
  columns = [],
  map,
  chart,
  format,
}: PlanCard): Reader => ({
  what: `card "${title}"`,
  sql,
  columns: present([x, y, series, label, ...columns]),
  numbers:
    chart === 'scalar' && format === 'date'
      ? []
      : present(map === 'points' || chart === 'scatter' ? [x, y] : [y]),
});

const scopeOf = (plan: Plan) => ({
  has: plan.tables.map(({ name }) => name),
  why: (name: string) =>
    name === 'run' || plan.sources.some((source) => source.name === name)
      ? `"${name}" is not published: saved queries and cards select from ` +
        `${plan.tables.map((table) => table.name).join(', ')} alone`
      : undefined,
});

/**
 * Binds one saved query or card.
 * @throws TableError where it does not bind, or gives other columns than it
 *   draws.
 */
export const bindReader = async (
  binder: Binder,
  scope: Scope,
  reader: Reader,
): Promise<void> => {
  const { what, sql } = reader;
  const place = { file: sql.file };
  const found = await binder.describe(sql.text).catch((error: unknown) => {
    throw explainFault(error, sql.text, place, scope);
  });
  const types = new Map(found.map(({ name, type }) => [name, type]));
  for (const column of reader.columns)
    if (!types.has(column))
      throw new TableError(
        `${what} needs the column ${column}, but the SELECT gives ` +
          `${[...types.keys()].join(', ')}`,
        { ...place, column },
      );
  for (const column of reader.numbers) {
    const type = types.get(column) ?? '';
    if (!isNumeric(type))
      throw new TableError(
        `${what} draws a number, but the SELECT gives ${type}`,
        { ...place, column },
      );
  }
};

/** The saved queries and cards of a pipeline. */
export const readersOf = (plan: Plan): Reader[] => [
  ...plan.queries.map(({ name, sql }) => ({
    what: `saved query ${name}`,
    sql,
    columns: [],
    numbers: [],
  })),
  ...plan.dashboard.map(cardReader),
];

/** Binds saved queries and cards to the published tables. */
export const bindReaders = async (
  binder: Binder,
  plan: Plan,
): Promise<string[]> => {
  for (const { name } of [...plan.sources, { name: 'run' }])
    await binder.drop(name);
  const faults: string[] = [];
  for (const reader of readersOf(plan))
    faults.push(
      ...(await collect(() => bindReader(binder, scopeOf(plan), reader))),
    );
  return faults;
};
