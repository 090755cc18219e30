import { TableError } from '../../core/errors.ts';
import type { PlanTable } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { duckType } from '../sql.ts';
import { explainError } from './explainError.ts';

/** A column of a SELECT's result; the type in the engine's words. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string;
}

const kindOf = (type: string): string => {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/.test(type))
    return 'whole number';
  if (type.startsWith('DECIMAL')) return 'decimal';
  if (type === 'DOUBLE' || type === 'FLOAT') return 'double';
  return type;
};

/** Whether a type of the engine holds numbers. */
export const isNumeric = (type: string): boolean => kindOf(type) !== type;

/** A type may widen on its way into the table; it never changes its nature. */
const canBecome = (found: string, declared: string) => {
  const [from, to] = [kindOf(found), kindOf(declared)];
  return (
    from === to ||
    found === '"NULL"' ||
    (from === 'whole number' && (to === 'decimal' || to === 'double'))
  );
};

const missingFault = (wanted: readonly string[], found: readonly string[]) => {
  const missing = wanted.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !wanted.includes(name));
  const parts = [
    ...(missing.length ? [`lacks ${missing.join(', ')}`] : []),
    ...(extra.length
      ? [`gives ${extra.join(', ')}, which the table does not have`]
      : []),
  ];
  return parts.length === 0
    ? undefined
    : {
        column: missing[0] ?? extra[0] ?? '',
        reason:
          `the SELECT ${parts.join(' and ')}: ` +
          `expected ${wanted.join(', ')}`,
      };
};

const orderFault = (wanted: readonly string[], found: readonly string[]) => {
  const at = wanted.findIndex((name, i) => name !== found[i]);
  return at < 0
    ? undefined
    : {
        column: wanted[at] ?? '',
        reason:
          `the SELECT gives ${found[at]} as column ${at + 1}, expected ` +
          `${wanted[at]}: the order is ${wanted.join(', ')}`,
      };
};

/**
 * Compares a SELECT's columns with what the table declares.
 * @throws TableError that names file, column, and what was expected.
 */
export const compareColumns = (
  found: readonly FoundColumn[],
  table: PlanTable,
): void => {
  const place = { table: table.name, file: table.sql.file };
  const names = found.map(({ name }) => name);
  const wanted = table.columns.map(({ name }) => name);
  const fault = missingFault(wanted, names) ?? orderFault(wanted, names);
  if (fault)
    throw new TableError(fault.reason, { ...place, column: fault.column });
  for (const [i, { name, type }] of table.columns.entries()) {
    const is = found[i]?.type ?? '';
    if (!canBecome(is, duckType(type)))
      throw new TableError(`the SELECT gives ${is}, expected ${type}`, {
        ...place,
        column: name,
      });
  }
};

/** Runs `compareColumns` on the table's own SELECT. */
export const checkColumns = async (
  db: Database,
  table: PlanTable,
): Promise<void> => {
  const rows = await db
    .rows(`DESCRIBE FROM (${table.sql.text}\n)`)
    .catch((error: unknown) => {
      throw explainError(error, { table: table.name, file: table.sql.file });
    });
  const found = rows.map((row) => ({
    name: String(row.column_name),
    type: String(row.column_type),
  }));
  compareColumns(found, table);
};
