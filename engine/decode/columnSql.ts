import type { PlanColumn } from '../../core/plan.ts';
import { duckType } from '../sql.ts';
import { cleanText, fromEpoch, textExpression } from './textExpression.ts';

/** How one column is read, in three steps that build on each other. */
export interface ColumnSql {
  /** The value as found; text is already trimmed, and NULL where missing. */
  readonly input: string;
  /** The typed value, from the input's name. */
  readonly value: (input: string) => string;
  /** True where it does not decode; absent where every value does. */
  readonly bad?: (input: string, value: string) => string;
}

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'];
const same = (input: string) => input;
const lost = (input: string, value: string) =>
  `${input} IS NOT NULL AND ${value} IS NULL`;

/** A text, decoded by the column's declaration. */
export const fromText = (raw: string, column: PlanColumn): ColumnSql => ({
  input: cleanText(raw, column),
  value: (input) => textExpression(input, column),
  ...(column.type !== 'string' && { bad: lost }),
});

const fromDouble = (raw: string, column: PlanColumn): ColumnSql | undefined => {
  const isWhole = (input: string) =>
    `trunc(${input}) <> ${input} OR NOT isfinite(${input})`;
  if (column.type === 'double')
    return {
      input: raw,
      value: same,
      bad: (input) => `NOT isfinite(${input})`,
    };
  if (column.type === 'int' || column.type === 'bigint')
    return {
      input: raw,
      value: (input) => `TRY_CAST(${input} AS ${duckType(column.type)})`,
      bad: (input, value) => `${isWhole(input)} OR ${lost(input, value)}`,
    };
  if (column.epoch)
    return {
      input: raw,
      value: (input) => fromEpoch(`TRY_CAST(${input} AS BIGINT)`, column),
      bad: (input, value) => `${isWhole(input)} OR ${lost(input, value)}`,
    };
  return undefined;
};

/**
 * A column of a typed file, whose type there is `found`.
 * @returns `undefined` where that type cannot become the declared one.
 */
export const fromPhysical = (
  raw: string,
  found: string,
  column: PlanColumn,
): ColumnSql | undefined => {
  if (found === 'VARCHAR') return fromText(raw, column);
  if (found === 'DOUBLE' || found === 'FLOAT') return fromDouble(raw, column);
  const wanted = duckType(column.type);
  if (found === wanted) return { input: raw, value: same };
  if (INTEGERS.includes(found)) {
    if (column.epoch)
      return {
        input: `CAST(${raw} AS BIGINT)`,
        value: (input) => fromEpoch(input, column),
        bad: lost,
      };
    const isWider = INTEGERS.indexOf(wanted) >= INTEGERS.indexOf(found);
    return isWider
      ? { input: raw, value: (input) => `CAST(${input} AS ${wanted})` }
      : undefined;
  }
  if (column.type === 'timestamp' && found.startsWith('TIMESTAMP'))
    return { input: raw, value: (input) => `CAST(${input} AS TIMESTAMP)` };
  if (column.type.startsWith('decimal') && found.startsWith('DECIMAL'))
    return {
      input: raw,
      value: (input) => `TRY_CAST(${input} AS ${wanted})`,
      bad: (input, value) => `${value} IS DISTINCT FROM ${input}`,
    };
  return undefined;
};
