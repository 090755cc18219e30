import type { Plan } from '../../core/plan.ts';
import { OPS_COLUMNS } from '../../functions/shared/ops.ts';

/** Texts, comments, names in quotes; then `database.table` in plain names. */
const TOKEN =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w."])("?)(\w+)\1\.("?)(\w+)\3(?!\w)|"(?:[^"]|"")*"/g;

/**
 * Gives the databases of a query the names that they have in a stage's catalog:
 * `loans.loans` becomes `tributary_dev_loans.loans`. Only where the pipeline has
 * such a table, so that an alias of a database's name stays.
 */
export const qualify = (
  sql: string,
  plans: readonly Pick<Plan, 'pipeline' | 'tables'>[],
  prefix: string,
): string => {
  const known = new Set([
    ...plans.flatMap(({ pipeline, tables }) =>
      tables.map(({ name }) => `${pipeline}.${name}`),
    ),
    ...Object.keys(OPS_COLUMNS).map((name) => `ops.${name}`),
  ]);
  return sql.replace(
    TOKEN,
    (text, _?: string, database?: string, __?: string, name?: string) =>
      known.has(`${database}.${name}`) ? `${prefix}${database}.${name}` : text,
  );
};
