import type { Period } from '../../core/period.ts';
import type { PlanTable } from '../../core/plan.ts';
import { ident, text } from '../sql.ts';

/** The values of a table's partition columns for one period. */
export const partitionValues = (
  table: PlanTable,
  period: Period,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(table.partitionBy).map(([column, part]) => {
      const [year, month] = period.first.split('-').map(Number);
      const value = { date: period.first, year, month }[part];
      return [column, String(value)];
    }),
  );

/** The folder of a snapshot below its run: `year=2018/month=11/`, or none. */
export const partitionPath = (
  values: Readonly<Record<string, string>>,
): string =>
  Object.entries(values)
    .map(([column, value]) => `${column}=${value}/`)
    .join('');

/** A condition that stops the statement at a row outside of the period. */
export const insidePeriod = (
  table: PlanTable,
  values: Readonly<Record<string, string>>,
  period: Period,
): string => {
  const tests = Object.entries(values).map(
    ([column, value]) => `CAST(${ident(column)} AS VARCHAR) = ${text(value)}`,
  );
  if (tests.length === 0) return 'true';
  const shown = Object.keys(values)
    .map((c) => `'${c}=' || coalesce(CAST(${ident(c)} AS VARCHAR), 'NULL')`)
    .join(" || ', ' || ");
  const typed = Object.entries(values).map(([column, value]) =>
    table.partitionBy[column] === 'date'
      ? `${ident(column)} = DATE ${text(value)}`
      : `${ident(column)} = ${Number(value)}`,
  );
  return (
    `CASE WHEN ${typed.join(' AND ')} THEN true ELSE error(` +
    `'a row lies outside of the period ${period.label}: ' || ${shown}) END`
  );
};
