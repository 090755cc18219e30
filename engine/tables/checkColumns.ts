import { TableError } from '../../core/errors.ts';
import type { PlanTable } from '../../core/plan.ts';
import type { Database } from '../database.ts';
import { duckType } from '../sql.ts';
import { explainError } from './explainError.ts';

const kindOf = (type: string): string => {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/.test(type))
    return 'whole number';
  if (type.startsWith('DECIMAL')) return 'decimal';
  if (type === 'DOUBLE' || type === 'FLOAT') return 'double';
  return type;
};

/** A type may widen on its way into the table; it never changes its nature. */
const canBecome = (found: string, declared: string) => {
  const [from, to] = [kindOf(found), kindOf(declared)];
  return (
    from === to ||
    found === '"NULL"' ||
    (from === 'whole number' && (to === 'decimal' || to === 'double'))
  );
};

/**
 * Compares what a table's SELECT gives with what the table declares.
 * @throws TableError that names file, column, and what was expected.
 */
export const checkColumns = async (
  db: Database,
  table: PlanTable,
): Promise<void> => {
  const place = { table: table.name, file: table.sql.file };
  const rows = await db
    .rows(`DESCRIBE ${table.sql.text}`)
    .catch((error: unknown) => {
      throw explainError(error, place);
    });
  const found = rows.map((row) => String(row.column_name));
  const wanted = table.columns.map(({ name }) => name);
  if (found.join() !== wanted.join()) {
    const at = wanted.findIndex((name, i) => name !== found[i]);
    const column = wanted[at] ?? found[wanted.length] ?? '';
    throw new TableError(
      `the SELECT gives the columns ${found.join(', ')}, but the table has ` +
        `${wanted.join(', ')}: column ${at < 0 ? wanted.length + 1 : at + 1} ` +
        `is ${found[at < 0 ? wanted.length : at] ?? 'missing'}, expected ` +
        `${wanted[at] ?? 'no more'}`,
      { ...place, column },
    );
  }
  for (const [i, { name, type }] of table.columns.entries()) {
    const is = String(rows[i]?.column_type);
    if (!canBecome(is, duckType(type)))
      throw new TableError(`the SELECT gives ${is}, expected ${type}`, {
        ...place,
        column: name,
      });
  }
};
