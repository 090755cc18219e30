import type { Plan, PlanTable } from '../../core/plan.ts';
import { compareColumns } from '../tables/checkColumns.ts';
import type { Binder } from './binder.ts';
import { collect } from './collect.ts';
import { explainFault } from './explainFault.ts';

const scopeOf = (plan: Plan, table: PlanTable) => {
  const names = plan.tables.map(({ name }) => name);
  const before = names.slice(0, names.indexOf(table.name));
  return {
    has: [...plan.sources.map(({ name }) => name), ...before, 'run'],
    why: (name: string) =>
      name === table.name
        ? 'a table cannot select from itself'
        : names.includes(name)
          ? `${name} is made after ${table.name}: put it before that in "tables"`
          : undefined,
  };
};

const unusedFaults = (plan: Plan, used: ReadonlySet<string>) =>
  plan.sources
    .filter(({ name }) => !used.has(name))
    .map(
      ({ name }) =>
        `source ${name} is used by no table: use it in one of ` +
        `${plan.tables.map(({ sql }) => sql.file).join(', ')}, or remove it`,
    );

/** Binds each table's SELECT to the sources and the tables before it. */
export const bindTables = async (
  binder: Binder,
  plan: Plan,
): Promise<string[]> => {
  const faults: string[] = [];
  const used = new Set(
    plan.checks.flatMap(({ relation, rule }) =>
      rule.kind === 'references' ? [relation, rule.target] : [relation],
    ),
  );
  let isReadable = true;
  for (const table of plan.tables) {
    const { name, columns, sql } = table;
    const bind = async () => {
      const place = { table: name, file: sql.file };
      const found = await binder.describe(sql.text).catch((error: unknown) => {
        isReadable = false;
        throw explainFault(error, sql.text, place, scopeOf(plan, table));
      });
      for (const read of binder.reads(sql.text)) used.add(read);
      compareColumns(found, table);
    };
    faults.push(...(await collect(bind)));
    await binder.relation(name, columns);
  }
  // What a SELECT that does not bind would use is not known.
  return isReadable ? [...faults, ...unusedFaults(plan, used)] : faults;
};
